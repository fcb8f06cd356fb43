package dev.skerry.config;

import dev.skerry.config.text.CanonicalPath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A site with its rules ready for requests. Immutable, for any number of threads. Without rules, or
 * with rules that ask for path, method and country alone, matching allocates nothing for a path in
 * canonical spelling.
 */
public final class CompiledSite {
    private final Site site;
    private final Rule[] rules;
    private final boolean asksPath;
    private final boolean asksCountry;

    /** Prepares a site. */
    public CompiledSite(Site site) {
        this.site = site;
        this.rules = site.rules().toArray(new Rule[0]);
        this.asksPath = site.rules().stream().anyMatch(r -> !r.match().paths().isEmpty());
        this.asksCountry = site.rules().stream().anyMatch(r -> !r.match().countries().isEmpty());
    }

    /** Gives the value of a request field, all its lines joined by a comma, or null. */
    @FunctionalInterface
    public interface FieldLookup {
        /** The value of the field, null when it is absent. */
        @Nullable String value(String name);
    }

    /** What was configured. */
    public Site site() {
        return site;
    }

    /** Whether a rule asks for the client's country, so that it is worth looking up. */
    public boolean asksCountry() {
        return asksCountry;
    }

    /**
     * The rule that decides a request: the first that matches, else {@link Site#otherwise}.
     *
     * @param method as received
     * @param target path and query as received
     * @param fields the request's fields
     * @param country ISO 3166-1 alpha-2 in upper case, null when unknown
     */
    public Rule match(String method, String target, FieldLookup fields, @Nullable String country) {
        if (rules.length == 0) {
            return site.otherwise();
        }
        int question = target.indexOf('?');
        String path = target;
        int pathEnd = question < 0 ? target.length() : question;
        if (asksPath) {
            String canonical = CanonicalPath.of(target, pathEnd);
            if (canonical != null) {
                path = canonical;
                pathEnd = canonical.length();
            }
        }
        for (Rule rule : rules) {
            Rule.Match match = rule.match();
            if (pathMatches(match, path, pathEnd)
                    && (match.methods().isEmpty() || match.methods().contains(method))
                    && (match.countries().isEmpty()
                            || (country != null && match.countries().contains(country)))
                    && headersMatch(match, fields)
                    && queryMatches(match, target, question)) {
                return rule;
            }
        }
        return site.otherwise();
    }

    /**
     * The value of Location for a request that a rule redirects.
     *
     * @param host the request's host (and port), as received
     */
    public static String location(Rule rule, Redirect redirect, String target, String host) {
        int question = target.indexOf('?');
        int pathEnd = question < 0 ? target.length() : question;
        String canonical = CanonicalPath.of(target, pathEnd);
        String path = canonical != null ? canonical : target.substring(0, pathEnd);
        String rest = "";
        for (var glob : rule.match().paths()) {
            if (glob.matches(path)) {
                rest = glob.rest(path);
                break;
            }
        }
        String query = question < 0 ? "" : target.substring(question + 1);
        return redirect.location(rest, path, query, host);
    }

    private static boolean pathMatches(Rule.Match match, String path, int end) {
        var globs = match.paths();
        for (int i = 0; i < globs.size(); i++) {
            if (globs.get(i).matches(path, end)) {
                return true;
            }
        }
        return globs.isEmpty();
    }

    private static boolean headersMatch(Rule.Match match, FieldLookup fields) {
        List<FieldTest> tests = match.headers();
        for (int i = 0; i < tests.size(); i++) {
            FieldTest test = tests.get(i);
            if (!test.accepts(fields.value(test.name()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean queryMatches(Rule.Match match, String target, int question) {
        List<FieldTest> tests = match.query();
        for (int i = 0; i < tests.size(); i++) {
            if (!parameterMatches(tests.get(i), target, question)) {
                return false;
            }
        }
        return true;
    }

    /** A parameter that occurs several times passes when one of its values does. */
    private static boolean parameterMatches(FieldTest test, String target, int question) {
        boolean present = false;
        int from = question < 0 ? target.length() + 1 : question + 1;
        while (from <= target.length()) {
            int end = target.indexOf('&', from);
            end = end < 0 ? target.length() : end;
            int equals = target.indexOf('=', from);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (nameEnd - from == test.name().length() && target.startsWith(test.name(), from)) {
                present = true;
                if (test.accepts(target, Math.min(nameEnd + 1, end), end)) {
                    return true;
                }
            }
            from = end + 1;
        }
        return !present && test.presence() == FieldTest.Presence.ABSENT;
    }
}

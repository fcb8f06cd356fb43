package dev.skerry.config.load;

import dev.skerry.config.FieldEdits;
import dev.skerry.config.FieldTest;
import dev.skerry.config.Origin;
import dev.skerry.config.QueryPolicy;
import dev.skerry.config.Redirect;
import dev.skerry.config.Rule;
import dev.skerry.config.Rule.Action;
import dev.skerry.config.Site;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.SwitchShape;
import dev.skerry.config.schema.Values;
import dev.skerry.config.schema.YamlNode;
import dev.skerry.config.text.PathGlob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a site of one document: first every value for itself, then what must fit together. */
final class SiteReader {
    private final Problems problems;
    private final Values document;
    private final Values defaults;

    private SiteReader(Values document, Problems problems) {
        this.document = document;
        this.problems = problems;
        Values given = document.find(SiteKeys.DEFAULTS);
        this.defaults = given == null ? Values.NONE : given;
    }

    /** A document's values with its site, which is null when there were errors. */
    record Read(Values values, @Nullable Site site) {}

    /** Null when the document is no map. */
    static @Nullable Read read(YamlNode node, Problems problems) {
        int before = problems.errors();
        Values values = SiteKeys.DOCUMENT.read(node, "", problems);
        if (values == null) {
            return null;
        }
        SiteReader reader = new SiteReader(values, problems);
        reader.check();
        return new Read(values, problems.errors() == before ? reader.site() : null);
    }

    private void check() {
        DiskKeys.check(document.find(DiskKeys.DISK), problems);
        checkQuery(defaults, Values.NONE);
        checkSizes(defaults.find(CompressKeys.COMPRESS), null);
        List<Values> rules = document.find(SiteKeys.RULES);
        for (Values rule : rules == null ? List.<Values>of() : rules) {
            checkActions(rule);
            checkRest(rule);
            checkSizes(rule.find(CompressKeys.COMPRESS), defaults.find(CompressKeys.COMPRESS));
            Values cache = rule.find(RuleKeys.CACHE);
            if (cache != null) {
                checkQuery(cache, defaults);
            }
        }
        checkReach(rules == null ? List.of() : rules);
    }

    /** {@code query-remove} makes sense only where the other parameters stay. */
    private void checkQuery(Values cache, Values base) {
        QueryPolicy policy = cache.over(base).find(CacheKeys.QUERY);
        if (cache.has(CacheKeys.QUERY_REMOVE)
                && policy != null
                && policy.mode() != QueryPolicy.Mode.ALL) {
            problems.error(
                    cache.line(CacheKeys.QUERY_REMOVE),
                    cache.path(CacheKeys.QUERY_REMOVE),
                    "does not go with 'query: ignore' or a list of kept parameters; use 'query:"
                            + " all' or 'query: sort'");
        }
    }

    /** A rule is blamed for what it says itself, the rest being its defaults. */
    private void checkSizes(
            SwitchShape.@Nullable Switched coded, SwitchShape.@Nullable Switched base) {
        if (coded == null) {
            return;
        }
        Values own = coded.values();
        Values all = base == null ? own : own.over(base.values());
        Long min = all.find(CompressKeys.MIN_SIZE);
        Long max = all.find(CompressKeys.MAX_SIZE);
        Key<Long> key =
                own.has(CompressKeys.MAX_SIZE) ? CompressKeys.MAX_SIZE : CompressKeys.MIN_SIZE;
        if (own.has(key) && min != null && max != null && min > max) {
            problems.error(
                    own.line(key),
                    own.path(key),
                    "leaves nothing to code: min-size is %s, max-size %s"
                            .formatted(
                                    CompressKeys.MIN_SIZE.shape().show(min),
                                    CompressKeys.MAX_SIZE.shape().show(max)));
        }
    }

    private void checkActions(Values rule) {
        boolean redirects = rule.has(RuleKeys.REDIRECT);
        boolean denies = rule.has(RuleKeys.DENY);
        boolean passes = Boolean.TRUE.equals(rule.find(RuleKeys.PASS));
        if (redirects && denies) {
            problems.error(
                    rule.line(RuleKeys.DENY),
                    rule.path(RuleKeys.DENY),
                    "does not go with 'redirect': a rule has one answer");
        }
        if ((redirects || denies) && (passes || rule.has(RuleKeys.CACHE))) {
            String key = passes ? "pass" : "cache";
            problems.error(
                    rule.line(),
                    rule.path() + "." + key,
                    "has no effect beside '" + (redirects ? "redirect" : "deny") + "'");
        } else if (passes && rule.has(RuleKeys.CACHE)) {
            problems.error(
                    rule.line(RuleKeys.CACHE),
                    rule.path(RuleKeys.CACHE),
                    "has no effect beside 'pass: true'");
        }
    }

    private void checkRest(Values rule) {
        Values redirect = rule.find(RuleKeys.REDIRECT);
        Values match = rule.find(RuleKeys.MATCH);
        String to = redirect == null ? null : redirect.find(RuleKeys.REDIRECT_TO);
        if (redirect == null || match == null || to == null || !to.contains("{rest}")) {
            return;
        }
        List<PathGlob> paths = match.find(RuleKeys.PATH);
        if (paths != null && (paths.isEmpty() || !paths.stream().allMatch(PathGlob::hasRest))) {
            problems.error(
                    redirect.line(RuleKeys.REDIRECT_TO),
                    redirect.path(RuleKeys.REDIRECT_TO),
                    "uses {rest}, so every path of the rule needs a **");
        }
    }

    /** A rule that no request can reach is legal, but hardly meant. */
    private void checkReach(List<Values> rules) {
        Map<Rule.Match, Values> seen = new HashMap<>();
        Values all = null;
        for (Values rule : rules) {
            Values match = rule.find(RuleKeys.MATCH);
            Rule.Match conditions = match == null ? null : conditions(match);
            if (conditions == null) {
                continue;
            }
            Values first = all != null ? all : seen.putIfAbsent(conditions, rule);
            if (first != null) {
                problems.warning(
                        rule.line(),
                        rule.path(),
                        "is never reached: "
                                + first.path()
                                + " (line "
                                + first.line()
                                + ") matches "
                                + (all != null ? "every request" : "the same requests"));
            }
            if (all == null && conditions.isAll()) {
                all = rule;
            }
        }
    }

    private Site site() {
        List<Rule> rules = new ArrayList<>();
        for (Values rule : document.get(SiteKeys.RULES)) {
            rules.add(rule(rules.size(), rule));
        }
        return new Site(
                document.get(SiteKeys.SITE),
                document.get(SiteKeys.HOSTS),
                document.get(SiteKeys.ORIGINS).stream().map(SiteReader::origin).toList(),
                document.get(SiteKeys.BALANCE),
                document.get(SiteKeys.PRESERVE_HOST),
                document.get(SiteKeys.ALLOW_ORIGIN_FALLBACK),
                document.get(SiteKeys.ON_CONTROL_LOSS),
                DiskKeys.share(document.find(DiskKeys.DISK)),
                rules,
                new Rule(
                        -1,
                        Rule.Match.ALL,
                        CacheKeys.settings(defaults),
                        false,
                        CompressKeys.settings(null, defaults.find(CompressKeys.COMPRESS)),
                        RuleKeys.edits(defaults, RuleKeys.REQUEST_FIELDS),
                        RuleKeys.edits(defaults, RuleKeys.RESPONSE_FIELDS),
                        null,
                        defaults.get(RuleKeys.TAGS)));
    }

    private Rule rule(int index, Values rule) {
        Values cache = rule.find(RuleKeys.CACHE);
        FieldEdits request = RuleKeys.edits(defaults, RuleKeys.REQUEST_FIELDS);
        FieldEdits response = RuleKeys.edits(defaults, RuleKeys.RESPONSE_FIELDS);
        Set<String> tags = new LinkedHashSet<>(defaults.get(RuleKeys.TAGS));
        tags.addAll(rule.get(RuleKeys.TAGS));
        Rule.Match match = conditions(rule.get(RuleKeys.MATCH));
        return new Rule(
                index,
                match == null ? Rule.Match.ALL : match,
                CacheKeys.settings((cache == null ? Values.NONE : cache).over(defaults)),
                rule.get(RuleKeys.PASS),
                CompressKeys.settings(
                        rule.find(CompressKeys.COMPRESS), defaults.find(CompressKeys.COMPRESS)),
                request.and(RuleKeys.edits(rule, RuleKeys.REQUEST_FIELDS)),
                response.and(RuleKeys.edits(rule, RuleKeys.RESPONSE_FIELDS)),
                action(rule),
                List.copyOf(tags));
    }

    /** Null when a condition was wrong. */
    private static Rule.@Nullable Match conditions(Values match) {
        List<PathGlob> paths = match.find(RuleKeys.PATH);
        List<String> methods = match.find(RuleKeys.METHOD);
        var headers = match.find(RuleKeys.HEADER);
        var query = match.find(RuleKeys.QUERY);
        List<String> countries = match.find(RuleKeys.COUNTRY);
        if (paths == null
                || methods == null
                || headers == null
                || query == null
                || countries == null) {
            return null;
        }
        return new Rule.Match(
                paths, Set.copyOf(methods), tests(headers), tests(query), Set.copyOf(countries));
    }

    private static List<FieldTest> tests(Map<String, ConditionShape.Condition> conditions) {
        List<FieldTest> tests = new ArrayList<>();
        conditions.forEach((name, c) -> tests.add(new FieldTest(name, c.presence(), c.values())));
        return tests;
    }

    private static @Nullable Action action(Values rule) {
        Values redirect = rule.find(RuleKeys.REDIRECT);
        Values deny = rule.find(RuleKeys.DENY);
        if (redirect != null) {
            return new Action.Redirecting(
                    new Redirect(
                            redirect.get(RuleKeys.REDIRECT_TO),
                            redirect.get(RuleKeys.REDIRECT_STATUS),
                            redirect.get(RuleKeys.REDIRECT_KEEP_QUERY)));
        }
        return deny == null ? null : new Action.Denying(deny.get(RuleKeys.DENY_STATUS));
    }

    private static Origin origin(Values values) {
        Values given = values.find(SiteKeys.TIMEOUTS);
        Values timeouts = given == null ? Values.NONE : given;
        Origin url = values.get(SiteKeys.URL);
        return new Origin(
                url.scheme(),
                url.host(),
                url.port(),
                url.basePath(),
                values.get(SiteKeys.WEIGHT),
                new Origin.Timeouts(
                        timeouts.get(SiteKeys.CONNECT),
                        timeouts.get(SiteKeys.FIRST_BYTE),
                        timeouts.get(SiteKeys.BETWEEN_BYTES),
                        timeouts.get(SiteKeys.TOTAL)),
                values.get(SiteKeys.MAX_CONNECTIONS));
    }
}

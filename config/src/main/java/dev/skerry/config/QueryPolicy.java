package dev.skerry.config;

import dev.skerry.config.text.TextGlob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What becomes of a request's query before the cache key is made. The origin receives the same
 * query, so that nothing outside the key can shape a stored response.
 *
 * @param mode which parameters stay
 * @param names the parameters that {@link Mode#ONLY} keeps or {@link Mode#EXCEPT} removes
 * @param sort whether those that stay are ordered by name; values of one name keep their order
 */
public record QueryPolicy(Mode mode, List<TextGlob> names, boolean sort) {
    /** The query stays as it came. */
    public static final QueryPolicy ALL = new QueryPolicy(Mode.ALL, List.of(), false);

    /** Which parameters stay. */
    public enum Mode {
        /** All of them. */
        ALL,
        /** None. */
        IGNORE,
        /** Those named. */
        ONLY,
        /** All but those named. */
        EXCEPT
    }

    /** Copies the list. */
    public QueryPolicy {
        names = List.copyOf(names);
    }

    /**
     * The target with its query treated; the same instance when nothing changes. A target whose
     * parameters all go loses its question mark too.
     */
    public String apply(String target) {
        if (mode == Mode.ALL && !sort) {
            return target;
        }
        int question = target.indexOf('?');
        if (question < 0) {
            return target;
        }
        if (mode == Mode.IGNORE) {
            return target.substring(0, question);
        }
        List<String> kept = kept(target, question + 1);
        if (sort) {
            kept.sort(Comparator.comparing(QueryPolicy::name));
        }
        if (kept.isEmpty()) {
            return target.substring(0, question);
        }
        String query = String.join("&", kept);
        return target.startsWith(query, question + 1)
                        && target.length() == question + 1 + query.length()
                ? target
                : target.substring(0, question + 1) + query;
    }

    private List<String> kept(String target, int from) {
        List<String> kept = new ArrayList<>();
        for (int start = from; start <= target.length(); ) {
            int end = target.indexOf('&', start);
            end = end < 0 ? target.length() : end;
            String parameter = target.substring(start, end);
            if (keeps(parameter)) {
                kept.add(parameter);
            }
            start = end + 1;
        }
        return kept;
    }

    private boolean keeps(String parameter) {
        if (mode == Mode.ALL) {
            return true;
        }
        String name = name(parameter);
        boolean named = false;
        for (TextGlob glob : names) {
            named = named || glob.matches(name);
        }
        return named == (mode == Mode.ONLY);
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals);
    }
}

package dev.skerry.config;

import dev.skerry.config.text.PathGlob;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the requests that a rule matches. Every setting has its final value: what the
 * rule leaves open has been taken from the site's defaults.
 *
 * @param index its place among the site's rules from 0; -1 for what holds when none matches
 * @param match which requests it decides
 * @param cache how responses are cached
 * @param pass whether requests go upstream without the cache
 * @param compress which codings an edge makes of what it answers
 * @param requestFields changes to what goes upstream
 * @param responseFields changes to what the client gets
 * @param action an answer without the cache and the origin; null for none
 * @param tags surrogate keys that every response gets in addition
 */
public record Rule(
        int index,
        Match match,
        CacheSettings cache,
        boolean pass,
        CompressSettings compress,
        FieldEdits requestFields,
        FieldEdits responseFields,
        @Nullable Action action,
        List<String> tags) {
    /** Copies the list. */
    public Rule {
        tags = List.copyOf(tags);
    }

    /** A rule for whatever no other rule matches. */
    public static Rule otherwise(CacheSettings cache) {
        return new Rule(
                -1,
                Match.ALL,
                cache,
                false,
                CompressSettings.DEFAULTS,
                FieldEdits.NONE,
                FieldEdits.NONE,
                null,
                List.of());
    }

    /** An answer that needs no content. */
    public sealed interface Action {
        /** Answers with another location. */
        record Redirecting(Redirect redirect) implements Action {}

        /**
         * Refuses.
         *
         * @param status 400 to 599
         */
        record Denying(int status) implements Action {
            /** The status of a rule that names none. */
            public static final int DEFAULT_STATUS = 403;
        }
    }

    /**
     * The conditions of a rule, which must all hold. An empty list or set is no condition.
     *
     * @param paths one must match
     * @param methods one must be the request's; case counts
     * @param headers all must pass
     * @param query all must pass
     * @param countries ISO 3166-1 alpha-2 in upper case; one must be the client's. A client of
     *     unknown country meets none
     */
    public record Match(
            List<PathGlob> paths,
            Set<String> methods,
            List<FieldTest> headers,
            List<FieldTest> query,
            Set<String> countries) {
        /** Matches every request. */
        public static final Match ALL =
                new Match(List.of(), Set.of(), List.of(), List.of(), Set.of());

        /** Copies the collections. */
        public Match {
            paths = List.copyOf(paths);
            methods = Set.copyOf(methods);
            headers = List.copyOf(headers);
            query = List.copyOf(query);
            countries = Set.copyOf(countries);
        }

        /** Whether every request matches. */
        public boolean isAll() {
            return (paths.isEmpty() || paths.stream().anyMatch(PathGlob::matchesAll))
                    && methods.isEmpty()
                    && headers.isEmpty()
                    && query.isEmpty()
                    && countries.isEmpty();
        }
    }
}

package dev.skerry.cache.policy;

/**
 * How long a response may be reused, and what afterwards. All times are non-negative milliseconds.
 *
 * @param lifetimeMillis RFC 9111 §4.2.1; fresh while the current age is below it
 * @param source what decided the lifetime
 * @param staleWhileRevalidateMillis RFC 5861 §3; 0 where stale reuse is forbidden
 * @param staleIfErrorMillis RFC 5861 §4; 0 where stale reuse is forbidden
 * @param mustRevalidate must-revalidate, proxy-revalidate or an applicable s-maxage: never stale
 * @param alwaysRevalidate no-cache: validated at each reuse
 * @param immutable RFC 8246
 */
public record Freshness(
        long lifetimeMillis,
        Source source,
        long staleWhileRevalidateMillis,
        long staleIfErrorMillis,
        boolean mustRevalidate,
        boolean alwaysRevalidate,
        boolean immutable) {
    /** What decided a lifetime. */
    public enum Source {
        /** A rule of the site. */
        RULE,
        /** {@code CDN-Cache-Control}. */
        CDN_CACHE_CONTROL,
        /** {@code Surrogate-Control}. */
        SURROGATE_CONTROL,
        /** {@code Cache-Control: s-maxage}. */
        S_MAXAGE,
        /** {@code Cache-Control: max-age}. */
        MAX_AGE,
        /** {@code Expires}. */
        EXPIRES,
        /** The time since {@code Last-Modified}. */
        HEURISTIC,
        /** The site's default, for a response that says nothing. */
        DEFAULT_TTL,
        /** Nothing: stale at once. */
        NONE;

        /** Whether the response itself says how long it is fresh. */
        public boolean isExplicit() {
            return switch (this) {
                case CDN_CACHE_CONTROL, SURROGATE_CONTROL, S_MAXAGE, MAX_AGE, EXPIRES -> true;
                case RULE, HEURISTIC, DEFAULT_TTL, NONE -> false;
            };
        }
    }
}

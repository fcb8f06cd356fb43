package dev.skerry.cache.policy;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.Fields;
import org.jspecify.annotations.Nullable;

/**
 * May a stored response that matches the request be used? RFC 9111 §4, §4.2.4 and §5.2.1, RFC 5861,
 * RFC 8246. Nothing here allocates.
 */
public final class Reuse {
    private Reuse() {}

    /** What to do with the stored response. */
    public enum Verdict {
        /** Send it. */
        FRESH(null),
        /** Send it and refresh it behind. */
        STALE_WHILE_REVALIDATE(null),
        /** Send it: the client's max-stale allows its age. */
        STALE_ACCEPTED(null),
        /** Validate it: its lifetime and its stale window are over. */
        EXPIRED(MissReason.EXPIRED),
        /** Validate it: the response says no-cache. */
        NO_CACHE(MissReason.RESPONSE_NO_CACHE),
        /** Validate it: the request's directives ask for that. */
        REQUEST_DIRECTIVE(MissReason.REQUEST_DIRECTIVE);

        private final @Nullable MissReason reason;

        Verdict(@Nullable MissReason reason) {
            this.reason = reason;
        }

        /** Why it may not be sent without asking upstream first; null when it may. */
        public @Nullable MissReason missReason() {
            return reason;
        }
    }

    /**
     * Decides.
     *
     * @param ageMillis current age
     * @param lifetimeMillis freshness lifetime
     * @param staleWhileRevalidateMillis see {@link Freshness}
     * @param mustRevalidate see {@link Freshness}
     * @param alwaysRevalidate see {@link Freshness}
     * @param immutable see {@link Freshness}
     * @param request the request's directives if the site honours them, else {@link
     *     CacheControl#NONE}
     */
    public static Verdict decide(
            long ageMillis,
            long lifetimeMillis,
            long staleWhileRevalidateMillis,
            boolean mustRevalidate,
            boolean alwaysRevalidate,
            boolean immutable,
            CacheControl request) {
        if (alwaysRevalidate) {
            return Verdict.NO_CACHE;
        }
        boolean fresh = ageMillis < lifetimeMillis;
        if (demandsMore(ageMillis, lifetimeMillis, fresh && immutable, request)) {
            return Verdict.REQUEST_DIRECTIVE;
        }
        if (fresh) {
            return Verdict.FRESH;
        }
        if (mustRevalidate) {
            return Verdict.EXPIRED;
        }
        long staleMillis = ageMillis - lifetimeMillis;
        if (staleMillis < staleWhileRevalidateMillis) {
            return Verdict.STALE_WHILE_REVALIDATE;
        }
        long staleSeconds = staleMillis / 1000 + (staleMillis % 1000 == 0 ? 0 : 1);
        return staleSeconds <= request.maxStale() ? Verdict.STALE_ACCEPTED : Verdict.EXPIRED;
    }

    /**
     * Whether a stored response may stand in for an upstream that fails (RFC 5861 §4).
     *
     * @param staleIfErrorMillis see {@link Freshness}: 0 where it is forbidden
     */
    public static boolean staleIfErrorAllowed(
            long ageMillis, long lifetimeMillis, long staleIfErrorMillis) {
        return ageMillis < lifetimeMillis || ageMillis - lifetimeMillis < staleIfErrorMillis;
    }

    /** Whether an upstream's status code is an error that a stale response may stand in for. */
    public static boolean isServerError(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /**
     * The directives of a request; {@code Pragma: no-cache} counts where there is no Cache-Control
     * (RFC 9111 §5.4).
     */
    public static CacheControl requestDirectives(Fields request) {
        if (!request.contains("Cache-Control") && request.contains("Pragma")) {
            CacheControl pragma = CacheControl.of(request, "Pragma");
            return pragma.noCache() ? CacheControl.parse("no-cache") : CacheControl.NONE;
        }
        return CacheControl.of(request);
    }

    /**
     * The request's no-cache, max-age and min-fresh. A fresh immutable response needs no
     * revalidation for a mere max-age, which is what a reload sends (RFC 8246 §2).
     */
    private static boolean demandsMore(
            long ageMillis, long lifetimeMillis, boolean freshImmutable, CacheControl request) {
        if (request.noCache()) {
            return true;
        }
        long maxAge = request.maxAge();
        if (maxAge != CacheControl.ABSENT && !freshImmutable && ageMillis > 1000 * maxAge) {
            return true;
        }
        long minFresh = request.minFresh();
        return minFresh != CacheControl.ABSENT && lifetimeMillis - ageMillis < 1000 * minFresh;
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.policy.Reuse;

/**
 * What is remembered of keys for which nothing is stored: that their responses could not be shared
 * (hit-for-miss), all or those to requests with credentials, or that upstream failed for them.
 */
final class Marks {
    private final TimeSource time;
    private final long failureBackoffMillis;
    private final EngineCounters counters;
    private final MarkedKeys hitForMiss;
    private final MarkedKeys withCredentials;
    private final MarkedKeys failing;

    Marks(CacheEngine.Limits limits, TimeSource time, EngineCounters counters) {
        this.time = time;
        this.failureBackoffMillis = limits.failureBackoffMillis();
        this.counters = counters;
        this.hitForMiss = new MarkedKeys(limits.markedKeys());
        this.withCredentials = new MarkedKeys(limits.markedKeys());
        this.failing = new MarkedKeys(limits.markedKeys());
    }

    /** Whether responses to such requests for the key could not be shared a moment ago. */
    boolean isHitForMiss(CacheRequest request) {
        return isMarked(hitForMiss, request)
                || (hasCredentials(request) && isMarked(withCredentials, request));
    }

    /** Whether a request has what makes RFC 9111 §3.5 ask for an explicit word of the response. */
    static boolean hasCredentials(CacheRequest request) {
        return request.head().fields().contains("Authorization");
    }

    /**
     * Whether a response was not to be shared because its request had credentials, which says
     * nothing about those that have none. Never where it would not be remembered: a request might
     * wait for one such response after the other.
     */
    static boolean isForCredentialsOnly(CacheRequest request, Reception reception) {
        return reception.notStored() == MissReason.AUTHORIZATION
                && request.route().rules().hitForMissMillis() > 0;
    }

    private boolean isMarked(MarkedKeys keys, CacheRequest request) {
        return keys.isMarked(
                request.key(), time.monotonicMillis(), request.route().liveness().epoch());
    }

    /** Whether upstream failed for the key a moment ago. */
    boolean isFailing(CacheRequest request) {
        return isMarked(failing, request);
    }

    /** Remembers whether a key's responses can be shared. */
    void remember(CacheRequest request, Reception reception, Fill.Plan plan) {
        if (!plan.shared() || !request.head().method().equals("GET")) {
            return;
        }
        if (reception.notStored() == MissReason.REQUEST_NO_STORE // nothing about the next one
                || isAboutARange(reception, plan)) {
            return;
        }
        if (reception.reusable()) {
            hitForMiss.clear(request.key());
            if (hasCredentials(request)) {
                withCredentials.clear(request.key());
            }
        } else if (Reuse.isServerError(reception.forClient().status())) {
            // It passes; an origin in trouble is not to get every request at once on top.
            counters.uncacheable.increment();
        } else {
            counters.uncacheable.increment();
            boolean credentials = reception.notStored() == MissReason.AUTHORIZATION;
            (credentials ? withCredentials : hitForMiss)
                    .mark(
                            request.key(),
                            time.monotonicMillis() + request.route().rules().hitForMissMillis(),
                            request.route().liveness().epoch());
        }
    }

    /** What one range came to says nothing about others, or about the whole. */
    private static boolean isAboutARange(Reception reception, Fill.Plan plan) {
        return plan.slice() instanceof Slice.Asked
                && (reception.notStored() == MissReason.PARTIAL
                        || reception.forClient().status() == 416);
    }

    /** Remembers that upstream gave nothing usable for a key. */
    void failed(CacheRequest request) {
        failing.mark(
                request.key(),
                time.monotonicMillis() + failureBackoffMillis,
                request.route().liveness().epoch());
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.purge.Lease;

/**
 * What a site wants of a node whose lease is over, so that it may not know of a purge (PURGE.md
 * rules 14 and 16). Asked on the path of every hit: one comparison.
 *
 * @param lease the node's; an endless one for a site that is served whatever happens
 * @param orStale whether an unverified response may stand in for an upstream that fails
 */
public record ControlLoss(Lease lease, boolean orStale) {
    /** Everything is served as ever. */
    public static ControlLoss serve() {
        return new ControlLoss(Lease.endless(), true);
    }

    /** Whether nothing stored may be used at this moment that upstream has not confirmed. */
    boolean doubts(long nowMillis) {
        return lease.isOver(nowMillis);
    }

    /** Whether not even an upstream that fails makes an unverified response usable. */
    boolean forbidsStale(long nowMillis) {
        return !orStale && doubts(nowMillis);
    }
}

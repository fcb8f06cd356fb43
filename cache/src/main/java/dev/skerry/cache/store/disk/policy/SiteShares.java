package dev.skerry.cache.store.disk.policy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many bytes of the log are of which site, and how many may be. What was replaced or removed
 * counts until its segment leaves the log: it takes the room until then. Thread-safe.
 */
public final class SiteShares {
    private final Map<Integer, LongAdder> bytes = new ConcurrentHashMap<>();

    /** What each segment of the log has; guarded by this. */
    private final Map<Long, SiteBytes> segments = new HashMap<>();

    private volatile Map<Integer, SiteShare> shares = Map.of();

    /** What holds from now on; a site that is not named may take everything, and loses it. */
    public void set(Map<Integer, SiteShare> named) {
        shares = Map.copyOf(named);
    }

    /** Records of a site were written into a segment, or found in it at the start. */
    public synchronized void added(long segment, int site, long count) {
        segments.computeIfAbsent(segment, s -> new SiteBytes()).add(site, count);
        add(site, count);
    }

    /** A segment stays in the log after all, with what it had. */
    public synchronized void stayed(long segment, SiteBytes had) {
        had.forEach((site, count) -> added(segment, site, count));
    }

    /** A segment leaves the log; returns all that was added of it, nothing if it has left. */
    public synchronized SiteBytes left(long segment) {
        SiteBytes gone = segments.remove(segment);
        if (gone == null) {
            return new SiteBytes();
        }
        gone.forEach((site, count) -> add(site, -count));
        return gone;
    }

    /** All segments but these have left. */
    public synchronized void retain(Collection<Long> numbers) {
        for (long segment : segments.keySet().toArray(Long[]::new)) {
            if (!numbers.contains(segment)) {
                left(segment);
            }
        }
    }

    private void add(int site, long count) {
        bytes.computeIfAbsent(site, s -> new LongAdder()).add(count);
    }

    /** The bytes of a site. */
    public long bytes(int site) {
        LongAdder count = bytes.get(site);
        return count == null ? 0 : count.sum();
    }

    /** Whether a site has more than its floor asks for, without so many bytes. */
    boolean isBelowFloor(int site, long without) {
        SiteShare share = shares.getOrDefault(site, SiteShare.ANY);
        return share.floor() > 0 && bytes(site) - without < share.floor();
    }

    /** Whether a site would have more than its cap allows, with so many bytes more. */
    boolean isAboveCap(int site, long more) {
        SiteShare share = shares.getOrDefault(site, SiteShare.ANY);
        return share.cap() < Long.MAX_VALUE && bytes(site) + more > share.cap();
    }
}

package dev.skerry.cache.store.disk.policy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many bytes of the log are of which site, and how many may be. What was replaced or removed
 * counts until its segment is reclaimed: it takes the room until then. Thread-safe.
 */
public final class SiteShares {
    private final Map<Integer, LongAdder> bytes = new ConcurrentHashMap<>();
    private volatile Map<Integer, SiteShare> shares = Map.of();

    /** What holds from now on; a site that is not named may take everything, and loses it. */
    public void set(Map<Integer, SiteShare> named) {
        shares = Map.copyOf(named);
    }

    /** A record of the site was appended, or found at the start. */
    public void added(int site, long count) {
        bytes.computeIfAbsent(site, s -> new LongAdder()).add(count);
    }

    /** A record of the site is no longer there, because its segment is reclaimed. */
    public void gone(int site, long count) {
        added(site, -count);
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

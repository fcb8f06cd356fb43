package dev.skerry.cache.store.disk.policy;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.DirectMemory;

/**
 * Which responses are worth writing. While the disk has room that was never used, all are. Later it
 * takes a second fetch: one that comes while the first one would still be on the disk, had it been
 * written. Uses while the response is in memory do not count: they come in bursts, and a burst that
 * memory has answered is no reason to write. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    /** Bodies are taken for this long on average when the memory for their keys is measured. */
    private static final int USUAL_BODY = 64 << 10;

    private static final int FEWEST_KEYS = 1 << 16;
    private static final int MOST_KEYS = 1 << 24;

    private final SiteShares shares;
    private final SeenKeys seen;
    private volatile boolean roomy = true;

    /**
     * @param bytes of the disk
     * @param memory of which it takes two bytes for each 64 KiB of the disk, 128 KiB at least and
     *     32 MiB at most; where that is not to be had, it admits more
     */
    public Admission(long bytes, DirectMemory memory, SiteShares shares) {
        this.shares = shares;
        int keys = Math.clamp(bytes / USUAL_BODY, FEWEST_KEYS, MOST_KEYS);
        seen = new SeenKeys(bytes, keys, memory);
    }

    /** Whether there is room on the disk without giving up what it holds. At first there is. */
    public void roomy(boolean has) {
        roomy = has;
    }

    /**
     * Whether to write a response; if not, its key is remembered.
     *
     * @param bytes of it
     * @param proved whether it is known already that more than one fetch was worth it: it takes the
     *     place of what is on the disk, or was used when memory had long held it
     */
    public boolean admits(CacheKey key, int site, long bytes, boolean proved) {
        if (shares.isAboveCap(site, bytes)) {
            return false;
        }
        if (roomy || proved || shares.isBelowFloor(site, 0)) {
            return true;
        }
        synchronized (seen) {
            if (seen.contains(key)) {
                return true;
            }
            seen.add(key, bytes);
            return false;
        }
    }

    /** A response was given up for room: should it be fetched again, it is written again. */
    public void dropped(CacheKey key, long bytes) {
        synchronized (seen) {
            seen.add(key, bytes);
        }
    }

    /** Gives the memory back; not to be used any more. */
    @Override
    public void close() {
        synchronized (seen) {
            seen.close();
        }
    }
}

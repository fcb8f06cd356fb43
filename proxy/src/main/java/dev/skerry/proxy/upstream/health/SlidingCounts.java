package dev.skerry.proxy.upstream.health;

import java.time.Duration;
import java.util.Arrays;

/**
 * Counts of several kinds over a sliding window, in ten buckets: what leaves the window does so a
 * tenth at a time. Not thread-safe.
 */
final class SlidingCounts {
    private static final int BUCKETS = 10;

    private final long bucketNanos;
    private final int[][] counts;
    private final long[] epochs = new long[BUCKETS];

    SlidingCounts(int kinds, Duration window) {
        this.bucketNanos = Math.max(1, window.toNanos() / BUCKETS);
        this.counts = new int[BUCKETS][kinds];
        Arrays.fill(epochs, Long.MIN_VALUE);
    }

    void add(int kind, long nowNanos) {
        long epoch = Math.floorDiv(nowNanos, bucketNanos);
        int bucket = (int) Math.floorMod(epoch, (long) BUCKETS);
        if (epochs[bucket] != epoch) {
            epochs[bucket] = epoch;
            Arrays.fill(counts[bucket], 0);
        }
        counts[bucket][kind]++;
    }

    /** The count of the current bucket and the nine before it. */
    long total(int kind, long nowNanos) {
        long epoch = Math.floorDiv(nowNanos, bucketNanos);
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (epochs[i] > epoch - BUCKETS && epochs[i] <= epoch) {
                total += counts[i][kind];
            }
        }
        return total;
    }

    void clear() {
        Arrays.fill(epochs, Long.MIN_VALUE);
    }
}

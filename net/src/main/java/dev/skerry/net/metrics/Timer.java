package dev.skerry.net.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations in a few buckets. Resolve it once and keep it; recording takes no lock and allocates
 * nothing.
 */
public final class Timer {
    private final long[] bounds;
    private final LongAdder[] buckets;
    private final LongAdder nanos = new LongAdder();

    Timer(List<Duration> bounds) {
        this.bounds = bounds.stream().mapToLong(Duration::toNanos).sorted().toArray();
        this.buckets = new LongAdder[bounds.size() + 1];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** Records a duration in nanoseconds; a negative one counts as zero. */
    public void record(long duration) {
        int bucket = 0;
        while (bucket < bounds.length && duration > bounds[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        nanos.add(Math.max(0, duration));
    }

    /** How many were recorded. */
    public long count() {
        long count = 0;
        for (LongAdder bucket : buckets) {
            count += bucket.sum();
        }
        return count;
    }

    /** Upper bounds in nanoseconds, inclusive, ascending; one more bucket holds the rest. */
    long[] bounds() {
        return bounds;
    }

    /** How many fell into each bucket (not cumulative). */
    long[] counts() {
        long[] counts = new long[buckets.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets[i].sum();
        }
        return counts;
    }

    double totalSeconds() {
        return nanos.sum() / 1e9;
    }
}

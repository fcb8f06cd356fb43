package dev.skerry.cache.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How fast a site's responses may be refreshed behind requests that are answered with what a soft
 * purge has made stale. Whoever asks when a refresh is due has it, so what is asked for most is
 * refreshed first; the others are answered stale as well, as long as that is allowed. It is advice
 * about load: nothing that is true depends on it, and a restart forgets it. Thread-safe.
 */
public final class RefreshPace {
    /** For how long a pace holds; stale windows are over by then. */
    public static final long LASTS_NANOS = TimeUnit.HOURS.toNanos(1);

    private final AtomicLong next = new AtomicLong();
    private volatile @Nullable Pace pace;

    /** No pace: everything may be refreshed at once. */
    public RefreshPace() {}

    private record Pace(long intervalNanos, long endNanos) {}

    /**
     * Sets the pace from now on, in place of another.
     *
     * @param intervalNanos the least time between two refreshes
     * @param nowNanos of a monotonic clock
     */
    public void set(long intervalNanos, long nowNanos) {
        next.set(nowNanos);
        pace = new Pace(intervalNanos, nowNanos + LASTS_NANOS);
    }

    /** Whether a refresh may begin now; if so it counts. */
    boolean admits(long nowNanos) {
        Pace now = pace;
        if (now == null || nowNanos - now.endNanos >= 0) {
            return true;
        }
        long due = next.get();
        return nowNanos - due >= 0 && next.compareAndSet(due, nowNanos + now.intervalNanos);
    }
}

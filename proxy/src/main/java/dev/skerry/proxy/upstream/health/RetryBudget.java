package dev.skerry.proxy.upstream.health;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many requests may be sent a second time: a fifth of the requests of the last 10 seconds, or
 * 30 where there are few. Without it, retries would double the load of upstreams just when they
 * fail. Thread-safe.
 */
public final class RetryBudget {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int REQUESTS_PER_RETRY = 5;
    private static final long ALWAYS = 30;
    private static final int REQUEST = 0;
    private static final int RETRY = 1;

    private final LongSupplier nanoTime;
    private final SlidingCounts counts = new SlidingCounts(2, WINDOW);

    /** A full budget. */
    public RetryBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts a request, not its retries. */
    public synchronized void requested() {
        counts.add(REQUEST, nanoTime.getAsLong());
    }

    /** Takes one retry; false when there is none left now. */
    public synchronized boolean tryRetry() {
        long now = nanoTime.getAsLong();
        long allowed = Math.max(ALWAYS, counts.total(REQUEST, now) / REQUESTS_PER_RETRY);
        if (counts.total(RETRY, now) >= allowed) {
            return false;
        }
        counts.add(RETRY, now);
        return true;
    }
}

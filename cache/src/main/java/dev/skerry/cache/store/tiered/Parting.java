package dev.skerry.cache.store.tiered;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.memory.MemoryResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Writes down what lies in memory alone when the store closes: the hottest first, and for no longer
 * than {@value #MOST_MILLIS} ms.
 */
final class Parting {
    private static final int MOST_MILLIS = 3_000;

    /** How long a queue that is full is given. */
    private static final long PAUSE_NANOS = 1_000_000;

    private final LowerTier lower;
    private final LongSupplier nanoTime;
    private final long end;

    Parting(LowerTier lower, LongSupplier nanoTime) {
        this.lower = lower;
        this.nanoTime = nanoTime;
        this.end = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
    }

    /** Gives the reference of each back. */
    void write(List<Map.Entry<CacheKey, MemoryResponse>> hottestFirst) {
        for (Map.Entry<CacheKey, MemoryResponse> entry : hottestFirst) {
            MemoryResponse response = entry.getValue();
            try {
                // One that nobody has used may be refused for just that, so it is offered once.
                boolean taken = offer(entry.getKey(), response);
                while (!taken && response.isUsed() && left() > 0) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    taken = offer(entry.getKey(), response);
                }
            } finally {
                response.release();
            }
        }
    }

    private boolean offer(CacheKey key, MemoryResponse response) {
        return left() > 0 && Uses.write(lower, key, response);
    }

    private long left() {
        return end - nanoTime.getAsLong();
    }
}

package dev.skerry.cache.store.tiered;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.memory.MemoryResponse;
import dev.skerry.cache.store.memory.MemoryStore;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a use of a response leads to: the lower tier is told of the first two; at the second one of
 * a body that lies below, while its head is in memory, the body is read into memory. Then the
 * response is settled, and a use costs nothing. Uses in memory alone are no reason to write: they
 * come in bursts. What stays in memory beyond that is written; see {@link #kept}.
 */
final class Uses {
    private static final Logger log = LoggerFactory.getLogger(Uses.class);

    /**
     * The longest body that is read into memory. The system sends longer ones from its page cache
     * without a copy, and each would push many small ones out.
     */
    static final int MOST_BYTES = 256 << 10;

    /** How many bodies are read into memory at once; one more waits for its next use. */
    private static final int MOST_AT_ONCE = 8;

    private final MemoryStore memory;
    private final LowerTier lower;
    private final Stripes stripes;
    private final Executor executor;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    Uses(MemoryStore memory, LowerTier lower, Stripes stripes, Executor executor) {
        this.memory = memory;
        this.lower = lower;
        this.stripes = stripes;
        this.executor = executor;
    }

    /** A request uses a response that is not settled, and which the caller holds. */
    void add(CacheKey key, MemoryResponse response) {
        if (response.name() == null) {
            response.markSettled();
            return;
        }
        lower.used(key);
        if (!response.isUsed()) {
            response.markUsed();
        } else if (response.tier() == Tier.MEMORY) {
            response.markSettled();
        } else {
            bringUp(key, response);
        }
    }

    /**
     * Writes down what was used and stays in memory, so that a crash does not take it. While
     * another change of such keys is being made it does not: the calling thread need not wait for
     * that.
     */
    void kept(CacheKey key, MemoryResponse response) {
        Stripes.Stripe stripe = stripes.of(key);
        if (response.name() == null || !stripe.tryBegin()) {
            return;
        }
        try {
            if (memory.isStored(key, response) && write(lower, key, response)) {
                response.markBelow();
            }
        } finally {
            stripe.end();
        }
    }

    /** Gives a response to the lower tier as it is; between the begin and the end of a change. */
    static boolean write(LowerTier lower, CacheKey key, MemoryResponse response) {
        return lower.write(
                key,
                response.head(),
                response.bodyId(),
                response.bodyLength(),
                response.parts(),
                response.isUsed());
    }

    private void bringUp(CacheKey key, MemoryResponse response) {
        if (response.bodyLength() > MOST_BYTES || !response.isWhole()) {
            response.markSettled();
            return;
        }
        if (!places.tryAcquire()) {
            return;
        }
        response.markSettled();
        if (!response.retain()) {
            throw new IllegalStateException("released while it was held");
        }
        try {
            executor.execute(() -> bringUpNow(key, response));
        } catch (RejectedExecutionException closing) {
            places.release();
            response.release();
        }
    }

    private void bringUpNow(CacheKey key, MemoryResponse response) {
        try {
            memory.bringUp(key, response);
            memory.review(this::kept);
        } catch (IOException unreadable) {
            // The tier has counted it and given it up; the next look finds what is left.
            memory.remove(key, response);
        } catch (RuntimeException fault) {
            log.error("a body could not be read into memory", fault);
        } finally {
            places.release();
            response.release();
        }
    }
}

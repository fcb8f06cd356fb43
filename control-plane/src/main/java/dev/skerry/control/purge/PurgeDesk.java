package dev.skerry.control.purge;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where purges are handed in and asked for: of a node that stands alone, or of a whole fleet.
 * Thread-safe.
 */
public interface PurgeDesk {
    /**
     * Accepts a purge: it has its place in the one order, durably, when this returns. Waits until
     * it is done, up to a limit.
     *
     * @param wait from 0 to {@link PurgeApi#LONGEST_WAIT}
     * @return the receipt as it is then, done or not
     * @throws IOException when it was not accepted, and nothing was purged
     */
    PurgeReceipt accept(PurgeOrder order, Duration wait) throws IOException, InterruptedException;

    /**
     * Accepts a purge unless it was accepted under the same key before: then its receipt, as it is
     * now, is that of the first.
     *
     * @param wait from 0 to {@link PurgeApi#LONGEST_WAIT}
     * @throws IdempotencyKey.Reused when the key came with another body; then nothing was purged
     * @throws IOException when it was not accepted, and nothing was purged
     */
    PurgeReceipt acceptOnce(IdempotencyKey key, PurgeOrder order, Duration wait)
            throws IdempotencyKey.Reused, IOException, InterruptedException;

    /**
     * The receipt of an earlier purge as it is now, or null when it is not remembered.
     *
     * @param id as a client sent it: any text
     * @throws IOException when that cannot be found out now
     */
    @Nullable PurgeReceipt find(String id) throws IOException;

    /**
     * The purges accepted last, the newest first.
     *
     * @param sites which sites are listed, by name
     * @param most at least 1
     * @throws IOException when that cannot be found out now
     */
    List<PurgeReceipt> list(Predicate<String> sites, int most) throws IOException;
}

package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.memory.block.BlockPool;

/**
 * The limits of a memory tier.
 *
 * @param maxObjectBytes the longest body that is stored; a longer one is windowed
 * @param windowBytes how far the writer of a windowed body may be ahead of the slowest reader, give
 *     or take one block
 * @param patienceNanos how long a reader may hold up others, the first reader of a windowed body
 *     may take to come, and a writer waits for memory
 * @param maxVariants the most responses under one key
 * @param windowsBytes what all windows together may hold, but {@link #LEAST_WINDOW_BYTES} each
 */
public record MemoryLimits(
        long maxObjectBytes,
        int windowBytes,
        long patienceNanos,
        int maxVariants,
        long windowsBytes) {
    /** The default window in bytes. */
    public static final int DEFAULT_WINDOW_BYTES = 1 << 20;

    /** The least window of each windowed body, however many there are. */
    public static final int LEAST_WINDOW_BYTES = 64 << 10;

    /** A part of the memory that all windows together may take. */
    private static final int PART_FOR_WINDOWS = 16;

    /** The default patience in nanoseconds. */
    public static final long DEFAULT_PATIENCE_NANOS = 5_000_000_000L;

    /** The default number of variants. */
    public static final int DEFAULT_MAX_VARIANTS = 64;

    /** Refuses what makes no sense. */
    public MemoryLimits {
        if (maxObjectBytes < 0
                || windowBytes < 4 * BlockPool.UNIT
                || patienceNanos < 0
                || maxVariants < 1) {
            throw new IllegalArgumentException("limits out of range");
        }
    }

    /** Limits for a store whose windows need not share. */
    MemoryLimits(long maxObjectBytes, int windowBytes, long patienceNanos, int maxVariants) {
        this(maxObjectBytes, windowBytes, patienceNanos, maxVariants, Long.MAX_VALUE);
    }

    /** How many bytes each of so many windowed bodies may hold. */
    int window(int bodies) {
        long share = windowsBytes / Math.max(1, bodies);
        return (int) Math.min(windowBytes, Math.max(LEAST_WINDOW_BYTES, share));
    }

    /**
     * The defaults for a pool of so many bytes: one object takes an eighth of it at most, so that
     * it does not sweep the rest out.
     */
    public static MemoryLimits forCapacity(long bytes) {
        return new MemoryLimits(
                bytes / 8,
                DEFAULT_WINDOW_BYTES,
                DEFAULT_PATIENCE_NANOS,
                DEFAULT_MAX_VARIANTS,
                bytes / PART_FOR_WINDOWS);
    }
}

package dev.skerry.cache.store.disk.segment;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A bit for each block of a segment that has been read and found right. A block is known by the
 * cell of {@value #CELL} bytes that it begins in; blocks shorter than a cell have no bit, because
 * two of them could begin in the same one. Thread-safe.
 */
public final class VerifiedBlocks {
    /** The shortest block that is remembered. */
    public static final int CELL = 16 << 10;

    private final AtomicLongArray bits;

    VerifiedBlocks(long size) {
        bits = new AtomicLongArray((int) (size / CELL / Long.SIZE + 1));
    }

    /** Whether the block at this place of the file was found right. */
    public boolean has(long at, int length) {
        int cell = (int) (at / CELL);
        return length >= CELL && (bits.get(cell / Long.SIZE) & 1L << cell) != 0;
    }

    /** The block at this place of the file has been found right. */
    public void add(long at, int length) {
        int cell = (int) (at / CELL);
        if (length >= CELL) {
            bits.accumulateAndGet(cell / Long.SIZE, 1L << cell, (old, bit) -> old | bit);
        }
    }

    /** What was found right proved wrong. */
    public void remove(long at) {
        int cell = (int) (at / CELL);
        bits.accumulateAndGet(cell / Long.SIZE, 1L << cell, (old, bit) -> old & ~bit);
    }
}

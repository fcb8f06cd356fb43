package dev.skerry.cache.store.memory.block;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * A pool that finds mistakes of its users: what comes back is overwritten with a pattern, so that
 * whoever reads it afterwards sees it; what goes out must still hold the pattern, so that a late
 * write is found; and a block that comes back twice, or was never given out, is refused. Slower by
 * far: for tests and for hunting a fault.
 */
public final class PoisoningBlockPool extends BlockPool {
    /** The byte that free memory is filled with. */
    public static final byte POISON = (byte) 0xDB;

    private static final long POISON_LONG = 0xDBDBDBDBDBDBDBDBL;

    private final BitSet live = new BitSet();

    /** See {@link BlockPool#BlockPool}. */
    public PoisoningBlockPool(long capacity, int maxBlock) {
        super(capacity, maxBlock);
    }

    @Override
    void opened(ByteBuffer region) {
        fill(region, 0, region.capacity());
    }

    @Override
    void taken(int block, int units) {
        int next = live.nextSetBit(block);
        if (next >= 0 && next < block + units) {
            throw new IllegalStateException("unit " + next + " is given out twice");
        }
        live.set(block, block + units);
        ByteBuffer region = region(block);
        int from = at(block);
        for (int i = from; i < from + units * UNIT; i += Long.BYTES) {
            if (region.getLong(i) != POISON_LONG) {
                throw new IllegalStateException("written to after it came back: unit " + block);
            }
        }
    }

    @Override
    void givenBack(int block, int units) {
        if (live.nextClearBit(block) < block + units) {
            throw new IllegalStateException("unit " + block + " comes back but was not out");
        }
        live.clear(block, block + units);
        fill(region(block), at(block), units * UNIT);
    }

    private static void fill(ByteBuffer region, int from, int length) {
        for (int i = from; i < from + length; i += Long.BYTES) {
            region.putLong(i, POISON_LONG);
        }
    }
}

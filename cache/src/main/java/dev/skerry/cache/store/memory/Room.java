package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.memory.block.BlockPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;

/**
 * Finds memory for whoever fills or stores: from the pool, and when that has none, by evicting. The
 * last {@code reserve} bytes of the pool are for windowed bodies and heads, so that a client can be
 * served when all else is full. Call it without holding a lock.
 */
final class Room {
    /** No part. */
    static final long NONE = -1;

    private static final int ROUNDS = 4;
    private static final int LEAST_EVICTED = 64 << 10;
    private static final int LEAST_PART = 4 << 10;

    private final BlockPool pool;
    private final long reserve;
    private final LongUnaryOperator evict;
    private final AtomicInteger windows = new AtomicInteger();

    /**
     * @param evict evicts responses of about so many bytes and returns how many it evicted
     */
    Room(BlockPool pool, long reserve, LongUnaryOperator evict) {
        this.pool = pool;
        this.reserve = reserve;
        this.evict = evict;
    }

    BlockPool pool() {
        return pool;
    }

    /** One more body is windowed. */
    void windowOpened() {
        windows.incrementAndGet();
    }

    /** A windowed body is gone. */
    void windowClosed() {
        windows.decrementAndGet();
    }

    /** How many bodies are windowed. */
    int windows() {
        return windows.get();
    }

    /** A block of exactly this size if there is one beyond the reserve; nothing is evicted. */
    int spare(int bytes) {
        return pool.allocate(bytes, reserve);
    }

    /** A block of exactly this size that leaves the reserve alone, or {@link BlockPool#NONE}. */
    int block(int bytes) {
        return find(bytes, reserve);
    }

    /** A block of exactly this size, from the reserve if need be, or {@link BlockPool#NONE}. */
    int whole(int bytes) {
        return find(bytes, 0);
    }

    /**
     * A block of the wanted size, or, where free memory lies in small pieces, a smaller one. What
     * is evicted for it is no more than it takes: to evict until the wanted size lies in one piece
     * would empty a good part of the memory each time.
     *
     * @param urgent whether the reserve may be used
     * @return see {@link #block} and {@link #size}, or {@link #NONE}
     */
    long part(int wanted, boolean urgent) {
        long keepFree = urgent ? 0 : reserve;
        long part = freePart(wanted, keepFree);
        if (part != NONE) {
            return part;
        }
        for (int round = 0; round < ROUNDS && part == NONE; round++) {
            long evicted = evict.applyAsLong(Math.max(wanted, LEAST_EVICTED));
            part = freePart(wanted, keepFree);
            if (evicted == 0) {
                return part;
            }
        }
        return part;
    }

    /** The least size that {@link #part} gives when this one is wanted. */
    static int least(int wanted) {
        return Math.min(wanted, LEAST_PART);
    }

    static int block(long part) {
        return (int) part;
    }

    static int size(long part) {
        return (int) (part >>> Integer.SIZE);
    }

    static long pack(int block, int size) {
        return (long) size << Integer.SIZE | block;
    }

    private long freePart(int wanted, long keepFree) {
        for (int size = wanted; size >= least(wanted); size /= 2) {
            int block = pool.allocate(size, keepFree);
            if (block != BlockPool.NONE) {
                return pack(block, size);
            }
        }
        return NONE;
    }

    /**
     * What is evicted may still be on its way to clients, or lie scattered: each round evicts twice
     * as much.
     */
    private int find(int bytes, long keepFree) {
        int block = pool.allocate(bytes, keepFree);
        long wanted = Math.max(bytes, LEAST_EVICTED);
        for (int round = 0; round < ROUNDS && block == BlockPool.NONE; round++) {
            long evicted = evict.applyAsLong(wanted);
            block = pool.allocate(bytes, keepFree);
            if (evicted == 0) {
                return block;
            }
            wanted *= 2;
        }
        return block;
    }
}

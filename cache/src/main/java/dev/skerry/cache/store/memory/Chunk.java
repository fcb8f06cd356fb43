package dev.skerry.cache.store.memory;

import org.jspecify.annotations.Nullable;

/**
 * A link in the chain of a growing body: one block, its place in the body, and how many readers
 * stand in it.
 */
final class Chunk {
    final int block;

    /** How many bytes of the body have their place here. */
    final int capacity;

    /** The offset of its first byte in the body. */
    final long start;

    /** Set before the first byte behind this chunk is published. */
    volatile @Nullable Chunk next;

    /** Set once: the readers that stand here were too slow, and the chunk left the window. */
    volatile boolean cut;

    /** Set once: it lies below, and left the chain; readers that stand here read it to its end. */
    volatile boolean lowered;

    /** Whether it is on its way down; guarded by the chain's lock. */
    boolean sinking;

    /** Guarded by the chain's lock. */
    int readers;

    /**
     * The size of the block, guarded by the chain's lock: the end of the last one is given back.
     */
    int size;

    Chunk(int block, int capacity, long start) {
        this.block = block;
        this.capacity = capacity;
        this.size = capacity;
        this.start = start;
    }

    long end() {
        return start + capacity;
    }
}

package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a complete body, reference-counted apart from the response: a freshened head shares
 * them. Created with one reference. The pool is not kept here, for the sake of four bytes an entry.
 */
final class MemoryBody {
    private static final AtomicIntegerFieldUpdater<MemoryBody> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(MemoryBody.class, "references");

    private final long id;
    private final int single;
    private final int @Nullable [] several;
    private final long length;

    @SuppressWarnings("UnusedVariable") // through REFERENCES
    private volatile int references = 1;

    /** A body in one block of {@code length} bytes, or in none when the length is 0. */
    MemoryBody(long id, int block, int length) {
        this.id = id;
        this.single = block;
        this.several = null;
        this.length = length;
    }

    /**
     * A body in several blocks.
     *
     * @param blocks block and size in bytes in turn
     */
    MemoryBody(long id, int[] blocks, long length) {
        this.id = id;
        this.single = BlockPool.NONE;
        this.several = blocks;
        this.length = length;
    }

    /** Unique in the store: what is made of these bytes is kept under it. */
    long id() {
        return id;
    }

    long length() {
        return length;
    }

    /** How many blocks. */
    int blocks() {
        if (several == null) {
            return length == 0 ? 0 : 1;
        }
        return several.length / 2;
    }

    int block(int index) {
        return several == null ? single : several[2 * index];
    }

    /** The bytes of the body that lie in this block. */
    int size(int index) {
        return several == null ? (int) length : several[2 * index + 1];
    }

    /** What the blocks take from the pool. */
    long footprint() {
        long bytes = 0;
        for (int i = 0; i < blocks(); i++) {
            bytes += BlockPool.footprint(size(i));
        }
        return bytes;
    }

    /** The body as one view, or null when it lies in several blocks. */
    @Nullable ByteBuffer contiguous(BlockPool pool) {
        return switch (blocks()) {
            case 0 -> ByteBuffer.allocate(0).asReadOnlyBuffer();
            case 1 -> pool.view(block(0), 0, size(0));
            default -> null;
        };
    }

    /** Takes one more reference; the caller is sure that another one is held meanwhile. */
    void retain() {
        if (REFERENCES.getAndIncrement(this) <= 0) {
            throw new IllegalStateException("retained after the last release");
        }
    }

    void release(BlockPool pool) {
        int before = REFERENCES.getAndDecrement(this);
        if (before <= 0) {
            throw new IllegalStateException("released more often than retained");
        }
        if (before == 1) {
            for (int i = 0; i < blocks(); i++) {
                pool.free(block(i), size(i));
            }
        }
    }
}

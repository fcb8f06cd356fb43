package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run of bytes in blocks of the pool: a complete body, or a part of one. */
final class MemoryBody extends Run {
    private final long id;
    private final int single;
    private final int @Nullable [] several;
    private final long length;

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

    @Override
    long id() {
        return id;
    }

    @Override
    long length() {
        return length;
    }

    @Override
    long lengthInMemory() {
        return length;
    }

    @Override
    boolean isInMemory() {
        return true;
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

    @Override
    long footprint() {
        long bytes = 0;
        for (int i = 0; i < blocks(); i++) {
            bytes += BlockPool.footprint(size(i));
        }
        return bytes;
    }

    @Override
    @Nullable ByteBuffer contiguous(BlockPool pool) {
        return switch (blocks()) {
            case 0 -> ByteBuffer.allocate(0).asReadOnlyBuffer();
            case 1 -> pool.view(block(0), 0, size(0));
            default -> null;
        };
    }

    @Override
    BodyReader reader(BlockPool pool, long from, long to) {
        Objects.checkFromToIndex(from, to, length);
        return new MemoryBodyReader(pool, this, from, to);
    }

    @Override
    void free(BlockPool pool) {
        for (int i = 0; i < blocks(); i++) {
            pool.free(block(i), size(i));
        }
    }
}

package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the pool for others. Stored responses leave to make room for it, and what is out for
 * long is taken from what they may weigh.
 */
final class PoolMemory implements DirectMemory {
    /** The weight is told anew when what is out has changed by such a part of the pool. */
    private static final int GRAIN = 256;

    private final Room room;
    private final BlockPool pool;
    private final LongConsumer taken;
    private final AtomicLong out = new AtomicLong();
    private final AtomicLong told = new AtomicLong();

    /**
     * @param taken is told how many bytes are out, about
     */
    PoolMemory(Room room, LongConsumer taken) {
        this.room = room;
        this.pool = room.pool();
        this.taken = taken;
    }

    @Override
    public @Nullable Block take(int bytes) {
        if (bytes < 1 || bytes > MAX_BLOCK) {
            throw new IllegalArgumentException("bytes: " + bytes);
        }
        int block = bytes > pool.maxBlock() ? BlockPool.NONE : room.block(bytes);
        if (block == BlockPool.NONE) {
            return null;
        }
        changed(BlockPool.footprint(bytes));
        return new PoolBlock(block, bytes);
    }

    private void changed(long bytes) {
        long now = out.addAndGet(bytes);
        long before = told.get();
        if (Math.abs(now - before) > pool.capacity() / GRAIN && told.compareAndSet(before, now)) {
            taken.accept(now);
        }
    }

    private final class PoolBlock implements Block {
        private final int block;
        private final int bytes;
        private final AtomicBoolean closed = new AtomicBoolean();

        PoolBlock(int block, int bytes) {
            this.block = block;
            this.bytes = bytes;
        }

        @Override
        public ByteBuffer bytes() {
            return pool.writable(block, bytes);
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                pool.free(block, bytes);
                changed(-BlockPool.footprint(bytes));
            }
        }
    }
}

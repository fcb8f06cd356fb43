package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Memory to read into; some is kept for the next read. Thread-safe. */
final class ReadBuffers implements AutoCloseable {
    /** What most reads take: a small response, or a block of a large one with the table. */
    static final int USUAL = ExtentRecord.PAYLOAD + ExtentRecord.BLOCK + (8 << 10);

    private static final int KEPT = 64;

    private final DirectMemory memory;
    private final BlockingQueue<DirectMemory.Block> kept = new ArrayBlockingQueue<>(KEPT);
    private volatile boolean closed;

    ReadBuffers(DirectMemory memory) {
        this.memory = memory;
    }

    /** For so many bytes; null when there is no room. */
    @Nullable Lease take(int bytes) {
        DirectMemory.Block block = bytes <= USUAL ? kept.poll() : null;
        if (block == null) {
            block = memory.take(Math.max(bytes, USUAL));
        }
        return block == null ? null : new Lease(block);
    }

    /** For so many bytes, outside the budget if need be: for who is in the middle of a body. */
    Lease takeAnyway(int bytes) {
        Lease lease = take(bytes);
        return lease == null ? new Lease(ByteBuffer.allocateDirect(bytes)) : lease;
    }

    /** A buffer that is given back once. */
    final class Lease implements AutoCloseable {
        private final ByteBuffer bytes;
        private DirectMemory.@Nullable Block block;

        private Lease(DirectMemory.Block block) {
            this.block = block;
            this.bytes = block.bytes().order(ByteOrder.BIG_ENDIAN);
        }

        private Lease(ByteBuffer bytes) {
            this.block = null;
            this.bytes = bytes;
        }

        /** Big-endian. */
        ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void close() {
            DirectMemory.Block given = block;
            block = null;
            boolean keep = !closed && bytes.capacity() == USUAL;
            if (given != null && !(keep && kept.offer(given))) {
                given.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (DirectMemory.Block block = kept.poll(); block != null; block = kept.poll()) {
            block.close();
        }
    }
}

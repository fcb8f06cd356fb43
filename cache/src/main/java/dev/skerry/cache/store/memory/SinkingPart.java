package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Neighbouring chunks on their way down; they stay in memory until this is closed. */
final class SinkingPart implements LowerTier.MemoryPart {
    private final ChunkChain chain;
    private final Descent descent;
    private final List<Chunk> chunks;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param bytes from the start of the first chunk; the last one may not be full
     */
    SinkingPart(ChunkChain chain, Descent descent, List<Chunk> chunks, long bytes) {
        this.chain = chain;
        this.descent = descent;
        this.chunks = chunks;
        this.bytes = bytes;
    }

    @Override
    public BodyReader reader() {
        return new Reader();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            chain.sunk(chunks, descent.written());
        }
    }

    private final class Reader implements BodyReader {
        private long left = bytes;
        private int next;
        private @Nullable ByteBuffer buffer;

        @Override
        public long remaining() {
            return left + (buffer == null ? 0 : buffer.remaining());
        }

        @Override
        public @Nullable ByteBuffer next() {
            if ((buffer == null || !buffer.hasRemaining()) && left > 0) {
                Chunk chunk = chunks.get(next++);
                int length = (int) Math.min(left, chunk.capacity);
                buffer = chain.view(chunk).limit(length);
                left -= length;
            }
            return buffer != null && buffer.hasRemaining() ? buffer : null;
        }

        @Override
        public boolean ended() {
            return remaining() == 0;
        }

        @Override
        public void onReadable(Runnable wake) {
            wake.run();
        }

        @Override
        public void close() {
            left = 0;
            buffer = null;
        }
    }
}

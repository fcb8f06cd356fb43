package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads a complete body; holds a reference of the body, not of the response. */
final class MemoryBodyReader implements BodyReader {
    private final BlockPool pool;
    private final MemoryBody body;
    private int index;

    /** The bytes that no buffer was made of yet. */
    private long left;

    /** How far they begin behind the start of block {@code index}. */
    private long skip;

    private @Nullable ByteBuffer buffer;
    private boolean closed;

    MemoryBodyReader(BlockPool pool, MemoryBody body, long from, long to) {
        this.pool = pool;
        this.body = body;
        this.left = to - from;
        this.skip = from;
        body.retain();
    }

    @Override
    public long remaining() {
        return left + (buffer == null ? 0 : buffer.remaining());
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (buffer != null && buffer.hasRemaining()) {
            return buffer;
        }
        buffer = null;
        if (left == 0) {
            return null;
        }
        while (skip >= body.size(index)) {
            skip -= body.size(index++);
        }
        int length = (int) Math.min(left, body.size(index) - skip);
        buffer = pool.view(body.block(index), (int) skip, length);
        skip = 0;
        index++;
        left -= length;
        return buffer;
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
        if (!closed) {
            closed = true;
            buffer = null;
            left = 0;
            body.release(pool);
        }
    }
}

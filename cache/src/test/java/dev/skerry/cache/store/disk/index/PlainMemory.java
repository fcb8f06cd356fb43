package dev.skerry.cache.store.disk.index;

import dev.skerry.cache.store.DirectMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Plain direct buffers up to a limit, counted. */
public final class PlainMemory implements DirectMemory {
    private static final int STEP = 256;

    private final AtomicLong taken = new AtomicLong();
    private volatile long limit = Long.MAX_VALUE;

    /** No block is given that would take the sum past this. */
    public void limit(long bytes) {
        limit = bytes;
    }

    /** How many bytes are out. */
    public long taken() {
        return taken.get();
    }

    @Override
    public @Nullable Block take(int bytes) {
        if (bytes < 1 || bytes > MAX_BLOCK) {
            throw new IllegalArgumentException("bytes: " + bytes);
        }
        int rounded = (bytes + STEP - 1) / STEP * STEP;
        if (taken.addAndGet(rounded) > limit) {
            taken.addAndGet(-rounded);
            return null;
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
        AtomicBoolean closed = new AtomicBoolean();
        return new Block() {
            @Override
            public ByteBuffer bytes() {
                return memory.duplicate().order(ByteOrder.nativeOrder());
            }

            @Override
            public void close() {
                if (closed.getAndSet(true)) {
                    throw new IllegalStateException("given back twice");
                }
                taken.addAndGet(-rounded);
            }
        };
    }
}

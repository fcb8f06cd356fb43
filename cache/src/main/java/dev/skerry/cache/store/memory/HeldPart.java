package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bytes of the pool on their way down: one reference of them. */
final class HeldPart implements LowerTier.MemoryPart {
    private final BlockPool pool;
    private final MemoryBody body;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes a reference of its own. */
    HeldPart(BlockPool pool, MemoryBody body) {
        this.pool = pool;
        this.body = body;
        body.retain();
    }

    @Override
    public BodyReader reader() {
        return body.reader(pool, 0, body.length());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            body.release(pool);
        }
    }
}

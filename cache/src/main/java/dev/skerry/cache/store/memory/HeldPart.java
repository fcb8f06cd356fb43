package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bytes of the pool on their way down: one reference of the body that they belong to. */
final class HeldPart implements LowerTier.MemoryPart {
    private final BlockPool pool;
    private final MemoryBody body;
    private final long from;
    private final long to;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes a reference of its own. */
    HeldPart(BlockPool pool, MemoryBody body, long from, long to) {
        this.pool = pool;
        this.body = body;
        this.from = from;
        this.to = to;
        body.retain();
    }

    @Override
    public BodyReader reader() {
        return body.reader(pool, from, to);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            body.release(pool);
        }
    }
}

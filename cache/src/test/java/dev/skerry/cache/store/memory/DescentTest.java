package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for bytes on their way down. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescentTest {
    private static final int LENGTH = 100;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final BlockPool pool = new PoisoningBlockPool(1 << 20, 64 << 10);
    private final MemoryLimits limits =
            new MemoryLimits(64 << 10, 16 << 10, PATIENCE_NANOS, 3, Long.MAX_VALUE);
    private final ChunkChain chain =
            new ChunkChain(new Room(pool, 1 << 16, bytes -> 0), limits, System::nanoTime);
    private final MemoryBody body = new MemoryBody(1, pool.allocate(LENGTH, 0), LENGTH);

    @AfterEach
    void giveBack() {
        body.release(pool);
    }

    @Test
    void growthThatWasSeenBeforeItWasToldIsNoReasonToGiveUp() throws Exception {
        Spilling spilling =
                new Spilling() {
                    @Override
                    public void onWritten(Runnable wake) {
                        if (told++ == 0) {
                            written = 40;
                            wake.run();
                        } else {
                            Thread.ofVirtual()
                                    .start(() -> {
                                        written = LENGTH;
                                        wake.run();
                                    });
                        }
                    }
                };

        assertTrue(new Descent(spilling, chain, 0, PATIENCE_NANOS).copy(pool, body));
    }

    @Test
    void aTierThatFailsIsNotWaitedFor() throws Exception {
        Spilling spilling =
                new Spilling() {
                    @Override
                    public void onWritten(Runnable wake) {
                        wake.run();
                    }
                };

        assertFalse(new Descent(spilling, chain, 0, PATIENCE_NANOS).copy(pool, body));
    }

    /** Takes everything, and says of it what its test wants. */
    private abstract static class Spilling implements LowerTier.Spill {
        volatile long written;
        int told;

        @Override
        public void append(LowerTier.MemoryPart bytes, int length) throws IOException {
            bytes.close();
        }

        @Override
        public long written() {
            return written;
        }

        @Override
        public OutsideBody body() {
            throw new AssertionError("nobody reads it");
        }

        @Override
        public void close() {}
    }
}

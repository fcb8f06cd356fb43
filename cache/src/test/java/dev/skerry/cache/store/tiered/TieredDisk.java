package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.ResponseStore.LoadListener;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.disk.DiskClock;
import dev.skerry.cache.store.disk.DiskInvariants;
import dev.skerry.cache.store.disk.DiskInvariants.Harm;
import dev.skerry.cache.store.disk.DiskOptions;
import dev.skerry.cache.store.disk.DiskTier;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.WitnessDevice;
import dev.skerry.cache.store.disk.index.PlainMemory;
import dev.skerry.cache.store.memory.MemoryLimits;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.memory.Sample;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Memory that takes bodies of 64 KiB, above a disk of eight segments of 1 MiB. */
final class TieredDisk implements AutoCloseable {
    static final int SEGMENTS = 8;
    static final int IN_MEMORY = 64 << 10;
    private static final int SEGMENT = 1 << 20;
    private static final long PATIENCE_SECONDS = 30;

    final BlockPool pool;
    final MemoryStore memory;
    final DiskTier tier;
    private final WitnessDevice device;
    private final PlainMemory buffers = new PlainMemory();
    private boolean harmed;
    final TieredStore store;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TieredDisk(Device device, int poolBytes, long bodiesBefore) throws IOException {
        pool = new PoisoningBlockPool(poolBytes, 64 << 10);
        MemoryLimits limits =
                new MemoryLimits(
                        IN_MEMORY, 32 << 10, TimeUnit.SECONDS.toNanos(5), 3, Long.MAX_VALUE);
        memory = new MemoryStore(pool, limits, System::nanoTime, bodiesBefore);
        this.device = new WitnessDevice(device);
        tier =
                DiskTier.open(
                        this.device,
                        new DiskOptions(SEGMENTS * SEGMENT, SEGMENT, 4 << 20, 256, 2, 64),
                        buffers,
                        new DiskClock(() -> 1_000_000, () -> 1_700_000_000_000L),
                        Survivors.ALL);
        store = new TieredStore(memory, tier, 3 << 20, threads, System::nanoTime);
    }

    void flush() throws InterruptedException {
        assertTrue(tier.flush(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)), "not written in time");
    }

    /** A full disk takes what comes for the second time. */
    void askedBefore(CacheKey key, long length) {
        LowerTier.Spill spill = tier.spill(key, Sample.NAME, 0, length);
        if (spill != null) {
            spill.close();
        }
    }

    /** What is stored, in memory or below. */
    @Nullable Variants look(CacheKey key) throws InterruptedException {
        Variants above = store.find(key);
        if (above != null) {
            return above;
        }
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<@Nullable Variants> found = new AtomicReference<>();
        boolean looks =
                store.load(
                        key,
                        new LoadListener() {
                            @Override
                            public void waits() {
                                // Whoever asked is on a thread that may wait.
                            }

                            @Override
                            public void loaded(@Nullable Variants variants) {
                                found.set(variants);
                                done.countDown();
                            }
                        });
        if (!looks) {
            return null;
        }
        assertTrue(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "not loaded in time");
        // What was found is held during the call only; memory has it now, or had no room.
        return store.find(key);
    }

    PutResult put(CacheKey key, StoredHead head, long seed, int length, boolean announced)
            throws IOException {
        GrowingBody body = store.newBody(key, Sample.NAME, 0, announced ? length : -1, true);
        append(body, seed, 0, length);
        body.complete();
        PutResult result = store.put(key, head, body, Integer.MAX_VALUE);
        body.release();
        return result;
    }

    static void append(GrowingBody body, long seed, long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            int length = (int) Math.min(50_000, to - at);
            body.append(ByteBuffer.wrap(PatternBytes.range(seed, at, at + length)));
            at += length;
        }
    }

    /** Reads bytes to their end, each of which must be of this body. */
    static void read(BodyReader reader, long seed, long from, long to) throws Exception {
        OutputStream checker = PatternBytes.checker(seed, from);
        Semaphore news = new Semaphore(0);
        long at = from;
        while (at < to) {
            ByteBuffer next = reader.next();
            if (next == null) {
                assertTrue(!reader.ended(), "ended at " + at + " of " + to);
                reader.onReadable(news::release);
                assertTrue(news.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "never readable");
                continue;
            }
            byte[] bytes = new byte[next.remaining()];
            next.get(bytes);
            checker.write(bytes);
            at += bytes.length;
        }
        assertEquals(to, at);
    }

    /** Bits of what is stored are turned from here on. */
    void harm() {
        harmed = true;
    }

    /** What must hold holds, and every byte of memory has come back by then. */
    @Override
    public void close() {
        threads.close();
        try {
            flush();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        DiskInvariants.check(
                tier, device, harmed ? new Harm[] {Harm.DAMAGE, Harm.LOSS} : new Harm[0]);
        store.close();
        assertEquals(0, buffers.taken(), "bytes of buffers are not given back");
        assertEquals(0, device.openFiles(), "files are open");
        assertEquals(0, store.bytes(), "bytes of memory are held by nobody");
    }
}

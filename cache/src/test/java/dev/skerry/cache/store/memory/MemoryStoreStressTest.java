package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads at once on a pool that poisons what comes back. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryStoreStressTest {
    private static final int KEYS = 60;

    private final BlockPool pool = new PoisoningBlockPool(2 << 20, 64 << 10);
    private final MemoryLimits limits =
            new MemoryLimits(300_000, 128 << 10, TimeUnit.SECONDS.toNanos(20), 4);
    private final MemoryStore store = new MemoryStore(pool, limits, System::nanoTime);

    @Test
    void readersSeeOnlyWhatWasPutWhileOthersPutFreshenRemoveAndEvict() throws Exception {
        AtomicLong seeds = new AtomicLong();
        AtomicLong hits = new AtomicLong();
        putFor(20, seeds, new Random(8)); // or readers may have ended before the first put
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(i);
            tasks.add(() -> putFor(4000, seeds, random));
            tasks.add(() -> readFor(20_000, hits, random));
        }
        tasks.add(() -> changeFor(4000, new Random(9)));
        runAll(tasks);
        assertTrue(hits.get() > 0);
        assertTrue(store.evictions() > 0);
        store.close();
        assertEquals(0, store.count());
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void everyFollowerOfAWindowedBodyReadsEveryByteAtItsOwnSpeed() throws Exception {
        for (int round = 0; round < 20; round++) {
            follow(round, store.newBody(-1, false), 1_000_000);
        }
        store.close();
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void everyFollowerOfABodyThatOutgrowsTheStoreReadsEveryByte() throws Exception {
        for (int round = 0; round < 20; round++) {
            follow(round, store.newBody(round % 2 == 0 ? -1 : 290_000, true), 400_000);
        }
        store.close();
        assertEquals(0, pool.bytesInUse());
    }

    /** One byte at a time leaves the most chances to sleep through the news. */
    @Test
    void noFollowerSleepsThroughTheLastByte() throws Exception {
        for (int round = 0; round < 3000; round++) {
            follow(round, store.newBody(3, true), 3);
        }
        store.close();
        assertEquals(0, pool.bytesInUse());
    }

    private static void follow(int round, GrowingBody body, int length) throws Exception {
        CountDownLatch opened = new CountDownLatch(4);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int pace = i;
            tasks.add(() -> {
                try (BodyReader reader = body.reader(0, Long.MAX_VALUE)) {
                    opened.countDown();
                    if (reader == null) {
                        throw new AssertionError("no reader");
                    }
                    readToTheEnd(reader, round, pace);
                }
            });
        }
        tasks.add(() -> {
            opened.await();
            int step = Math.max(1, length / 97);
            for (int at = 0; at < length; at += step) {
                int end = Math.min(length, at + step);
                body.append(ByteBuffer.wrap(PatternBytes.range(round, at, end)));
            }
            body.complete();
            body.release();
        });
        runAll(tasks);
    }

    private static void readToTheEnd(BodyReader reader, long seed, int pace) throws Exception {
        OutputStream checker = PatternBytes.checker(seed, 0);
        Semaphore news = new Semaphore(0);
        while (!reader.ended()) {
            ByteBuffer next = reader.next();
            if (next == null) {
                reader.onReadable(news::release);
                if (!news.tryAcquire(30, TimeUnit.SECONDS)) {
                    throw new AssertionError("slept through the news");
                }
                continue;
            }
            byte[] bytes = new byte[Math.min(next.remaining(), pace == 0 ? 1000 : 100_000)];
            next.get(bytes);
            checker.write(bytes);
            if (pace == 1) {
                LockSupport.parkNanos(1000);
            }
        }
    }

    private void putFor(int times, AtomicLong seeds, Random random) throws IOException {
        for (int i = 0; i < times; i++) {
            long seed = seeds.incrementAndGet();
            int length = random.nextInt(1 << (4 + random.nextInt(14)));
            GrowingBody body = store.newBody(random.nextBoolean() ? length : -1, true);
            try {
                body.append(ByteBuffer.wrap(PatternBytes.range(seed, 0, length)));
                body.complete();
                String variant = "v" + random.nextInt(6);
                store.put(
                        Sample.key(random.nextInt(KEYS)),
                        Sample.head(seed, seed, "accept", variant),
                        body,
                        Integer.MAX_VALUE);
            } finally {
                body.release();
            }
        }
    }

    private void readFor(int times, AtomicLong hits, Random random) throws IOException {
        for (int i = 0; i < times; i++) {
            Variants found = store.find(Sample.key(random.nextInt(KEYS)));
            if (found == null) {
                continue;
            }
            StoredResponse response = found.get(random.nextInt(found.count()));
            if (!response.retain()) {
                continue;
            }
            try {
                long seed = Sample.verified(response);
                assertEquals("\"" + seed + "\"", response.head().head().fields().first("etag"));
                hits.incrementAndGet();
            } finally {
                response.release();
            }
        }
    }

    /** A freshened head keeps the seed, so that readers can still tell the body. */
    private void changeFor(int times, Random random) {
        for (int i = 0; i < times; i++) {
            var key = Sample.key(random.nextInt(KEYS));
            Variants found = store.find(key);
            StoredResponse response = found == null ? null : found.get(0);
            if (response == null || !response.retain()) {
                continue;
            }
            if (random.nextInt(3) == 0) {
                store.remove(key, response);
            } else {
                StoredResponse fresh = store.freshen(key, response, response.head());
                if (fresh != null) {
                    fresh.release();
                }
            }
            response.release();
        }
    }

    private static void runAll(List<Task> tasks) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(
                        threads.submit(() -> {
                            task.run();
                            return true;
                        }));
            }
            for (Future<Boolean> task : running) {
                task.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private interface Task {
        void run() throws Exception;
    }
}

package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.memory.MemoryLimits;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.memory.Sample;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that memory does not take: a quarter of a MiB is its limit, 4 MiB the lower tier's. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverflowTest {
    private static final CacheKey KEY = Sample.key(1);
    private static final int LENGTH = 3_000_001;
    private static final int MOST = 4 << 20;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final BlockPool pool = new PoisoningBlockPool(2 << 20, 64 << 10);
    private final MemoryLimits limits =
            new MemoryLimits(256 << 10, 128 << 10, TimeUnit.SECONDS.toNanos(5), 3, Long.MAX_VALUE);
    private final MemoryStore memory = new MemoryStore(pool, limits, () -> 0);
    private final MapTier lower = new MapTier(threads);
    private final TieredStore store =
            new TieredStore(memory, lower, MOST, threads, System::nanoTime);

    @AfterEach
    void everyByteAndReferenceComesBack() {
        threads.close();
        store.close();
        assertEquals(0, store.bytes());
        assertEquals(0, lower.held.get());
        assertEquals(0, lower.openSpills.get());
    }

    @Test
    void aBodyThatOutgrowsMemoryIsStoredBelow() throws Exception {
        GrowingBody body = begin(-1);
        append(body, 0, LENGTH);
        body.complete();
        assertTrue(body.whole());
        assertEquals(PutResult.STORED, put(body));
        body.release();

        StoredResponse stored = Sample.held(store, KEY, 0);
        assertEquals(Tier.DISK, stored.tier());
        assertEquals(LENGTH, stored.bodyLength());
        assertArrayEquals(Sample.bytes(7, LENGTH), Sample.read(stored));
        stored.release();
        assertTrue(store.bytes() < 2000, store.bytes() + " bytes for a head");
        assertEquals(1, lower.count());
    }

    @Test
    void aBodyOfALengthThatMemoryTakesStaysThere() throws Exception {
        GrowingBody body = begin(256 << 10);
        append(body, 0, 256 << 10);
        body.complete();
        assertEquals(PutResult.STORED, put(body));
        body.release();
        assertEquals(0, lower.spills.get());
    }

    @Test
    void aBodyOfTheLongestLengthIsStoredAndOneByteMoreIsNot() throws Exception {
        GrowingBody body = begin(MOST);
        append(body, 0, MOST);
        body.complete();
        assertEquals(PutResult.STORED, put(body));
        body.release();

        GrowingBody longer = begin(-1);
        try (BodyReader reader = reader(longer)) {
            append(longer, 0, MOST);
            assertTrue(longer.whole());
            Thread writer = Thread.ofVirtual().start(() -> appendUnchecked(longer, MOST, MOST + 1));
            read(reader, 0, MOST + 1, 0);
            writer.join();
        }
        longer.complete();
        assertEquals(PutResult.NO_ROOM, put(longer));
        longer.release();
    }

    @Test
    void aReaderInABlockThatWentDownIsWaitedForWhenNothingMoreGoesDown() throws Exception {
        int longest = MOST + (1 << 20);
        GrowingBody body = begin(-1);
        try (BodyReader reader = reader(body)) {
            append(body, 0, MOST);
            Objects.requireNonNull(reader.next());
            Await.until("its block has gone", () -> store.bytes() <= (1 << 20) + (128 << 10));
            Thread writer = Thread.ofVirtual().start(() -> appendUnchecked(body, MOST, longest));
            Await.until(
                    "the writer waits",
                    () ->
                            writer.getState() == Thread.State.WAITING
                                    || writer.getState() == Thread.State.TIMED_WAITING
                                    || !writer.isAlive());
            read(reader, 0, longest, 0);
            writer.join();
        }
        body.fail(new IOException("enough"));
        body.release();
    }

    @Test
    void memoryIsGivenBackWhileABodyGoesDown() throws Exception {
        GrowingBody body = begin(MOST);
        for (int at = 0; at < LENGTH; at += 100_000) {
            append(body, at, Math.min(LENGTH, at + 100_000));
        }
        // No more than a piece that is gathered, those on their way, and the last chunk.
        Await.until("chunks have left", () -> store.bytes() <= (1 << 20) + (128 << 10));
        body.fail(new IOException("enough"));
        body.release();
    }

    @Test
    void whoJoinsLateOrInTheMiddleReadsFromBelow() throws Exception {
        GrowingBody body = begin(-1);
        append(body, 0, 2_500_000);
        try (BodyReader early = reader(body);
                BodyReader middle =
                        Objects.requireNonNull(body.reader(1_000_000, Long.MAX_VALUE))) {
            read(early, 0, 2_500_000, 0);
            read(middle, 1_000_000, 2_500_000, 0);
            append(body, 2_500_000, LENGTH);
            body.complete();
            read(early, 2_500_000, LENGTH, 0);
            read(middle, 2_500_000, LENGTH, 0);
            assertTrue(early.ended());
            assertTrue(middle.ended());
        }
        assertEquals(PutResult.STORED, put(body));
        body.release();
    }

    @Test
    void everyFollowerReadsEveryByteAtItsOwnSpeed() throws Exception {
        for (int round = 0; round < 10; round++) {
            GrowingBody body = begin(round % 2 == 0 ? -1 : LENGTH);
            try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Boolean>> reading = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int pace = i;
                    BodyReader reader = reader(body);
                    reading.add(
                            readers.submit(() -> {
                                try (reader) {
                                    read(reader, 0, LENGTH, pace);
                                }
                                return true;
                            }));
                }
                for (int at = 0; at < LENGTH; at += 30_000) {
                    append(body, at, Math.min(LENGTH, at + 30_000));
                }
                body.complete();
                assertEquals(PutResult.STORED, put(body));
                body.release();
                for (Future<Boolean> each : reading) {
                    each.get(30, TimeUnit.SECONDS);
                }
            }
        }
    }

    @Test
    void aTierThatTakesNoneMakesItWindowed() throws Exception {
        lower.takes = () -> false;
        follow(LENGTH);
        assertEquals(1, lower.spills.get());
    }

    @Test
    void readersGoOnWhenTheDeviceFillsUp() throws Exception {
        GrowingBody body = begin(-1);
        append(body, 0, 1_500_000);
        try (BodyReader reader = reader(body)) {
            lower.full = true;
            // More is left than the pool has, so that it cannot stay whole.
            Thread writer = Thread.ofVirtual().start(() -> appendUnchecked(body, 1_500_000, MOST));
            read(reader, 0, MOST, 2);
            writer.join();
        }
        body.complete();
        assertEquals(PutResult.NO_ROOM, put(body));
        body.release();
        assertFalse(body.whole());
    }

    @Test
    void aBodyForWhichThePoolHasNoRoomGoesDown() throws Exception {
        List<GrowingBody> others = new ArrayList<>();
        while (store.bytes() < (2 << 20) - (200 << 10)) {
            GrowingBody other = store.newBody(100_000, true);
            append(other, 0, 100_000);
            others.add(other);
        }
        GrowingBody body = begin(250_000);
        append(body, 0, 250_000);
        body.complete();
        assertEquals(PutResult.STORED, put(body));
        body.release();
        others.forEach(other -> other.fail(new IOException("enough")));
        others.forEach(GrowingBody::release);
        StoredResponse stored = Sample.held(store, KEY, 0);
        assertArrayEquals(Sample.bytes(7, 250_000), Sample.read(stored));
        stored.release();
        assertEquals(1, lower.spills.get());
    }

    private void follow(int length) throws Exception {
        GrowingBody body = begin(-1);
        try (BodyReader reader = reader(body)) {
            Thread writer = Thread.ofVirtual().start(() -> appendUnchecked(body, 0, length));
            read(reader, 0, length, 0);
            writer.join();
        }
        body.complete();
        assertEquals(PutResult.NO_ROOM, put(body));
        body.release();
    }

    private GrowingBody begin(long expected) {
        return store.newBody(KEY, Sample.NAME, 0, expected, true);
    }

    private static BodyReader reader(GrowingBody body) {
        BodyReader reader = body.reader(0, Long.MAX_VALUE);
        assertNotNull(reader);
        return Objects.requireNonNull(reader);
    }

    private PutResult put(GrowingBody body) {
        return store.put(KEY, Sample.head(7, 1), body, Integer.MAX_VALUE);
    }

    private static void append(GrowingBody body, int from, int to) throws IOException {
        body.append(ByteBuffer.wrap(PatternBytes.range(7, from, to)));
    }

    private static void appendUnchecked(GrowingBody body, int from, int to) {
        try {
            for (int at = from; at < to; at += 30_000) {
                append(body, at, Math.min(to, at + 30_000));
            }
        } catch (IOException e) {
            body.fail(e);
        }
    }

    private static void read(BodyReader reader, long from, long to, int pace) throws Exception {
        OutputStream checker = PatternBytes.checker(7, from);
        Semaphore news = new Semaphore(0);
        long at = from;
        while (at < to) {
            ByteBuffer next = reader.next();
            if (next == null) {
                reader.onReadable(news::release);
                assertTrue(news.tryAcquire(30, TimeUnit.SECONDS), "slept through the news");
                continue;
            }
            byte[] bytes = new byte[Math.min(next.remaining(), pace == 0 ? 100_000 : 5_000)];
            next.get(bytes);
            checker.write(bytes);
            at += bytes.length;
            if (pace > 1) {
                LockSupport.parkNanos(pace * 1000L);
            }
        }
        assertEquals(to, at);
    }
}

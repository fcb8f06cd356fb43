package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.LeftBehind;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.PatternBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The window is 64 KiB in blocks of 16 KiB; patience is 5 s of a clock that the test moves. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WindowedBodyTest {
    private static final long END = Long.MAX_VALUE;
    private static final int WINDOW = 64 << 10;

    private final BlockPool pool = new PoisoningBlockPool(1 << 20, 64 << 10);
    private final ManualClock clock = new ManualClock();
    private final MemoryLimits limits =
            new MemoryLimits(200_000, WINDOW, Duration.ofSeconds(5).toNanos(), 3);
    private final MemoryStore store = new MemoryStore(pool, limits, clock);

    @AfterEach
    void everyByteComesBack() {
        store.close();
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void writerWaitsForASingleSlowReaderHoweverLongItTakes() throws Exception {
        Writer writer = new Writer(store.newBody(-1, false));
        try (BodyReader reader = open(writer.body)) {
            writer.start(500_000);
            writer.awaitWaiting();
            assertEquals(WINDOW, writer.body.written());
            clock.advance(Duration.ofHours(1));
            assertTrue(pool.bytesInUse() <= WINDOW);
            assertArrayEquals(PatternBytes.range(1, 0, 500_000), follow(reader, writer));
        }
        writer.done();
        writer.body.release();
    }

    @Test
    void bodyInsideItsWindowIsWholeAndEverybodyMayJoin() throws IOException {
        GrowingBody body = store.newBody(-1, false);
        body.append(ByteBuffer.wrap(PatternBytes.range(1, 0, WINDOW)));
        assertTrue(body.whole());
        body.complete();
        BodyReader first = open(body);
        Sample.drain(first);
        try (BodyReader second = open(body)) {
            assertArrayEquals(PatternBytes.range(1, 0, WINDOW), Sample.drain(second));
        }
        assertEquals(
                PutResult.NO_ROOM,
                store.put(Sample.key(1), Sample.head(1, 1), body, Integer.MAX_VALUE));
        first.close();
        body.release();
    }

    @Test
    void nobodyJoinsBehindTheWindow() throws Exception {
        GrowingBody body = store.newBody(-1, false);
        BodyReader reader = open(body);
        for (int at = 0; at < 10 * WINDOW; at += 1000) {
            body.append(ByteBuffer.wrap(PatternBytes.range(1, at, at + 1000)));
            Sample.drain(reader);
        }
        assertFalse(body.whole());
        assertNull(body.reader(0, END));
        long written = body.written();
        try (BodyReader late = Objects.requireNonNull(body.reader(written, END))) {
            body.append(ByteBuffer.wrap(PatternBytes.range(1, 0, 10)));
            assertEquals(10, Sample.drain(late).length);
        }
        reader.close();
        body.release();
    }

    @Test
    void readerThatHoldsUpOneThatWaitsIsCutOffAfterTheLimitAndKeepsItsBufferMeanwhile()
            throws Exception {
        Writer writer = new Writer(store.newBody(-1, false));
        BodyReader slow = open(writer.body);
        BodyReader fast = open(writer.body);
        writer.start(300_000);
        writer.awaitWaiting();
        ByteBuffer held = Objects.requireNonNull(slow.next());
        byte[] start = Sample.drain(fast);
        assertEquals(WINDOW, start.length);
        fast.onReadable(() -> {});
        writer.awaitTimedWaiting();
        clock.advance(Duration.ofMillis(4999));
        fast.onReadable(() -> {});
        writer.awaitTimedWaiting();
        assertEquals(WINDOW, writer.body.written());
        clock.advance(Duration.ofMillis(1));
        assertArrayEquals(PatternBytes.range(1, WINDOW, 300_000), follow(fast, writer));
        writer.done();
        assertEquals(ByteBuffer.wrap(PatternBytes.range(1, 0, held.remaining())), held);
        assertThrows(IOException.class, slow::next);
        slow.close();
        fast.close();
        writer.body.release();
    }

    @Test
    void readerThatCanGoOnElsewhereIsLeftBehindAlmostAtOnce() throws Exception {
        Writer writer = new Writer(store.newBody(-1, false));
        writer.body.mayLeaveBehind();
        BodyReader slow = open(writer.body);
        BodyReader fast = open(writer.body);
        writer.start(300_000);
        writer.awaitWaiting();
        ByteBuffer held = Objects.requireNonNull(slow.next());
        held.position(10);
        Sample.drain(fast);
        fast.onReadable(() -> {});
        writer.awaitTimedWaiting();
        clock.advance(Duration.ofMillis(99));
        fast.onReadable(() -> {});
        writer.awaitTimedWaiting();
        assertEquals(WINDOW, writer.body.written());

        clock.advance(Duration.ofMillis(1));

        assertArrayEquals(PatternBytes.range(1, WINDOW, 300_000), follow(fast, writer));
        writer.done();
        assertEquals(10, assertThrows(LeftBehind.class, slow::next).position());
        slow.close();
        fast.close();
        writer.body.release();
    }

    /** A sixteenth of 64 MiB for all of them, and 64 KiB for each: the last ones have that. */
    @Test
    void manySlowDownloadsLeaveThePoolToWhatIsStored() throws Exception {
        BlockPool large = new BlockPool(64L << 20, 1 << 20);
        try (MemoryStore other =
                new MemoryStore(large, MemoryLimits.forCapacity(large.capacity()), clock)) {
            List<Writer> writers = new ArrayList<>();
            List<BodyReader> readers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Writer writer = new Writer(other.newBody(100_000_000, false));
                readers.add(open(writer.body));
                writers.add(writer);
                writer.start(100_000_000);
                writer.awaitWaiting(WINDOW / 2);
            }
            assertTrue(large.bytesInUse() <= 20 << 20, large.bytesInUse() + " bytes");
            readers.forEach(BodyReader::close);
            for (Writer writer : writers) {
                assertThrows(ExecutionException.class, writer::done);
                writer.body.release();
            }
        }
        assertEquals(0, large.bytesInUse());
    }

    @Test
    void writerStopsWhenTheLastReaderOfAWindowedBodyLeaves() throws Exception {
        Writer writer = new Writer(store.newBody(-1, false));
        BodyReader reader = open(writer.body);
        writer.start(500_000);
        writer.awaitWaiting();
        reader.close();
        ExecutionException e = assertThrows(ExecutionException.class, writer::done);
        assertTrue(e.getCause() instanceof IOException);
        writer.body.fail(new IOException(e));
        writer.body.release();
    }

    @Test
    void failureFromElsewhereEndsTheWritersWait() throws Exception {
        Writer writer = new Writer(store.newBody(-1, false));
        BodyReader reader = open(writer.body);
        writer.start(500_000);
        writer.awaitWaiting();
        writer.body.fail(new IOException("cancelled"));
        assertThrows(ExecutionException.class, writer::done);
        assertEquals(WINDOW, Sample.drainUntilFailure(reader).length);
        reader.close();
        writer.body.release();
    }

    @Test
    void writerThatNobodyComesToReadGivesUpAfterTheLimit() throws Exception {
        MemoryLimits hasty = new MemoryLimits(200_000, WINDOW, 1, 3);
        try (MemoryStore other = new MemoryStore(pool, hasty, System::nanoTime)) {
            GrowingBody body = other.newBody(-1, false);
            body.append(ByteBuffer.wrap(new byte[WINDOW]));
            assertThrows(IOException.class, () -> body.append(ByteBuffer.wrap(new byte[1])));
            body.release();
        }
    }

    @Test
    void storableBodyPastTheObjectLimitDropsWhatItsReadersHavePassed() throws Exception {
        Writer writer = new Writer(store.newBody(-1, true));
        try (BodyReader reader = open(writer.body)) {
            writer.start(200_000);
            writer.done();
            assertTrue(writer.body.whole());
            assertArrayEquals(PatternBytes.range(1, 0, 200_000), Sample.drain(reader));
            writer.startAt(200_000, 600_000);
            assertArrayEquals(PatternBytes.range(1, 200_000, 600_000), follow(reader, writer));
            writer.done();
            assertFalse(writer.body.whole());
            assertTrue(pool.bytesInUse() <= 2 * WINDOW);
        }
        assertEquals(
                PutResult.NO_ROOM,
                store.put(Sample.key(1), Sample.head(1, 1), writer.body, Integer.MAX_VALUE));
        writer.body.release();
    }

    @Test
    void storableBodyPastTheObjectLimitThatNobodyReadsAnyMoreStops() throws Exception {
        GrowingBody body = store.newBody(-1, true);
        open(body).close();
        body.append(ByteBuffer.wrap(new byte[200_000]));
        assertThrows(IOException.class, () -> body.append(ByteBuffer.wrap(new byte[1])));
        body.release();
    }

    @Test
    void bodyThatFindsNoRoomStreamsThroughWhatIsLeft() throws Exception {
        // Others hold all but three blocks of 16 KiB.
        List<Integer> held = new ArrayList<>();
        while (pool.bytesInUse() < pool.capacity() - 3 * (16 << 10)) {
            held.add(pool.allocate(16 << 10, 0));
        }
        Writer writer = new Writer(store.newBody(-1, true));
        try (BodyReader reader = open(writer.body)) {
            writer.start(190_000);
            assertArrayEquals(PatternBytes.range(1, 0, 190_000), follow(reader, writer));
        }
        writer.done();
        assertFalse(writer.body.whole());
        assertEquals(
                PutResult.NO_ROOM,
                store.put(Sample.key(1), Sample.head(1, 1), writer.body, Integer.MAX_VALUE));
        writer.body.release();
        held.forEach(block -> pool.free(block, 16 << 10));
    }

    @Test
    void bodyWithoutAnyMemoryFailsAfterTheLimitAndThrowsNothingElse() throws Exception {
        List<Integer> held = new ArrayList<>();
        while (pool.bytesInUse() < pool.capacity()) {
            held.add(pool.allocate(64 << 10, 0));
        }
        MemoryLimits hasty = new MemoryLimits(200_000, WINDOW, 1, 3);
        try (MemoryStore other = new MemoryStore(pool, hasty, System::nanoTime)) {
            GrowingBody body = other.newBody(10, true);
            assertThrows(IOException.class, () -> body.append(ByteBuffer.wrap(new byte[1])));
            body.release();
            GrowingBody empty = other.newBody(0, true);
            empty.complete();
            assertEquals(
                    PutResult.NO_ROOM,
                    other.put(Sample.key(1), Sample.head(1, 1), empty, Integer.MAX_VALUE));
            empty.release();
        }
        held.forEach(block -> pool.free(block, 64 << 10));
    }

    /** Reads to the end of what the writer was told to write, event by event. */
    private static byte[] follow(BodyReader reader, Writer writer) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() == 0 || writer.pending() || reader.next() != null) {
            out.writeBytes(Sample.drain(reader));
            CompletableFuture<Void> news = new CompletableFuture<>();
            reader.onReadable(() -> news.complete(null));
            CompletableFuture.anyOf(news, writer.finished).get(30, TimeUnit.SECONDS);
        }
        return out.toByteArray();
    }

    private static BodyReader open(GrowingBody body) {
        return Objects.requireNonNull(body.reader(0, END), "no reader");
    }

    /** Appends on a thread of its own, 1000 bytes at a time. */
    private static final class Writer {
        final GrowingBody body;
        private volatile CompletableFuture<Void> finished = new CompletableFuture<>();
        private volatile Thread thread = Thread.currentThread();

        Writer(GrowingBody body) {
            this.body = body;
        }

        void start(int to) {
            startAt(0, to);
        }

        void startAt(int from, int to) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            finished = ended;
            thread = Thread.ofVirtual().start(() -> write(from, to, ended));
        }

        boolean pending() {
            return !finished.isDone();
        }

        void done() throws Exception {
            finished.get(30, TimeUnit.SECONDS);
        }

        void awaitWaiting() throws Exception {
            awaitWaiting(WINDOW);
        }

        void awaitWaiting(long bytes) throws Exception {
            Await.until(
                    "the writer's wait",
                    () ->
                            body.written() >= bytes
                                    && (thread.getState() == Thread.State.WAITING
                                            || thread.getState() == Thread.State.TIMED_WAITING));
        }

        void awaitTimedWaiting() throws Exception {
            Await.until(
                    "the writer's bounded wait",
                    () -> thread.getState() == Thread.State.TIMED_WAITING);
        }

        private void write(int from, int to, CompletableFuture<Void> ended) {
            try {
                for (int at = from; at < to; at += 1000) {
                    int end = Math.min(to, at + 1000);
                    body.append(ByteBuffer.wrap(PatternBytes.range(1, at, end)));
                }
                ended.complete(null);
            } catch (IOException | RuntimeException e) {
                ended.completeExceptionally(e);
            }
        }
    }
}

package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrowingBodyTest {
    private static final long END = Long.MAX_VALUE;

    private final BlockPool pool = new PoisoningBlockPool(4 << 20, 64 << 10);
    private final MemoryLimits limits =
            new MemoryLimits(1 << 20, MemoryLimits.DEFAULT_WINDOW_BYTES, 30_000_000_000L, 3);
    private final MemoryStore store = new MemoryStore(pool, limits, System::nanoTime);

    @AfterEach
    void everyByteComesBack() {
        store.close();
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void followerReadsWhatIsThereAndIsWokenForMore() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        AtomicInteger woken = new AtomicInteger();
        try (BodyReader reader = open(body, 0, END)) {
            assertNull(reader.next());
            assertEquals(-1, reader.remaining());
            reader.onReadable(woken::incrementAndGet);
            assertEquals(0, woken.get());
            append(body, 0, 10);
            append(body, 10, 20);
            assertEquals(1, woken.get());
            ByteBuffer next = Objects.requireNonNull(reader.next());
            assertEquals(20, next.remaining());
            next.position(5);
            assertSame(next, reader.next());
            assertEquals(15, next.remaining());
            assertArrayEquals(PatternBytes.range(1, 5, 20), Sample.drain(reader));
            assertFalse(reader.ended());
            reader.onReadable(woken::incrementAndGet);
            body.complete();
            assertEquals(2, woken.get());
            assertTrue(reader.ended());
            assertNull(reader.next());
            assertEquals(0, reader.remaining());
            reader.onReadable(woken::incrementAndGet);
            assertEquals(3, woken.get());
        }
        body.release();
    }

    @Test
    void laterWakeReplacesTheEarlierOne() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        try (BodyReader reader = open(body, 0, END)) {
            reader.onReadable(first::incrementAndGet);
            reader.onReadable(second::incrementAndGet);
            append(body, 0, 1);
            assertEquals(0, first.get());
            assertEquals(1, second.get());
        }
        body.release();
    }

    @Test
    void wakeThatThrowsDoesNotKeepOthersAsleep() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        AtomicInteger woken = new AtomicInteger();
        List<BodyReader> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(open(body, 0, END));
        }
        readers.get(0).onReadable(woken::incrementAndGet);
        readers.get(1)
                .onReadable(() -> {
                    throw new IllegalStateException("an executor that was shut down");
                });
        readers.get(2).onReadable(woken::incrementAndGet);
        append(body, 0, 1);
        assertEquals(2, woken.get());
        readers.forEach(BodyReader::close);
        body.release();
    }

    @Test
    void readerOfARangeJoinsAnywhereAndIsWokenOnlyForItsBytes() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        AtomicInteger woken = new AtomicInteger();
        BodyReader ahead = open(body, 150_000, 150_100);
        BodyReader nothing = open(body, 7, 7);
        assertTrue(nothing.ended());
        ahead.onReadable(woken::incrementAndGet);
        append(body, 0, 100_000);
        append(body, 100_000, 150_000);
        assertNull(ahead.next());
        assertEquals(0, woken.get());
        append(body, 150_000, 200_000);
        assertEquals(1, woken.get());
        assertArrayEquals(PatternBytes.range(1, 150_000, 150_100), Sample.drain(ahead));
        assertTrue(ahead.ended());
        try (BodyReader late = open(body, 70_000, END)) {
            assertArrayEquals(PatternBytes.range(1, 70_000, 200_000), Sample.drain(late));
            body.complete();
            assertTrue(late.ended());
        }
        try (BodyReader beyond = open(body, 300_000, END)) {
            assertTrue(beyond.ended());
            assertEquals(0, beyond.remaining());
            assertNull(beyond.next());
        }
        ahead.close();
        nothing.close();
        body.release();
    }

    @Test
    void failureComesAfterTheBytesThatAreThere() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        AtomicInteger woken = new AtomicInteger();
        BodyReader reader = open(body, 0, END);
        append(body, 0, 100);
        BodyReader waiting = open(body, 0, END);
        Sample.drain(waiting);
        waiting.onReadable(woken::incrementAndGet);
        body.fail(new IOException("cut short"));
        assertEquals(1, woken.get());
        assertEquals(100, Objects.requireNonNull(reader.next()).remaining());
        Objects.requireNonNull(reader.next()).position(100);
        assertEquals("cut short", assertThrows(IOException.class, reader::next).getMessage());
        assertThrows(IOException.class, waiting::next);
        assertNull(body.reader(0, END));
        assertThrows(IOException.class, () -> append(body, 100, 101));
        assertEquals(-1, body.length());
        reader.close();
        waiting.close();
        body.release();
    }

    @Test
    void openReadersGoOnAfterTheWriterLetGoAndTheLastOneFreesTheMemory() throws IOException {
        GrowingBody body = store.newBody(100_000, true);
        append(body, 0, 100_000);
        body.complete();
        BodyReader reader = open(body, 0, END);
        body.release();
        body.release();
        assertNull(body.reader(0, END));
        assertArrayEquals(PatternBytes.range(1, 0, 100_000), Sample.drain(reader));
        assertEquals(1, body.readers());
        reader.close();
        reader.close();
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void bodyThatIsLetGoBeforeItsEndFailsItsReaders() throws IOException {
        GrowingBody body = store.newBody(100, true);
        append(body, 0, 50);
        BodyReader reader = open(body, 0, END);
        body.release();
        assertEquals(50, Objects.requireNonNull(reader.next()).remaining());
        Objects.requireNonNull(reader.next()).position(50);
        assertThrows(IOException.class, reader::next);
        reader.close();
    }

    @Test
    void storedBodyOutlivesItsFillAndItsFollowers() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        BodyReader reader = open(body, 0, END);
        append(body, 0, 150_000);
        body.complete();
        assertEquals(
                PutResult.STORED,
                store.put(Sample.key(1), Sample.head(1, 1), body, Integer.MAX_VALUE));
        body.release();
        assertArrayEquals(PatternBytes.range(1, 0, 150_000), Sample.drain(reader));
        reader.close();
        assertEquals(1, Sample.read(store, Sample.key(1)));
    }

    @Test
    void completeBodyTakesNoMoreThanItsBytes() throws IOException {
        for (int length : new int[] {1, 255, 256, 257, 4096, 20_000, 65_536, 65_537, 300_001}) {
            for (long announced : new long[] {-1, length, length + 5000, length / 2}) {
                GrowingBody body = store.newBody(announced, true);
                for (int at = 0; at < length; at += 1500) {
                    append(body, at, Math.min(length, at + 1500));
                }
                body.complete();
                assertEquals(length, body.length());
                // Each block may waste less than a unit; a body has fewer than ten blocks here.
                assertTrue(pool.bytesInUse() < length + 10 * 256, length + " of " + announced);
                try (BodyReader reader = open(body, 0, END)) {
                    assertArrayEquals(PatternBytes.range(1, 0, length), Sample.drain(reader));
                }
                body.release();
                assertEquals(0, pool.bytesInUse());
            }
        }
    }

    @Test
    void tenThousandFollowersAreWokenAndReadEverything() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        List<BodyReader> readers = new ArrayList<>();
        long[] read = new long[10_000];
        AtomicInteger wakes = new AtomicInteger();
        for (int i = 0; i < read.length; i++) {
            readers.add(open(body, 0, END));
        }
        for (int at = 0; at < 200_000; at += 20_000) {
            readers.forEach(reader -> reader.onReadable(wakes::incrementAndGet));
            append(body, at, at + 20_000);
            for (int i = 0; i < read.length; i++) {
                BodyReader reader = readers.get(i);
                for (ByteBuffer b = reader.next(); b != null; b = reader.next()) {
                    read[i] += b.remaining();
                    b.position(b.limit());
                }
            }
        }
        body.complete();
        assertEquals(100_000, wakes.get());
        for (int i = 0; i < read.length; i++) {
            assertEquals(200_000, read[i]);
            assertTrue(readers.get(i).ended());
            readers.get(i).close();
        }
        body.release();
    }

    private static BodyReader open(GrowingBody body, long from, long to) {
        return Objects.requireNonNull(body.reader(from, to), "no reader");
    }

    private static void append(GrowingBody body, int from, int to) throws IOException {
        body.append(ByteBuffer.wrap(PatternBytes.range(1, from, to)));
    }
}

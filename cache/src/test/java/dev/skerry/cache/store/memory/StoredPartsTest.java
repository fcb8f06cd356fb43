package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses with holes: every byte of seed 7, whatever parts it came in. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoredPartsTest {
    private static final CacheKey KEY = Sample.key(1);
    private static final long GIGABYTE = 1L << 30;

    private final BlockPool pool = new PoisoningBlockPool(4 << 20, 64 << 10);
    private final MemoryLimits limits = new MemoryLimits(1 << 20, 256 << 10, 1_000_000_000L, 3);
    private final MemoryStore store = new MemoryStore(pool, limits, System::nanoTime);

    @AfterEach
    void everyByteComesBack() {
        store.close();
        assertEquals(0, store.count());
        assertEquals(0, store.bytes());
    }

    private PutResult put(long from, long to, long length) throws IOException {
        Variants found = store.find(KEY);
        return put(Sample.head(7, 1), from, to, length, found == null ? null : found.get(0), true);
    }

    private PutResult put(
            StoredHead head,
            long from,
            long to,
            long length,
            @Nullable StoredResponse seen,
            boolean join)
            throws IOException {
        GrowingBody body = store.newBody(to - from, true);
        body.append(ByteBuffer.wrap(PatternBytes.range(7, from, to)));
        body.complete();
        ContentRange place = new ContentRange(from, to, length);
        PutResult result = store.putPart(KEY, head, body, place, seen, join, 8);
        body.release();
        return result;
    }

    private void assertHolds(Extent... extents) throws IOException {
        StoredResponse found = Sample.held(store, KEY, 0);
        assertEquals(List.of(extents), found.extents());
        for (Extent extent : extents) {
            try (BodyReader reader = found.reader(extent.from(), extent.to())) {
                assertArrayEquals(
                        PatternBytes.range(7, extent.from(), extent.to()), Sample.drain(reader));
                assertTrue(reader.ended());
            }
        }
        found.release();
    }

    @Test
    void partSaysWhatItHoldsAndReadsNothingElse() throws IOException {
        assertEquals(PutResult.STORED, put(100, 200, 1000));

        StoredResponse found = Sample.held(store, KEY, 0);
        assertEquals(1000, found.bodyLength());
        assertFalse(found.isWhole());
        assertNull(found.contiguousBody());
        assertThrows(IndexOutOfBoundsException.class, () -> found.reader(99, 150));
        assertThrows(IndexOutOfBoundsException.class, () -> found.reader(150, 201));
        found.release();
        assertHolds(new Extent(100, 200));
    }

    @Test
    void neighboursReadAsOneAndOverlapsAreKeptOnce() throws IOException {
        put(100, 200, 1000);
        put(300, 400, 1000);
        put(200, 250, 1000);
        assertHolds(new Extent(100, 250), new Extent(300, 400));

        put(240, 310, 1000);
        assertHolds(new Extent(100, 400));
        assertEquals(1, store.count());
    }

    @Test
    void newPartInsideOfAnOldOneSplitsItsBlocksNotItsBytes() throws IOException {
        put(0, 90_000, 500_000);
        put(100_000, 300_000, 500_000);
        put(80_000, 120_000, 500_000);
        assertHolds(new Extent(0, 300_000));
        put(150_000, 160_000, 500_000); // has no news
        assertHolds(new Extent(0, 300_000));
    }

    @Test
    void lastHoleMakesItWhole() throws IOException {
        put(0, 100, 300);
        put(200, 300, 300);
        put(100, 200, 300);

        StoredResponse found = Sample.held(store, KEY, 0);
        assertTrue(found.isWhole());
        assertEquals(
                ByteBuffer.wrap(Sample.bytes(7, 300)),
                Objects.requireNonNull(found.contiguousBody()));
        found.release();
    }

    @Test
    void wholeThatIsLongerThanABlockIsReadAcrossItsPieces() throws IOException {
        put(0, 100_000, 150_000);
        put(100_000, 150_000, 150_000);

        StoredResponse found = Sample.held(store, KEY, 0);
        assertTrue(found.isWhole());
        assertNull(found.contiguousBody());
        try (BodyReader reader = found.reader(99_990, 100_010)) {
            assertEquals(20, reader.remaining());
            assertArrayEquals(PatternBytes.range(7, 99_990, 100_010), Sample.drain(reader));
        }
        found.release();
    }

    @Test
    void partsLieAnywhereInARepresentationOfAnyLength() throws IOException {
        put(6 * GIGABYTE - 10, 6 * GIGABYTE, 6 * GIGABYTE);
        put(4 * GIGABYTE - 5, 4 * GIGABYTE + 5, 6 * GIGABYTE);
        assertHolds(
                new Extent(4 * GIGABYTE - 5, 4 * GIGABYTE + 5),
                new Extent(6 * GIGABYTE - 10, 6 * GIGABYTE));
    }

    @Test
    void partChangesNothingWhenSomethingElseIsStoredThanWasSeen() throws IOException {
        put(0, 100, 300);
        StoredResponse seen = Sample.held(store, KEY, 0);
        put(200, 300, 300);

        assertEquals(PutResult.CHANGED, put(Sample.head(7, 1), 100, 200, 300, seen, true));
        assertEquals(PutResult.CHANGED, put(Sample.head(7, 1), 100, 200, 300, null, false));
        seen.release();
        assertHolds(new Extent(0, 100), new Extent(200, 300));
    }

    @Test
    void partOfSomethingElseReplacesUnlessItIsOlder() throws IOException {
        Sample.put(store, KEY, Sample.head(1, 10), 1, 300);
        StoredResponse whole = Sample.held(store, KEY, 0);

        assertEquals(PutResult.OLDER, put(Sample.head(7, 9), 0, 100, 300, whole, false));
        assertEquals(1, Sample.read(store, KEY));
        assertEquals(PutResult.STORED, put(Sample.head(7, 10), 0, 100, 300, whole, false));
        whole.release();
        assertHolds(new Extent(0, 100));
    }

    @Test
    void joinedPartTakesTheLowerRevision() throws IOException {
        put(0, 100, 300);
        StoredResponse seen = Sample.held(store, KEY, 0);
        assertEquals(PutResult.STORED, put(Sample.head(7, 0), 100, 200, 300, seen, true));
        seen.release();
        assertHolds(new Extent(0, 200));
    }

    @Test
    void freshenedHeadSharesTheParts() throws IOException {
        put(0, 100, 300);
        put(200, 300, 300);
        StoredResponse old = Sample.held(store, KEY, 0);
        StoredResponse fresh = Objects.requireNonNull(store.freshen(KEY, old, Sample.head(2, 5)));
        old.release();
        assertEquals(5, fresh.bornAt());
        fresh.release();
        assertHolds(new Extent(0, 100), new Extent(200, 300));
    }

    @Test
    void extentsAreBoundedAndTheFarthestGoesFirst() throws IOException {
        for (int i = 0; i < Stitching.MOST_EXTENTS; i++) {
            put(2L * i, 2L * i + 1, 1000);
        }
        StoredResponse full = Sample.held(store, KEY, 0);
        assertEquals(Stitching.MOST_EXTENTS, full.extents().size());
        full.release();

        put(900, 901, 1000);

        StoredResponse bounded = Sample.held(store, KEY, 0);
        assertEquals(Stitching.MOST_EXTENTS, bounded.extents().size());
        assertEquals(new Extent(2, 3), bounded.extents().getFirst());
        assertEquals(new Extent(900, 901), bounded.extents().getLast());
        bounded.release();
    }

    @Test
    void bytesOfOneResponseAreBounded() throws IOException {
        int step = 1 << 18;
        for (long at = 0; at < 4L * step; at += step) {
            put(at, at + step, GIGABYTE);
        }
        assertHolds(new Extent(0, 1 << 20));

        put(4L * step, 5L * step, GIGABYTE);

        assertHolds(new Extent(step, 5L * step));
    }

    @Test
    void partOfABodyThatBrokeOffIsKept() throws IOException {
        GrowingBody body = store.newBody(100_000, true);
        BodyReader follower = Objects.requireNonNull(body.reader(0, Long.MAX_VALUE));
        body.append(ByteBuffer.wrap(Sample.bytes(7, 70_000)));
        body.breakOff(new IOException("cut"));

        ContentRange place = new ContentRange(0, 70_000, 100_000);
        assertEquals(PutResult.NO_ROOM, store.put(KEY, Sample.head(7, 1), body, Integer.MAX_VALUE));
        assertEquals(
                PutResult.STORED,
                store.putPart(KEY, Sample.head(7, 1), body, place, null, false, 8));
        assertNull(body.reader(0, Long.MAX_VALUE));
        body.release();

        assertArrayEquals(Sample.bytes(7, 70_000), Sample.drainUntilFailure(follower));
        follower.close();
        assertHolds(new Extent(0, 70_000));
    }

    @Test
    void readerOfPartsOutlivesTheirEviction() throws IOException {
        put(0, 100, 300);
        put(100, 200, 300);
        StoredResponse held = Sample.held(store, KEY, 0);
        BodyReader reader = held.reader(50, 150);
        store.remove(KEY, held);
        held.release();

        assertArrayEquals(PatternBytes.range(7, 50, 150), Sample.drain(reader));
        assertNotNull(reader);
        reader.close();
        assertEquals(0, store.bytes());
    }
}

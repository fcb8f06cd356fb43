package dev.skerry.cache.store.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryStoreTest {
    private static final CacheKey KEY = Sample.key(1);

    private final BlockPool pool = new PoisoningBlockPool(4 << 20, 64 << 10);
    private final MemoryLimits limits = new MemoryLimits(1 << 20, 256 << 10, 1_000_000_000L, 3);
    private final MemoryStore store = new MemoryStore(pool, limits, System::nanoTime);

    @AfterEach
    void everyByteComesBack() {
        store.close();
        assertEquals(0, store.count());
        assertEquals(0, store.bytes());
    }

    @Test
    void storedResponseComesBackAsItWasPut() throws IOException {
        StoredHead head = Sample.head(7, 70, "accept-language", "dé");
        assertEquals(PutResult.STORED, Sample.put(store, KEY, head, 7, 1000));
        StoredResponse found = Sample.held(store, KEY, 0);
        assertEquals(head, found.head());
        assertEquals(head.tags(), found.tags());
        assertEquals(head.vary(), found.vary());
        assertEquals(head.selecting(), found.selecting());
        assertEquals(1000, found.bodyLength());
        assertArrayEquals(Sample.bytes(7, 1000), Sample.read(found));
        ByteBuffer body = Objects.requireNonNull(found.contiguousBody());
        assertEquals(ByteBuffer.wrap(Sample.bytes(7, 1000)), body);
        assertTrue(body.isReadOnly());
        String lines = "content-type: text/plain\r\netag: \"7\"\r\nx: é\r\n";
        assertEquals(lines, ISO_8859_1.decode(found.fieldLines()).toString());
        assertEquals(1, store.count());
        found.release();
    }

    @Test
    void bodyLongerThanABlockIsReadInPieces() throws IOException {
        Sample.put(store, KEY, Sample.head(7, 1), 7, 200_000);
        StoredResponse found = Sample.held(store, KEY, 0);
        assertNull(found.contiguousBody());
        assertArrayEquals(Sample.bytes(7, 200_000), Sample.read(found));
        try (BodyReader reader = found.reader(65_530, 131_080)) {
            assertEquals(65_550, reader.remaining());
            byte[] part = Sample.drain(reader);
            assertArrayEquals(PatternBytes.range(7, 65_530, 131_080), part);
            assertTrue(reader.ended());
        }
        assertThrows(IndexOutOfBoundsException.class, () -> found.reader(0, 200_001));
        found.release();
    }

    @Test
    void bodyWithoutBytesIsStored() throws IOException {
        Sample.put(store, KEY, Sample.head(7, 1), 7, 0);
        StoredResponse found = Sample.held(store, KEY, 0);
        assertEquals(0, Objects.requireNonNull(found.contiguousBody()).remaining());
        assertEquals(0, Sample.read(found).length);
        found.release();
    }

    @Test
    void bodyThatCameInPiecesIsStoredInOneWhereItFits() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        for (int i = 0; i < 30_000; i += 1000) {
            byte[] all = Sample.bytes(3, i + 1000);
            body.append(ByteBuffer.wrap(all, i, 1000));
        }
        body.complete();
        assertEquals(PutResult.STORED, store.put(KEY, Sample.head(3, 1), body, Integer.MAX_VALUE));
        body.release();
        StoredResponse found = Sample.held(store, KEY, 0);
        assertEquals(
                ByteBuffer.wrap(Sample.bytes(3, 30_000)),
                Objects.requireNonNull(found.contiguousBody()));
        found.release();
    }

    @Test
    void olderResponseDoesNotReplaceANewerOne() throws IOException {
        Sample.put(store, KEY, Sample.head(1, 10), 1, 100);
        assertEquals(PutResult.OLDER, Sample.put(store, KEY, Sample.head(2, 9), 2, 100));
        assertEquals(1, Sample.read(store, KEY));
        assertEquals(PutResult.STORED, Sample.put(store, KEY, Sample.head(3, 10), 3, 100));
        assertEquals(3, Sample.read(store, KEY));
        assertEquals(1, store.count());
    }

    @Test
    void aPutWithALowerCapDropsEveryVariantAboveIt() throws IOException {
        for (int i = 1; i <= 3; i++) {
            Sample.put(store, KEY, Sample.head(i, 1, "accept-language", "l" + i), i, 100);
        }
        GrowingBody body = Sample.filled(store, 4, 100);
        StoredHead head = Sample.head(4, 1, "accept-language", "l4");
        assertEquals(PutResult.STORED_AT_VARIANT_CAP, store.put(KEY, head, body, 1));
        body.release();

        assertEquals(1, Objects.requireNonNull(store.find(KEY)).count());
        assertEquals(1, store.count());
    }

    @Test
    void variantsAreKeptNewestFirstUpToTheCap() throws IOException {
        for (int i = 1; i <= 3; i++) {
            StoredHead head = Sample.head(i, 1, "accept", "a" + i);
            assertEquals(PutResult.STORED, Sample.put(store, KEY, head, i, 100));
        }
        StoredHead fourth = Sample.head(4, 1, "accept", "a4");
        assertEquals(PutResult.STORED_AT_VARIANT_CAP, Sample.put(store, KEY, fourth, 4, 100));
        Variants variants = Objects.requireNonNull(store.find(KEY));
        assertEquals(3, variants.count());
        assertEquals(4, variants.get(0).receivedMillis());
        assertEquals(2, variants.get(2).receivedMillis());
        assertEquals(3, store.count());
        StoredHead second = Sample.head(5, 1, "accept", "a2");
        assertEquals(PutResult.STORED, Sample.put(store, KEY, second, 5, 100));
        assertEquals(5, Objects.requireNonNull(store.find(KEY)).get(0).receivedMillis());
        assertEquals(3, store.count());
    }

    @Test
    void freshenedHeadSharesTheBody() throws IOException {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 50_000);
        StoredResponse old = Sample.held(store, KEY, 0);
        long before = store.bytes();
        StoredResponse fresh = Objects.requireNonNull(store.freshen(KEY, old, Sample.head(2, 5)));
        assertEquals(before + 256, store.bytes());
        assertEquals(old.bodyId(), fresh.bodyId());
        old.release();
        assertEquals(before, store.bytes());
        assertEquals(5, fresh.bornAt());
        assertArrayEquals(Sample.bytes(1, 50_000), Sample.read(fresh));
        assertSame(fresh, store.find(KEY));
        fresh.release();
        assertEquals(1, store.count());
    }

    @Test
    void eachBodyHasAnIdThatItKeepsWhenStored() throws IOException {
        GrowingBody body = store.newBody(-1, true);
        GrowingBody other = store.newBody(-1, true);
        // In several blocks, which the store then moves into one.
        body.append(ByteBuffer.wrap(Sample.bytes(1, 40_000)));
        body.complete();
        store.put(KEY, Sample.head(1, 1), body, 3);
        StoredResponse stored = Sample.held(store, KEY, 0);
        assertEquals(body.bodyId(), stored.bodyId());
        assertNotEquals(body.bodyId(), other.bodyId());
        stored.release();
        body.release();
        other.release();
    }

    @Test
    void freshenedResponseThatIsNoLongerStoredIsTheCallersAlone() throws IOException {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 500);
        StoredResponse old = Sample.held(store, KEY, 0);
        store.remove(KEY, old);
        StoredResponse fresh = Objects.requireNonNull(store.freshen(KEY, old, Sample.head(2, 5)));
        old.release();
        assertNull(store.find(KEY));
        assertArrayEquals(Sample.bytes(1, 500), Sample.read(fresh));
        fresh.release();
    }

    @Test
    void removedResponseStaysReadableForWhoHoldsIt() throws IOException {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 500);
        StoredResponse held = Sample.held(store, KEY, 0);
        store.remove(KEY, held);
        store.remove(KEY, held);
        assertNull(store.find(KEY));
        BodyReader reader = held.reader(0, 500);
        held.release();
        assertFalse(held.retain());
        assertArrayEquals(Sample.bytes(1, 500), Sample.drain(reader));
        assertTrue(store.bytes() > 0);
        reader.close();
        assertEquals(0, store.bytes());
    }

    @Test
    void releasingTooOftenIsRefused() throws IOException {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 500);
        StoredResponse held = Sample.held(store, KEY, 0);
        store.remove(KEY, held);
        held.release();
        assertThrows(IllegalStateException.class, held::release);
    }

    @Test
    void fullPoolEvictsAndNeverExceedsItsCapacity() throws IOException {
        for (int i = 0; i < 500; i++) {
            CacheKey key = Sample.key(i);
            assertEquals(PutResult.STORED, Sample.put(store, key, Sample.head(i, 1), i, 30_000));
            assertTrue(store.bytes() <= store.capacity());
        }
        assertTrue(store.evictions() > 300);
        assertEquals(500, store.count() + store.evictions());
    }

    @Test
    void bodyInFlightMakesRoomForItself() throws IOException {
        for (int i = 0; i < 500; i++) {
            Sample.put(store, Sample.key(i), Sample.head(i, 1), i, 7_000);
        }
        GrowingBody body = store.newBody(1_000_000, true);
        body.append(ByteBuffer.wrap(Sample.bytes(9, 1_000_000)));
        body.complete();
        assertTrue(body.whole());
        assertEquals(PutResult.STORED, store.put(KEY, Sample.head(9, 1), body, Integer.MAX_VALUE));
        body.release();
    }

    @Test
    void bodyAtTheObjectLimitIsStoredAndOneByteMoreIsNot() throws IOException {
        assertEquals(PutResult.STORED, Sample.put(store, KEY, Sample.head(1, 1), 1, 1 << 20));
        GrowingBody body = store.newBody(-1, true);
        BodyReader reader = Objects.requireNonNull(body.reader(0, Long.MAX_VALUE));
        byte[] bytes = Sample.bytes(2, (1 << 20) + 1);
        for (int at = 0; at < bytes.length; at += 4096) {
            body.append(ByteBuffer.wrap(bytes, at, Math.min(4096, bytes.length - at)));
            Sample.drain(reader);
        }
        body.complete();
        assertEquals(
                PutResult.NO_ROOM,
                store.put(Sample.key(2), Sample.head(2, 1), body, Integer.MAX_VALUE));
        reader.close();
        body.release();
    }

    @Test
    void headLargerThanABlockHasNoRoom() throws IOException {
        StoredHead head =
                new StoredHead(
                        new ResponseHead(200, FieldList.of("a", "b".repeat(70_000))),
                        List.of(),
                        FieldList.EMPTY,
                        List.of(),
                        Sample.head(1, 1).stamp(),
                        Sample.NAME);
        assertEquals(PutResult.NO_ROOM, Sample.put(store, KEY, head, 1, 10));
    }

    @Test
    void fieldThatWouldSplitTheHeadIsRefused() {
        FieldList fields = FieldList.of("a", "b\r\nc: d");
        StoredHead head =
                new StoredHead(
                        new ResponseHead(200, fields),
                        List.of(),
                        FieldList.EMPTY,
                        List.of(),
                        Sample.head(1, 1).stamp(),
                        Sample.NAME);
        GrowingBody body = store.newBody(0, true);
        body.complete();
        assertThrows(
                IllegalArgumentException.class,
                () -> store.put(KEY, head, body, Integer.MAX_VALUE));
        body.release();
    }

    @Test
    void incompleteBodyIsNotStored() throws IOException {
        GrowingBody body = store.newBody(10, true);
        assertEquals(PutResult.NO_ROOM, store.put(KEY, Sample.head(1, 1), body, Integer.MAX_VALUE));
        body.append(ByteBuffer.wrap(new byte[5]));
        body.fail(new IOException("cut"));
        assertEquals(PutResult.NO_ROOM, store.put(KEY, Sample.head(1, 1), body, Integer.MAX_VALUE));
        assertNotNull(body);
        body.release();
    }
}

package dev.skerry.cache.store.disk.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import org.junit.jupiter.api.Test;

final class DiskIndexTest {
    private static final CacheKey KEY = new CacheKey(1, 2);

    private final PlainMemory memory = new PlainMemory();
    private final DiskIndex index = new DiskIndex(memory);
    private final long[] found = new long[DiskIndex.MAX_VARIANTS];

    @Test
    void entriesAreFoundTheNewestFirst() {
        assertFalse(index.contains(KEY));
        assertEquals(DiskIndex.NONE, index.put(KEY, 10, Address.of(1, 64), 100));
        assertEquals(DiskIndex.NONE, index.put(KEY, 11, Address.of(1, 128), 64));
        assertTrue(index.putOlder(KEY, 12, Address.of(0, 0), 1));
        assertFalse(index.putOlder(KEY, 10, Address.of(0, 64), 1));

        assertEquals(3, index.find(KEY, found));
        assertEquals(Address.of(1, 128), DiskIndex.address(found[0]));
        assertEquals(Address.of(1, 64), DiskIndex.address(found[1]));
        assertEquals(Address.of(0, 0), DiskIndex.address(found[2]));
        assertEquals(128, DiskIndex.size(found[1]));

        assertEquals(Address.of(1, 64), index.put(KEY, 10, Address.of(2, 0), 1));
        assertEquals(3, index.find(KEY, found));
        assertEquals(Address.of(2, 0), DiskIndex.address(found[0]));
    }

    @Test
    void everyFieldKeepsItsLargestValue() {
        long last = Address.of(Address.MAX_SEGMENTS - 1, Address.MAX_SEGMENT_BYTES - Address.UNIT);
        index.put(KEY, 0xffff, last, DiskIndex.MAX_SIZE);
        assertEquals(1, index.find(KEY, found));
        assertEquals(last, DiskIndex.address(found[0]));
        assertEquals(DiskIndex.MAX_SIZE, DiskIndex.size(found[0]));
        assertEquals(0, DiskIndex.uses(found[0]));
        assertEquals(Address.MAX_SEGMENTS - 1, Address.segment(last));
        assertEquals(Address.MAX_SEGMENT_BYTES - Address.UNIT, Address.offset(last));
        assertEquals(last, index.remove(KEY, 0xffff));
        assertFalse(index.contains(KEY));

        assertThrows(IllegalArgumentException.class, () -> Address.of(Address.MAX_SEGMENTS, 0));
        assertThrows(IllegalArgumentException.class, () -> Address.of(-1, 0));
        assertThrows(
                IllegalArgumentException.class, () -> Address.of(0, Address.MAX_SEGMENT_BYTES));
        assertThrows(IllegalArgumentException.class, () -> Address.of(0, 63));
        assertThrows(
                IllegalArgumentException.class,
                () -> index.put(KEY, 0, last, DiskIndex.MAX_SIZE + 1));
        assertThrows(IllegalArgumentException.class, () -> index.put(KEY, 0, last, 0));
        assertThrows(IllegalArgumentException.class, () -> index.put(KEY, 0x10000, last, 1));
        assertThrows(IllegalArgumentException.class, () -> index.put(KEY, 0, 1L << 44, 1));
        assertThrows(IllegalArgumentException.class, () -> index.put(KEY, 0, -1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> index.move(KEY, last, 0, 1, DiskIndex.MAX_USES + 1));
    }

    @Test
    void usesAreCountedForEveryVariantUpToSeven() {
        index.put(KEY, 1, Address.of(1, 0), 1);
        index.used(KEY);
        index.put(KEY, 2, Address.of(2, 0), 1);
        for (int i = 0; i < 7; i++) {
            index.used(KEY);
        }
        assertEquals(7, DiskIndex.uses(index.at(KEY, Address.of(1, 0))));
        assertEquals(7, DiskIndex.uses(index.at(KEY, Address.of(2, 0))));
        assertEquals(DiskIndex.NONE, index.at(KEY, Address.of(3, 0)));

        assertTrue(index.move(KEY, Address.of(1, 0), Address.of(3, 0), 64, 2));
        assertFalse(index.move(KEY, Address.of(1, 0), Address.of(4, 0), 64, 2));
        assertEquals(2, DiskIndex.uses(index.at(KEY, Address.of(3, 0))));
        assertEquals(2, index.find(KEY, found));
        assertEquals(Address.of(3, 0), DiskIndex.address(found[1]), "it is still the older one");
        assertFalse(index.removeAt(KEY, Address.of(1, 0)));
        assertTrue(index.removeAt(KEY, Address.of(3, 0)));
        assertEquals(1, index.count());
    }

    @Test
    void theOldestVariantGivesWayToOneMoreThanThereMayBe() {
        for (int i = 0; i < DiskIndex.MAX_VARIANTS; i++) {
            assertEquals(DiskIndex.NONE, index.put(KEY, i, Address.of(i, 0), 1));
        }
        assertFalse(index.putOlder(KEY, 64, Address.of(64, 0), 1), "no room below");
        assertEquals(Address.of(0, 0), index.put(KEY, 64, Address.of(64, 0), 1));
        assertEquals(DiskIndex.MAX_VARIANTS, index.find(KEY, found));
        assertEquals(Address.of(64, 0), DiskIndex.address(found[0]));
        assertEquals(Address.of(1, 0), DiskIndex.address(found[63]));
        assertEquals(DiskIndex.MAX_VARIANTS, index.count());
    }

    @Test
    void orderOutlivesMoreReplacementsThanThereAreRanks() {
        index.put(KEY, 1, Address.of(1, 0), 1);
        index.put(KEY, 2, Address.of(2, 0), 1);
        for (int i = 0; i < 100_000; i++) {
            index.put(KEY, 3, Address.of(3, i * 64L), 1);
        }
        assertEquals(3, index.find(KEY, found));
        assertEquals(Address.of(3, 99_999 * 64L), DiskIndex.address(found[0]));
        assertEquals(Address.of(2, 0), DiskIndex.address(found[1]));
        assertEquals(Address.of(1, 0), DiskIndex.address(found[2]));

        for (int i = 0; i < 100_000; i++) {
            index.remove(KEY, 1);
            assertTrue(index.putOlder(KEY, 1, Address.of(1, i * 64L), 1));
            index.remove(KEY, 2);
            assertTrue(index.putOlder(KEY, 2, Address.of(2, i * 64L), 1));
        }
        assertEquals(3, index.find(KEY, found));
        assertEquals(Address.of(2, 99_999 * 64L), DiskIndex.address(found[2]));
    }

    @Test
    void withoutMemoryAPutIsRefusedAndNothingElseBreaks() {
        index.put(KEY, 1, Address.of(1, 0), 1);
        memory.limit(memory.taken());
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            CacheKey key = new CacheKey(i, 7);
            long displaced = index.put(key, 0, Address.of(2, 0), 1);
            if (displaced == DiskIndex.FULL) {
                assertFalse(index.putOlder(key, 0, Address.of(2, 0), 1));
                refused++;
            }
        }
        assertTrue(refused > 99_000, refused + " were refused");
        assertEquals(100_001 - refused, index.count());
        assertEquals(Address.of(1, 0), index.put(KEY, 1, Address.of(3, 0), 1), "in its place");

        memory.limit(Long.MAX_VALUE);
        for (int i = 0; i < 100_000; i++) {
            index.put(new CacheKey(i, 7), 0, Address.of(2, 0), 1);
        }
        assertEquals(100_001, index.count());
        assertEquals(memory.taken(), index.bytes());
    }

    @Test
    void aClearedIndexIsEmptyAndAClosedOneStaysSo() {
        for (int i = 0; i < 10_000; i++) {
            index.put(new CacheKey(i, i), i, Address.of(i % 3, 64L * i), 1);
        }
        assertEquals(3333, index.removeAll(address -> Address.segment(address) == 1));
        assertEquals(6667, index.count());
        index.clear();
        assertEquals(0, index.count());
        assertEquals(0, memory.taken());
        assertFalse(index.contains(new CacheKey(3, 3)));
        index.put(KEY, 1, Address.of(1, 0), 1);
        index.close();
        index.close();
        assertEquals(0, memory.taken());
        assertEquals(DiskIndex.FULL, index.put(KEY, 1, Address.of(1, 0), 1));
        assertEquals(0, index.find(KEY, found));
    }
}

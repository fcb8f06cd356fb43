package dev.skerry.cache.store.disk.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
}

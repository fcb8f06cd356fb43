package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredHead;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an entry takes of the heap, with compact object headers and compressed references: map node
 * 24 and its slot in the table 4 to 11, Caffeine's node 40 and its share of the frequency sketch 8
 * to 16, key 24, response 32, body 32.
 */
@Tag("slow")
class HeapPerEntryTest {
    private static final int ENTRIES = 1_000_000;

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void millionEntriesTakeAtMostTwoHundredBytesOfHeapEach() throws IOException {
        MemoryStore store = MemoryStore.of(1L << 30, () -> 0);
        put(store, -1);
        long before = used();
        for (int i = 0; i < ENTRIES; i++) {
            put(store, i);
        }
        long each = (used() - before) / ENTRIES;
        System.out.println("heap bytes an entry: " + each);
        assertEquals(ENTRIES + 1, store.count());
        assertTrue(each <= 200, each + " bytes");
        store.close();
        assertEquals(0, store.bytes());
    }

    private static void put(MemoryStore store, long number) throws IOException {
        StoredHead head = Sample.head(number, 1);
        GrowingBody body = store.newBody(200, true);
        body.append(ByteBuffer.allocate(200));
        body.complete();
        assertEquals(
                PutResult.STORED, store.put(Sample.key(number), head, body, Integer.MAX_VALUE));
        body.release();
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

package dev.skerry.cache.store.disk.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What ten million entries take, heap and all, at every size on the way. */
@Tag("slow")
final class BytesPerEntryTest {
    private static final int ENTRIES = 10_000_000;

    @Test
    void tenMillionEntriesTakeAtMostThirtyTwoBytesEach() {
        PlainMemory memory = new PlainMemory();
        long heapBefore = heap();
        DiskIndex index = new DiskIndex(memory);
        long most = 0;
        for (int i = 0; i < ENTRIES; i++) {
            // Keys are hashes.
            long n = i * 0x9E3779B97F4A7C15L;
            index.put(
                    new CacheKey(Long.reverse(n) ^ n, n), i & 0xffff, Address.of(i >> 10, 64), 64);
            if (i >= ENTRIES / 10 && i % 100_000 == 0) {
                most = Math.max(most, memory.taken() * 100 / i);
            }
        }
        assertEquals(ENTRIES, index.count());
        long heap = heap() - heapBefore;
        long each = (memory.taken() + heap) / ENTRIES;
        System.out.println(
                "index bytes an entry: %d; heap in all %d; outside at most %d.%02d"
                        .formatted(each, heap, most / 100, most % 100));
        assertTrue(each <= 32, each + " bytes");
        assertTrue(most <= 3100, most + " hundredths of a byte");
        index.close();
        assertEquals(0, memory.taken());
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

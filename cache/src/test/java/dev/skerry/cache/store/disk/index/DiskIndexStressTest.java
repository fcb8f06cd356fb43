package dev.skerry.cache.store.disk.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One thread changes, as on a disk; others look, and must never see what was not put. */
final class DiskIndexStressTest {
    private static final int KEYS = 20_000;
    private static final int READERS = 3;

    private final PlainMemory memory = new PlainMemory();
    private final DiskIndex index = new DiskIndex(memory);

    @Test
    void readersSeeOnlyWhatWasPutWhileTablesGrowAndAreCleared() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(READERS)) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(reader(i, done)));
            }
            Random random = new Random(5);
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < KEYS; i++) {
                    int n = random.nextInt(KEYS);
                    index.put(key(n), i % 3, Address.of(n, 64L * i), 64);
                    if (i % 5 == 0) {
                        index.remove(key(random.nextInt(KEYS)), i % 3);
                    }
                }
                if (round % 4 == 3) {
                    index.clear();
                }
            }
            done.set(true);
            for (Future<Long> reader : readers) {
                assertTrue(reader.get(60, TimeUnit.SECONDS) > 0, "a reader found something");
            }
        }
        index.close();
        assertEquals(0, memory.taken());
    }

    /** The address of each entry names the key that it was put under. */
    private Callable<Long> reader(int seed, AtomicBoolean done) {
        return () -> {
            Random random = new Random(seed);
            long[] found = new long[DiskIndex.MAX_VARIANTS];
            long seen = 0;
            while (!done.get()) {
                int n = random.nextInt(KEYS);
                int entries = index.find(key(n), found);
                for (int i = 0; i < entries; i++) {
                    assertEquals(n, Address.segment(DiskIndex.address(found[i])));
                    assertEquals(64, DiskIndex.size(found[i]));
                }
                index.used(key(n));
                seen += entries;
            }
            return seen;
        };
    }

    private static CacheKey key(int n) {
        return new CacheKey(n, n);
    }
}

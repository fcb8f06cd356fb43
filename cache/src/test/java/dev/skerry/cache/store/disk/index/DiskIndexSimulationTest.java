package dev.skerry.cache.store.disk.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index against a map of lists, the newest entry first. */
final class DiskIndexSimulationTest {
    private static final int OPERATIONS = 400_000;
    private static final int KEYS = 3000;

    private final PlainMemory memory = new PlainMemory();
    private final DiskIndex index = new DiskIndex(memory);
    private final Map<CacheKey, List<Entry>> model = new HashMap<>();
    private final long[] found = new long[DiskIndex.MAX_VARIANTS];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itHoldsWhatAMapHolds(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < OPERATIONS; i++) {
            step(random, "seed " + seed + ", operation " + i);
        }
        long count = 0;
        for (List<Entry> entries : model.values()) {
            count += entries.size();
        }
        assertEquals(count, index.count());
        for (CacheKey key : model.keySet()) {
            compare(key, "seed " + seed + ", at the end");
        }
        index.close();
        assertEquals(0, memory.taken());
    }

    private void step(RandomGenerator random, String where) {
        // Few keys in few partitions, so that tables are large and their ends are passed.
        CacheKey key = key(random.nextInt(KEYS));
        List<Entry> entries = model.computeIfAbsent(key, k -> new ArrayList<>());
        int variant = random.nextInt(random.nextInt(20) == 0 ? 100 : 3);
        long address = random.nextLong(1L << Address.BITS);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> put(key, entries, new Entry(variant, address, 0), where);
            case 4 -> {
                boolean added = index.putOlder(key, variant, address, 64);
                boolean room =
                        entries.size() < DiskIndex.MAX_VARIANTS
                                && entries.stream().noneMatch(e -> e.variant == variant);
                assertEquals(room, added, where);
                if (added) {
                    entries.addLast(new Entry(variant, address, 0));
                }
            }
            case 5, 6, 7 -> {
                long removed = index.remove(key, variant);
                List<Entry> gone = entries.stream().filter(e -> e.variant == variant).toList();
                assertEquals(gone.isEmpty() ? DiskIndex.NONE : gone.get(0).address, removed, where);
                entries.removeAll(gone);
            }
            case 8 -> {
                if (!entries.isEmpty()) {
                    int at = random.nextInt(entries.size());
                    Entry old = entries.get(at);
                    int uses = random.nextInt(8);
                    assertTrue(index.move(key, old.address, address, 64, uses), where);
                    entries.set(at, new Entry(old.variant, address, uses));
                }
            }
            case 9 -> {
                if (!entries.isEmpty()) {
                    Entry gone = entries.remove(random.nextInt(entries.size()));
                    assertTrue(index.removeAt(key, gone.address), where);
                }
            }
            case 10 -> {
                index.used(key);
                entries.replaceAll(e -> new Entry(e.variant, e.address, Math.min(e.uses + 1, 7)));
            }
            default -> compare(key, where);
        }
    }

    private void put(CacheKey key, List<Entry> entries, Entry entry, String where) {
        long displaced = index.put(key, entry.variant, entry.address, 64);
        List<Entry> same = entries.stream().filter(e -> e.variant == entry.variant).toList();
        long expected = same.isEmpty() ? DiskIndex.NONE : same.get(0).address;
        entries.removeAll(same);
        if (entries.size() == DiskIndex.MAX_VARIANTS) {
            expected = entries.removeLast().address;
        }
        entries.addFirst(entry);
        assertEquals(expected, displaced, where);
    }

    private void compare(CacheKey key, String where) {
        List<Entry> entries = model.getOrDefault(key, List.of());
        assertEquals(!entries.isEmpty(), index.contains(key), where);
        assertEquals(entries.size(), index.find(key, found), where);
        for (int i = 0; i < entries.size(); i++) {
            assertEquals(entries.get(i).address, DiskIndex.address(found[i]), where);
            assertEquals(entries.get(i).uses, DiskIndex.uses(found[i]), where);
        }
    }

    /** The n-th key that falls into one of four partitions. */
    private static CacheKey key(int n) {
        return KEYS_OF_FEW_PARTITIONS.get(n);
    }

    private static final List<CacheKey> KEYS_OF_FEW_PARTITIONS = keys();

    private static List<CacheKey> keys() {
        List<CacheKey> keys = new ArrayList<>();
        for (long i = 0; keys.size() < KEYS; i++) {
            CacheKey key = new CacheKey(i, ~i);
            if (DiskIndex.partition(key) < 4) {
                keys.add(key);
            }
        }
        return keys;
    }

    private record Entry(int variant, long address, int uses) {}
}

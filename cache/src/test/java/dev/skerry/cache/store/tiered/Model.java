package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** What was put into a store, and what of it may be found. */
final class Model {
    private static final String[] LANGUAGES = {"", "de", "en", "fr"};

    /** A key and variant. */
    record Slot(int number, String language) {
        CacheKey key() {
            return Model.key(number);
        }
    }

    /** A head that was put, over bytes of a body. */
    record Put(Slot slot, long seed, StoredHead head, long body, int length) {}

    private final int keys;
    private final Random random;
    private final Map<Long, Put> puts = new HashMap<>();
    private final Map<Long, Long> bodiesById = new HashMap<>();
    private final Map<Slot, Set<Long>> allowed = new HashMap<>();

    /** What was allowed since the last flush: a crash may bring it back. */
    private final Map<Slot, Set<Long>> before = new HashMap<>();

    private final Map<Slot, Set<Long>> ever = new HashMap<>();
    private long lastSeed;

    Model(int keys, Random random) {
        this.keys = keys;
        this.random = random;
    }

    static CacheKey key(int number) {
        return new CacheKey(number * 0x9E3779B97F4A7C15L, number);
    }

    /** Some keys are used more than others. */
    int number() {
        return random.nextInt(random.nextBoolean() ? keys : keys / 10);
    }

    Slot slot(int number) {
        return new Slot(number, LANGUAGES[random.nextInt(8) < 6 ? 0 : random.nextInt(4)]);
    }

    /** One with a new head over a body of its own. */
    Put fresh(Slot slot, int length) {
        return over(slot, lastSeed + 1, length);
    }

    /** One with a new head over bytes of a body. */
    Put over(Slot slot, long body, int length) {
        long seed = ++lastSeed;
        return new Put(slot, seed, head(slot, seed), body, length);
    }

    private StoredHead head(Slot slot, long seed) {
        FieldList fields =
                FieldList.of("etag", "\"" + seed + "\"", "x", "y".repeat((int) (seed % 90)));
        boolean varies = !slot.language.isEmpty();
        FieldList selecting =
                varies ? FieldList.of("accept-language", slot.language) : FieldList.EMPTY;
        List<String> vary = varies ? List.of("accept-language") : List.of();
        Stamp stamp = new Stamp(seed - random.nextInt(4), seed, 900_000, 2000, 3, 4, 5, 6);
        KeyName name = new KeyName("s" + slot.number % 3, "http", "a.example", "/" + slot.number);
        return new StoredHead(
                new ResponseHead(200, fields), vary, selecting, List.of("t"), stamp, name);
    }

    /** It is what is stored under its slot. */
    void stored(Put put) {
        change(put, Set.of(put.seed));
    }

    /** Either it is stored now, or nothing has changed. */
    void maybeStored(Put put) {
        Set<Long> both = new HashSet<>(allowed(put.slot));
        both.add(put.seed);
        change(put, both);
    }

    private void change(Put put, Set<Long> now) {
        puts.put(put.seed, put);
        change(put.slot, now);
        ever.computeIfAbsent(put.slot, slot -> new HashSet<>()).add(put.seed);
    }

    private void change(Slot slot, Set<Long> now) {
        before.computeIfAbsent(slot, s -> new HashSet<>()).addAll(allowed(slot));
        allowed.put(slot, now);
    }

    /** It was removed. */
    void removed(Put put) {
        Set<Long> rest = new HashSet<>(allowed(put.slot));
        rest.remove(put.seed);
        change(put.slot, rest);
    }

    /** All that was done is on the device. */
    void flushed() {
        before.clear();
    }

    /** The process was killed: what it had not written may not have happened. */
    void killed() {
        before.forEach((slot, seeds) -> {
            Set<Long> both = new HashSet<>(allowed(slot));
            both.addAll(seeds);
            allowed.put(slot, both);
        });
        before.clear();
    }

    /** Any change may have been lost with the device. */
    void uncovered() {
        ever.forEach((slot, seeds) -> allowed.put(slot, new HashSet<>(seeds)));
        before.clear();
    }

    private Set<Long> allowed(Slot slot) {
        return allowed.getOrDefault(slot, Set.of());
    }

    /** What was put and is found now; a lie fails. */
    Put verified(int number, StoredResponse found) {
        StoredHead head = found.head();
        Put put = Objects.requireNonNull(puts.get(seed(head)), "was never put");
        assertEquals(number, put.slot.number, "another key's");
        assertTrue(
                allowed(put.slot).contains(put.seed),
                () -> put.slot + " gives " + put.seed + ", not " + allowed(put.slot));
        assertEquals(put.head.head(), head.head());
        assertEquals(put.head.vary(), head.vary());
        assertEquals(put.head.selecting(), head.selecting());
        assertEquals(put.head.tags(), head.tags());
        assertEquals(put.head.name(), head.name());
        assertEquals(put.head.stamp().bornAt(), found.bornAt());
        assertEquals(put.head.stamp().bornAtLocal(), found.bornAtLocal());
        assertEquals(put.length, found.bodyLength());
        Long other = bodiesById.putIfAbsent(found.bodyId(), put.body);
        assertTrue(other == null || other == put.body, "two bodies of one name");
        return put;
    }

    private static long seed(StoredHead head) {
        String etag = head.head().fields().value(0);
        return Long.parseLong(etag.substring(1, etag.length() - 1));
    }
}

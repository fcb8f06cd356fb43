package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random use of the store beside a map of what was stored last under each key and variant. The
 * store may miss; it may never give anything else. Checked after each step, or where it says so:
 *
 * <ol>
 *   <li>What is found under a key and variant is the head that was stored there last, with bytes of
 *       the body that was put with it: all of them, or, where parts were put, those that it says.
 *   <li>What is held, or read from, keeps its bytes, whatever becomes of the key.
 *   <li>No two responses of a key are of the same variant, and there are no more than the cap.
 *   <li>The bytes in use never exceed the capacity.
 *   <li>When nothing is held and nothing grows (every 500 steps), the bytes in use are exactly
 *       those of the responses that can be found, and the count is their number.
 *   <li>After the store is closed and everything is given back, no byte is in use.
 * </ol>
 *
 * The window is as large as the pool and nobody has patience, so that one thread can be writer and
 * reader: nothing ever waits.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryStoreSimulationTest {
    private static final int STEPS = 60_000;
    private static final int CAPACITY = 1 << 20;
    private static final int KEYS = 40;
    private static final int VARIANTS = 5;
    private static final int CAP = 4;

    private record Expected(StoredHead head, long bodySeed, int length) {}

    private record Held(StoredResponse response, Expected expected) {}

    private static final class Fill {
        final CacheKey key;
        final StoredHead head;
        final long seed;
        final int length;
        final int from;
        final int whole;
        final GrowingBody body;
        final List<Following> followers = new ArrayList<>();

        Fill(CacheKey key, StoredHead head, long seed, int from, int to, int of, GrowingBody body) {
            this.key = key;
            this.head = head;
            this.seed = seed;
            this.from = from;
            this.length = to - from;
            this.whole = of;
            this.body = body;
        }

        boolean isPart() {
            return length < whole;
        }
    }

    private static final class Following {
        final BodyReader reader;
        final long seed;
        long at;

        Following(BodyReader reader, long seed, long at) {
            this.reader = reader;
            this.seed = seed;
            this.at = at;
        }
    }

    private final long seed = Long.getLong("skerry.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final BlockPool pool = new PoisoningBlockPool(CAPACITY, 16 << 10);
    private final MemoryStore store =
            new MemoryStore(pool, new MemoryLimits(100_000, CAPACITY, 0, CAP), () -> 0);
    private final Map<CacheKey, Map<FieldList, Expected>> model = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Fill> fills = new ArrayList<>();
    private final List<Following> readers = new ArrayList<>();
    private long stamp;

    @Test
    void storeMayMissButNeverLies() throws IOException {
        int step = 0;
        try {
            for (; step < STEPS; step++) {
                act(random.nextInt(15));
                assertTrue(pool.bytesInUse() <= pool.capacity());
                if (step % 500 == 499) {
                    letGo();
                    checkAll();
                }
            }
            letGo();
            store.close();
            assertEquals(0, store.count());
            assertEquals(0, pool.bytesInUse());
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("-Dskerry.seed=" + seed + " fails at step " + step, e);
        }
    }

    private void act(int kind) throws IOException {
        CacheKey key = Sample.key(random.nextInt(KEYS));
        switch (kind) {
            case 0, 1 -> beginFill(key);
            case 2, 3 -> continueFill();
            case 4 -> endFill();
            case 5 -> follow();
            case 6 -> hold(key);
            case 7 -> letOneGo();
            case 8 -> freshen(key);
            case 9 -> remove(key);
            case 10 -> readSome();
            case 11, 12 -> beginPart(key);
            default -> checkKey(key);
        }
    }

    private void beginFill(CacheKey key) {
        if (fills.size() >= 6) {
            return;
        }
        long body = ++stamp;
        int length = random.nextInt(1 << (1 + random.nextInt(17)));
        StoredHead head = head(body);
        long announced = random.nextBoolean() ? length : -1;
        boolean storable = random.nextInt(8) > 0;
        fills.add(new Fill(key, head, body, 0, length, length, store.newBody(announced, storable)));
    }

    /** A part of what is stored already, or of something new. */
    private void beginPart(CacheKey key) {
        if (fills.size() >= 6) {
            return;
        }
        Variants found = store.find(key);
        long body = ++stamp;
        int length = 2 + random.nextInt(1 << (1 + random.nextInt(17)));
        StoredHead head = head(body);
        if (found != null && random.nextInt(8) > 0) {
            Expected other = expected(key, found.get(random.nextInt(found.count())));
            if (other.length > 1) {
                body = other.bodySeed;
                length = other.length;
                head = Sample.head(stamp, stamp, pairs(other.head.selecting()));
            }
        }
        int from = random.nextInt(length);
        int to = from + 1 + random.nextInt(length - from);
        if (from == 0 && to == length) {
            to--;
        }
        long announced = random.nextBoolean() ? to - from : -1;
        fills.add(new Fill(key, head, body, from, to, length, store.newBody(announced, true)));
    }

    private StoredHead head(long body) {
        int variant = random.nextInt(VARIANTS);
        String[] selecting = variant == 0 ? new String[0] : new String[] {"accept", "v" + variant};
        return Sample.head(body, stamp - random.nextInt(20), selecting);
    }

    private void continueFill() {
        if (fills.isEmpty()) {
            return;
        }
        Fill fill = fills.get(random.nextInt(fills.size()));
        int from = (int) fill.body.written();
        int to = Math.min(fill.length, from + 1 + random.nextInt(20_000));
        int at = fill.from;
        try {
            fill.body.append(ByteBuffer.wrap(PatternBytes.range(fill.seed, at + from, at + to)));
        } catch (IOException noMemoryOrNobodyReads) {
            fill.body.fail(noMemoryOrNobodyReads);
            end(fill);
        }
    }

    private void endFill() throws IOException {
        if (fills.isEmpty()) {
            return;
        }
        Fill fill = fills.get(random.nextInt(fills.size()));
        if (fill.body.written() < fill.length) {
            if (random.nextInt(10) == 0) {
                fill.body.breakOff(new IOException("cut"));
                if (fill.body.written() > 0) {
                    putPart(fill);
                }
                end(fill);
            }
            return;
        }
        fill.body.complete();
        if (fill.isPart()) {
            putPart(fill);
            end(fill);
            return;
        }
        PutResult result = store.put(fill.key, fill.head, fill.body, Integer.MAX_VALUE);
        Map<FieldList, Expected> variants = model.computeIfAbsent(fill.key, k -> new HashMap<>());
        Expected before = variants.get(fill.head.selecting());
        switch (result) {
            case STORED, STORED_AT_VARIANT_CAP ->
                    variants.put(
                            fill.head.selecting(), new Expected(fill.head, fill.seed, fill.length));
            case OLDER ->
                    assertTrue(
                            before != null
                                    && before.head.stamp().bornAt() > fill.head.stamp().bornAt());
            case NO_ROOM -> {}
            case CHANGED -> throw new AssertionError("of a whole response");
        }
        end(fill);
    }

    private void putPart(Fill fill) {
        long to = fill.from + fill.body.written();
        ContentRange place = new ContentRange(fill.from, to, fill.whole);
        StoredResponse seen = sameVariant(fill);
        Expected before = seen == null ? null : expected(fill.key, seen);
        boolean join = before != null && before.bodySeed == fill.seed;
        switch (put(fill, place, seen, join)) {
            case STORED, STORED_AT_VARIANT_CAP ->
                    model.computeIfAbsent(fill.key, k -> new HashMap<>())
                            .put(
                                    fill.head.selecting(),
                                    new Expected(fill.head, fill.seed, fill.whole));
            case OLDER ->
                    assertTrue(
                            !join
                                    && before != null
                                    && before.head.stamp().bornAt() > fill.head.stamp().bornAt());
            case NO_ROOM -> {}
            case CHANGED -> {
                // Room was made by evicting it.
                assertTrue(seen != null && sameVariant(fill) == null);
            }
        }
        if (seen != null) {
            seen.release();
        }
    }

    private PutResult put(
            Fill fill, ContentRange place, @Nullable StoredResponse seen, boolean join) {
        return store.putPart(fill.key, fill.head, fill.body, place, seen, join, Integer.MAX_VALUE);
    }

    /** With a reference. */
    private @Nullable StoredResponse sameVariant(Fill fill) {
        for (MemoryResponse response : VariantChange.listOf(store.find(fill.key))) {
            if (response.selecting().equals(fill.head.selecting())) {
                assertTrue(response.retain());
                return response;
            }
        }
        return null;
    }

    /** Its followers become readers of something that nobody fills any more. */
    private void end(Fill fill) {
        fill.body.release();
        fills.remove(fill);
        readers.addAll(fill.followers);
    }

    private void follow() {
        if (fills.isEmpty()) {
            return;
        }
        Fill fill = fills.get(random.nextInt(fills.size()));
        int from = random.nextBoolean() ? 0 : random.nextInt(fill.length + 1);
        BodyReader reader = fill.body.reader(from, Long.MAX_VALUE);
        if (reader != null) {
            fill.followers.add(new Following(reader, fill.seed, fill.from + from));
        }
    }

    private void hold(CacheKey key) {
        Variants found = store.find(key);
        if (found == null || held.size() > 8) {
            return;
        }
        StoredResponse response = found.get(random.nextInt(found.count()));
        assertTrue(response.retain());
        Expected expected = expected(key, response);
        held.add(new Held(response, expected));
        List<Extent> extents = response.extents();
        if (!extents.isEmpty()) {
            Extent extent = extents.get(random.nextInt(extents.size()));
            long from = extent.from() + random.nextInt((int) extent.length() + 1);
            readers.add(new Following(response.reader(from, extent.to()), expected.bodySeed, from));
        }
    }

    private void letOneGo() throws IOException {
        if (!held.isEmpty()) {
            release(held.remove(random.nextInt(held.size())));
        }
        while (readers.size() > 12) {
            readers.remove(random.nextInt(readers.size())).reader.close();
        }
    }

    private void freshen(CacheKey key) throws IOException {
        Variants found = store.find(key);
        if (found == null) {
            return;
        }
        StoredResponse old = found.get(random.nextInt(found.count()));
        assertTrue(old.retain());
        Expected was = expected(key, old);
        stamp++;
        StoredHead head = Sample.head(stamp, stamp, pairs(was.head.selecting()));
        StoredResponse fresh = store.freshen(key, old, head);
        old.release();
        if (fresh != null) {
            Expected now = new Expected(head, was.bodySeed, was.length);
            verify(fresh, now);
            Objects.requireNonNull(model.get(key)).put(head.selecting(), now);
            fresh.release();
        }
    }

    private void remove(CacheKey key) {
        Variants found = store.find(key);
        if (found != null) {
            StoredResponse response = found.get(random.nextInt(found.count()));
            assertTrue(response.retain());
            store.remove(key, response);
            Objects.requireNonNull(model.get(key)).remove(response.selecting());
            response.release();
        }
    }

    private void readSome() throws IOException {
        List<Following> all = new ArrayList<>(readers);
        fills.forEach(fill -> all.addAll(fill.followers));
        if (!all.isEmpty()) {
            read(all.get(random.nextInt(all.size())), random.nextInt(30_000));
        }
    }

    private static void read(Following following, int most) throws IOException {
        int left = most;
        try {
            ByteBuffer next = following.reader.next();
            while (next != null && left > 0) {
                byte[] bytes = new byte[Math.min(left, next.remaining())];
                next.get(bytes);
                long to = following.at + bytes.length;
                byte[] want = PatternBytes.range(following.seed, following.at, to);
                assertEquals(ByteBuffer.wrap(want), ByteBuffer.wrap(bytes));
                following.at = to;
                left -= bytes.length;
                next = following.reader.next();
            }
        } catch (IOException failed) {
            assertTrue(Objects.requireNonNull(failed.getMessage()).length() > 0);
        }
    }

    private void letGo() throws IOException {
        for (Fill fill : List.copyOf(fills)) {
            fill.body.fail(new IOException("the end"));
            end(fill);
        }
        for (Following following : readers) {
            read(following, Integer.MAX_VALUE);
            following.reader.close();
        }
        readers.clear();
        for (Held response : held) {
            release(response);
        }
        held.clear();
    }

    private static void release(Held held) throws IOException {
        verify(held.response, held.expected);
        held.response.release();
    }

    private void checkAll() throws IOException {
        long bytes = 0;
        long count = 0;
        for (int i = 0; i < KEYS; i++) {
            CacheKey key = Sample.key(i);
            checkKey(key);
            for (MemoryResponse response : VariantChange.listOf(store.find(key))) {
                bytes += response.footprint();
                count++;
            }
        }
        assertEquals(bytes, pool.bytesInUse());
        assertEquals(count, store.count());
    }

    private void checkKey(CacheKey key) throws IOException {
        Variants found = store.find(key);
        if (found == null) {
            return;
        }
        assertTrue(found.count() <= CAP);
        List<FieldList> seen = new ArrayList<>();
        for (int i = 0; i < found.count(); i++) {
            StoredResponse response = found.get(i);
            assertTrue(response.retain());
            verify(response, expected(key, response));
            assertTrue(!seen.contains(response.selecting()));
            seen.add(response.selecting());
            response.release();
        }
    }

    private Expected expected(CacheKey key, StoredResponse response) {
        Map<FieldList, Expected> variants = Objects.requireNonNull(model.get(key));
        @Nullable Expected expected = variants.get(response.selecting());
        return Objects.requireNonNull(expected);
    }

    private static void verify(StoredResponse response, Expected expected) throws IOException {
        assertEquals(expected.head, response.head());
        assertEquals(expected.length, response.bodyLength());
        long held = 0;
        long end = -1;
        for (Extent extent : response.extents()) {
            assertTrue(extent.from() > end && extent.length() > 0);
            end = extent.to();
            held += extent.length();
            byte[] want = PatternBytes.range(expected.bodySeed, extent.from(), extent.to());
            try (BodyReader reader = response.reader(extent.from(), extent.to())) {
                assertEquals(ByteBuffer.wrap(want), ByteBuffer.wrap(Sample.drain(reader)));
            }
        }
        assertEquals(held == expected.length, response.isWhole());
        assertTrue(response.isWhole() || response.contiguousBody() == null);
    }

    private static String[] pairs(FieldList fields) {
        return fields.size() == 0 ? new String[0] : new String[] {fields.name(0), fields.value(0)};
    }
}

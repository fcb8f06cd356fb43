package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.Looked;
import dev.skerry.cache.store.ResponseStore.LoadListener;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.disk.Noise;
import dev.skerry.cache.store.tiered.Model.Put;
import dev.skerry.cache.store.tiered.Model.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Random use of both tiers by one thread, over a device that crashes and fails, beside a {@link
 * Model}. The store may miss; what it gives out is byte for byte what was received for that key,
 * variant and revision, and never what was replaced or removed, but where a crash or a fault undid
 * that. What was found holds after a few looks, however little memory there is; what is held keeps
 * its bytes; and a process that ends gives everything back.
 */
final class TieredSimulation {
    private static final int KEYS = 200;
    private static final int LONGEST = 300_000;
    private static final int MOST_LOOKS = 5;
    private static final int MOST_HELD = 6;
    private static final Noise NOISE = new Noise(LONGEST);

    /** A stored response with a reference. */
    private record Held(Put put, StoredResponse response) {}

    /** A body on its way, with one that reads it. */
    private record Fill(
            Put put, int from, int to, GrowingBody body, @Nullable BodyReader follower) {}

    private final Random random;
    private final Model model;
    private final TieredProcess process;
    private final List<Held> held = new ArrayList<>();
    private final List<Fill> fills = new ArrayList<>();

    int found;
    int foundBelow;

    TieredSimulation(long seed, int poolBytes) throws IOException {
        random = new Random(seed);
        model = new Model(KEYS, random);
        process = new TieredProcess(poolBytes, random);
    }

    int crashes() {
        return process.crashes;
    }

    void step() throws IOException {
        int dice = random.nextInt(1000);
        if (dice < 250) {
            write();
        } else if (dice < 320) {
            writePart();
        } else if (dice < 750) {
            look();
        } else if (dice < 820) {
            renew(false);
        } else if (dice < 860) {
            renew(true);
        } else if (dice < 900) {
            remove();
        } else if (dice < 960) {
            readHeld();
        } else if (dice < 975) {
            endFills();
        } else if (dice < 997) {
            flush();
        } else {
            disaster();
        }
        long bytes = process.store.bytes();
        assertTrue(bytes <= process.store.capacity(), bytes + " bytes are in use");
    }

    private void flush() {
        if (process.flush()) {
            model.flushed();
        }
    }

    private int length() {
        return switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> random.nextInt(LONGEST);
            case 2, 3 -> TieredProcess.IN_MEMORY + random.nextInt(3) - 1;
            case 4, 5, 6 -> random.nextInt(70_000);
            default -> random.nextInt(3000);
        };
    }

    private void write() throws IOException {
        Put put = model.fresh(model.slot(model.number()), length());
        begin(put, 0, put.length());
    }

    /** A part of something new, or of what is stored. */
    private void writePart() throws IOException {
        Slot slot = model.slot(model.number());
        Put put = model.fresh(slot, 2 + random.nextInt(60_000));
        for (Held there : hold(slot.number())) {
            if (there.put.length() > 1 && random.nextInt(4) > 0) {
                put = model.over(there.put.slot(), there.put.body(), there.put.length());
            }
            there.response.release();
        }
        int from = random.nextInt(put.length() - 1);
        begin(put, from, from + 1 + random.nextInt(put.length() - 1 - from));
    }

    private void begin(Put put, int from, int to) throws IOException {
        long announced = random.nextBoolean() ? to - from : -1;
        GrowingBody body =
                process.store.newBody(
                        put.slot().key(),
                        Objects.requireNonNull(put.head().name()),
                        from,
                        announced,
                        random.nextInt(20) > 0);
        BodyReader follower = random.nextInt(4) == 0 ? body.reader(0, Long.MAX_VALUE) : null;
        Fill fill = new Fill(put, from, to, body, follower);
        if (random.nextInt(10) == 0 && fills.size() < 2) {
            append(fill, random.nextInt(to - from + 1));
            fills.add(fill);
        } else {
            end(fill);
        }
    }

    private void endFills() throws IOException {
        for (Fill fill : fills) {
            end(fill);
        }
        fills.clear();
    }

    private boolean append(Fill fill, int until) {
        long at = fill.body.written();
        try {
            while (at < until) {
                int length = (int) Math.min(until - at, 1 + random.nextInt(40_000));
                fill.body.append(NOISE.of(fill.put.body(), fill.from + at, length));
                at += length;
            }
            return true;
        } catch (IOException noRoomOrNobodyReads) {
            fill.body.fail(noRoomOrNobodyReads);
            return false;
        }
    }

    private void end(Fill fill) throws IOException {
        int length = fill.to - fill.from;
        boolean breaks = length > 1 && random.nextInt(10) == 0;
        if (append(fill, breaks ? length - 1 : length)) {
            if (breaks) {
                fill.body.breakOff(new IOException("cut"));
            } else {
                fill.body.complete();
            }
            if (fill.body.written() == fill.put.length()) {
                put(fill);
            } else if (fill.body.written() > 0) {
                putPart(fill);
            }
        }
        fill.body.release();
        if (fill.follower != null) {
            try (BodyReader follower = fill.follower) {
                read(follower, fill.put, fill.from);
            }
        }
    }

    private void put(Fill fill) {
        Put put = fill.put;
        PutResult result =
                process.store.put(put.slot().key(), put.head(), fill.body, 1 + random.nextInt(4));
        note(put, result);
    }

    private void putPart(Fill fill) {
        Put put = fill.put;
        Held seen = null;
        for (Held there : hold(put.slot().number())) {
            if (there.put.slot().equals(put.slot())) {
                seen = there;
            } else {
                there.response.release();
            }
        }
        long to = fill.from + fill.body.written();
        PutResult result =
                process.store.putPart(
                        put.slot().key(),
                        put.head(),
                        fill.body,
                        new ContentRange(fill.from, to, put.length()),
                        seen == null ? null : seen.response,
                        seen != null && seen.put.body() == put.body(),
                        1 + random.nextInt(4));
        note(put, result);
        if (seen != null) {
            seen.response.release();
        }
    }

    private void note(Put put, PutResult result) {
        if (result == PutResult.STORED || result == PutResult.STORED_AT_VARIANT_CAP) {
            model.stored(put);
        }
    }

    private void look() throws IOException {
        for (Held there : hold(model.number())) {
            found++;
            if (random.nextBoolean()) {
                process.store.used(there.put.slot().key(), there.response);
            }
            boolean readable = read(there);
            if (!readable && random.nextBoolean()) {
                process.store.remove(there.put.slot().key(), there.response);
                model.removed(there.put);
            }
            if (random.nextInt(20) == 0 && held.size() < MOST_HELD) {
                held.add(there);
            } else {
                there.response.release();
            }
        }
    }

    /** What is stored under a key, with a reference of each. */
    private List<Held> hold(int number) {
        List<Held> all = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            try (Looked looked = process.store.look(Model.key(number))) {
                hold(number, looked.variants(), all);
            }
            return all;
        }
        int looks = 0;
        while (!holdIfCurrent(number, all)) {
            looks++;
            assertTrue(looks < MOST_LOOKS, "what was found never holds");
            all.forEach(each -> each.response.release());
            all.clear();
        }
        return all;
    }

    private boolean holdIfCurrent(int number, List<Held> to) {
        CacheKey key = Model.key(number);
        Variants above = process.store.find(key);
        if (above != null) {
            return hold(number, above, to) && process.store.isCurrent(key, above);
        }
        Loading loading = new Loading(number, to);
        if (process.store.load(key, loading)) {
            loading.await();
            return loading.current;
        }
        return true;
    }

    private final class Loading implements LoadListener {
        private final int number;
        private final List<Held> to;
        private final CountDownLatch done = new CountDownLatch(1);
        private @Nullable AssertionError lie;
        private boolean current;

        Loading(int number, List<Held> to) {
            this.number = number;
            this.to = to;
        }

        @Override
        public void waits() {}

        @Override
        public void loaded(@Nullable Variants variants) {
            try {
                foundBelow += variants == null ? 0 : 1;
                boolean all = hold(number, variants, to);
                current = all && process.store.isCurrent(Model.key(number), variants);
            } catch (AssertionError e) {
                lie = e;
            } finally {
                done.countDown();
            }
        }

        void await() {
            TieredSimulation.await(done);
            if (lie != null) {
                throw lie;
            }
        }
    }

    /** Whether none of them was evicted meanwhile. */
    private boolean hold(int number, @Nullable Variants variants, List<Held> to) {
        for (int i = 0; variants != null && i < variants.count(); i++) {
            StoredResponse response = variants.get(i);
            if (!response.retain()) {
                return false;
            }
            to.add(new Held(model.verified(number, response), response));
        }
        return true;
    }

    /** Whether the range of each extent that was asked for was read to its end. */
    private boolean read(Held there) throws IOException {
        for (Extent extent : there.response.extents()) {
            long from = extent.from() + random.nextInt((int) extent.length());
            long to = from + 1 + random.nextInt((int) (extent.to() - from));
            try (BodyReader reader = there.response.reader(from, to)) {
                long at = read(reader, there.put, from);
                if (at < to) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Reads to the end, or until it breaks off; returns where. */
    private static long read(BodyReader reader, Put put, long from) {
        long at = from;
        try {
            while (!reader.ended()) {
                ByteBuffer next = reader.next();
                if (next == null) {
                    CountDownLatch readable = new CountDownLatch(1);
                    reader.onReadable(readable::countDown);
                    await(readable);
                    continue;
                }
                int length = next.remaining();
                assertEquals(NOISE.of(put.body(), at, length), next, "wrong bytes");
                next.position(next.limit());
                at += length;
            }
        } catch (IOException brokenOff) {
            return at;
        }
        return at;
    }

    /** A new head over the body of a stored response, for the same requests or for others. */
    private void renew(boolean share) {
        List<Held> all = hold(model.number());
        for (Held there : all) {
            Slot old = there.put.slot();
            Slot slot = share ? model.slot(old.number()) : old;
            Put put = model.over(slot, there.put.body(), there.put.length());
            StoredResponse made =
                    share
                            ? process.store.share(
                                    slot.key(), there.response, put.head(), 1 + random.nextInt(4))
                            : process.store.freshen(slot.key(), there.response, put.head());
            if (made != null) {
                if (isIn(process.store.find(slot.key()), made)) {
                    model.stored(put);
                } else {
                    model.maybeStored(put);
                }
                made.release();
                break;
            }
        }
        all.forEach(there -> there.response.release());
    }

    private static boolean isIn(@Nullable Variants variants, StoredResponse response) {
        for (int i = 0; variants != null && i < variants.count(); i++) {
            if (variants.get(i).equals(response)) {
                return true;
            }
        }
        return false;
    }

    private void remove() {
        List<Held> all = hold(model.number());
        if (!all.isEmpty()) {
            remove(all.get(random.nextInt(all.size())));
        }
        all.forEach(there -> there.response.release());
    }

    private void remove(Held there) {
        process.store.remove(there.put.slot().key(), there.response);
        model.removed(there.put);
    }

    private void readHeld() throws IOException {
        if (!held.isEmpty()) {
            Held one = held.remove(random.nextInt(held.size()));
            read(one);
            if (random.nextInt(4) == 0) {
                remove(one);
            }
            one.response.release();
        }
    }

    private void disaster() throws IOException {
        if (random.nextInt(3) > 0) {
            process.fault();
            return;
        }
        boolean clean = random.nextInt(4) == 0;
        boolean power = !clean && random.nextInt(3) == 0;
        if (!clean) {
            process.die(() -> {
                for (int i = 0; i < 20; i++) {
                    write();
                }
            });
        }
        letGo();
        boolean uncertain = process.restart(power);
        if (power || uncertain) {
            model.uncovered();
        } else if (clean) {
            model.flushed();
        } else {
            model.killed();
        }
    }

    private void letGo() throws IOException {
        endFills();
        held.forEach(one -> one.response.release());
        held.clear();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "waited too long");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void close() throws IOException {
        letGo();
        process.close();
    }
}

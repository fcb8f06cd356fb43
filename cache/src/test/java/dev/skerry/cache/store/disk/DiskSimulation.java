package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier.LoadSink;
import dev.skerry.cache.store.LowerTier.Look;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.LowerTier.Spill;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.device.WitnessDevice;
import dev.skerry.cache.store.disk.index.PlainMemory;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A disk tier over a device in memory that crashes and fails, beside a map. The tier may forget
 * anything; what it gives out must be byte for byte what was written for that key and variant, and,
 * as long as nothing was lost with a process or a fault, what was written last.
 */
final class DiskSimulation {
    private static final int SEGMENT = 256 << 10;
    private static final int DISK = 10 * SEGMENT;
    private static final int KEYS = 300;
    private static final int LONGEST = 400_000;
    private static final String[] LANGUAGES = {"", "de", "en"};

    private static final List<FaultyDevice.Call> CALLS = List.of(FaultyDevice.Call.values());

    private static final Noise NOISE = new Noise(LONGEST);

    private record Slot(int key, String language) {}

    /** What was written. */
    private record Stored(long seed, long bodyId, int length, List<Extent> extents) {}

    private final Random random;
    private final AtomicLong mono = new AtomicLong(1_000_000);
    private final DiskClock clock = new DiskClock(mono::get, () -> 1_700_000_000_000L);
    private final Map<Long, Stored> written = new HashMap<>();
    private final Map<Slot, Set<Long>> allowed = new HashMap<>();

    /** What was allowed since the last flush: a crash may bring it back. */
    private final Map<Slot, Set<Long>> before = new HashMap<>();

    /** Everything that was ever taken. */
    private final Map<Slot, Set<Long>> ever = new HashMap<>();

    private final List<OutsideBody> held = new ArrayList<>();
    private final List<Long> heldBodies = new ArrayList<>();

    private RamDevice ram = new RamDevice();
    private FaultyDevice device;
    private WitnessDevice witness;
    private DiskTier tier;
    private long nextSeed = 1;

    /** A write failed: a tombstone may have been lost, so a restart may bring anything back. */
    private boolean faulty;

    /** Bits were turned, or pages and files lost, at some time. */
    private boolean damaged;

    /** Since the process began. */
    private boolean readsFail;

    int found;
    int crashes;

    DiskSimulation(long seed) throws IOException {
        random = new Random(seed);
        device = new FaultyDevice(ram, random.nextLong());
        witness = new WitnessDevice(device);
        tier = open();
    }

    private DiskTier open() throws IOException {
        return DiskTier.open(
                witness,
                new DiskOptions(DISK, SEGMENT, 1 << 20, 100, 2, 16),
                new PlainMemory(),
                clock,
                Survivors.ALL);
    }

    private static ByteBuffer bytes(long bodyId, long from, int length) {
        return NOISE.of(bodyId, from, length);
    }

    void step() throws IOException {
        int dice = random.nextInt(1000);
        if (dice < 330) {
            write();
        } else if (dice < 800) {
            look();
        } else if (dice < 880) {
            freshen();
        } else if (dice < 930) {
            remove();
        } else if (dice < 950) {
            readHeld();
        } else if (dice < 960) {
            spill();
        } else if (dice < 985) {
            tier.used(key(random.nextInt(KEYS)));
        } else if (dice < 998) {
            flush();
        } else {
            disaster();
        }
    }

    private static CacheKey key(int number) {
        return new CacheKey(number * 0x9E3779B97F4A7C15L, number);
    }

    private Slot slot() {
        // Some keys are used more than others.
        int number = random.nextInt(random.nextBoolean() ? KEYS : KEYS / 10);
        return new Slot(number, LANGUAGES[random.nextInt(8) < 6 ? 0 : random.nextInt(3)]);
    }

    private StoredHead head(Slot slot, long seed) {
        FieldList fields =
                FieldList.of("etag", "\"" + seed + "\"", "x", "y".repeat((int) (seed % 90)));
        FieldList selecting =
                slot.language.isEmpty()
                        ? FieldList.EMPTY
                        : FieldList.of("accept-language", slot.language);
        List<String> vary = slot.language.isEmpty() ? List.of() : List.of("accept-language");
        Stamp stamp = new Stamp(seed, slot.key, 900_000, 2000, 3, 4, 5, 6);
        KeyName name = new KeyName("s" + slot.key % 3, "http", "a.example", "/" + slot.key);
        return new StoredHead(
                new ResponseHead(200, fields), vary, selecting, List.of("t"), stamp, name);
    }

    private int length() {
        return switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> random.nextInt(LONGEST);
            case 2, 3 -> 65_536 + random.nextInt(3) - 1;
            case 4, 5, 6 -> random.nextInt(70_000);
            default -> random.nextInt(3000);
        };
    }

    private void write() {
        Slot slot = slot();
        long seed = nextSeed++;
        int length = length();
        List<Part> parts = new ArrayList<>();
        List<Extent> extents = new ArrayList<>();
        boolean holes = length > 10_000 && random.nextInt(4) == 0;
        int from = holes ? random.nextInt(length / 2) : 0;
        int to = holes ? from + 1 + random.nextInt(length - from - 1) : length;
        if (to > from) {
            int cut = random.nextBoolean() ? to : from + 1 + random.nextInt(to - from);
            parts.add(part(seed, from, cut));
            if (cut < to) {
                parts.add(part(seed, cut, to));
            }
            extents.add(new Extent(from, to));
        }
        put(slot, new Stored(seed, seed, length, extents), parts);
    }

    private static Part part(long bodyId, int from, int to) {
        ByteBuffer bytes = bytes(bodyId, from, to - from);
        return new Part(new Extent(from, to), new DiskScene.DirectPart(bytes), null);
    }

    private void put(Slot slot, Stored stored, List<Part> parts) {
        written.put(stored.seed, stored);
        boolean taken =
                tier.write(
                        key(slot.key),
                        head(slot, stored.seed),
                        stored.bodyId,
                        stored.length,
                        parts,
                        random.nextBoolean());
        change(slot, taken ? Set.of(stored.seed) : Set.of());
    }

    private void change(Slot slot, Set<Long> now) {
        before.computeIfAbsent(slot, s -> new HashSet<>())
                .addAll(allowed.getOrDefault(slot, Set.of()));
        allowed.put(slot, now);
        ever.computeIfAbsent(slot, s -> new HashSet<>()).addAll(now);
    }

    private void look() throws IOException {
        look(
                random.nextInt(KEYS),
                (slot, stored, outside) -> {
                    if (random.nextInt(40) == 0 && held.size() < 20) {
                        outside.retain();
                        held.add(outside);
                        heldBodies.add(stored.bodyId);
                    }
                });
    }

    private interface Finding {
        void found(Slot slot, Stored stored, OutsideBody outside);
    }

    private void look(int number, Finding finding) throws IOException {
        CacheKey key = key(number);
        List<AssertionError> errors = new ArrayList<>();
        LoadSink sink =
                (head, bodyId, length, body, outside) -> {
                    try {
                        check(number, head, bodyId, length, body, outside, finding);
                    } catch (AssertionError e) {
                        errors.add(e);
                    }
                };
        if (tier.tryLoad(key, sink) == Look.WOULD_WAIT) {
            CountDownLatch done = new CountDownLatch(1);
            tier.load(key, sink, done::countDown);
            await(done);
        }
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
    }

    private void check(
            int number,
            ByteBuffer head,
            long bodyId,
            long length,
            @Nullable ByteBuffer body,
            OutsideBody outside,
            Finding finding) {
        found++;
        long seed = head.getLong(HeadCodec.BORN_AT);
        Stored stored = Objects.requireNonNull(written.get(seed), "never written");
        ByteBuffer lists =
                head.duplicate().position(HeadCodec.LINES + head.getInt(HeadCodec.LINES_LENGTH));
        HeadCodec.decodeStrings(lists);
        List<String> selecting = HeadCodec.decodeStrings(lists);
        Slot slot = new Slot(number, selecting.isEmpty() ? "" : selecting.get(1));
        check(head.getLong(HeadCodec.BORN_AT_LOCAL) == number, "another key's");
        check(
                allowed.getOrDefault(slot, Set.of()).contains(seed),
                slot + " gives " + seed + ", not " + allowed.get(slot));
        check(stored.bodyId == bodyId && stored.length == length, "another body");
        check(stored.extents.equals(outside.extents()), "other extents: " + outside.extents());
        if (body != null) {
            check(body.equals(bytes(bodyId, 0, stored.length)), "a small body is wrong");
        }
        read(bodyId, outside);
        finding.found(slot, stored, outside);
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }

    /** Some range of what is there; it may break off. */
    private void read(long bodyId, OutsideBody outside) {
        for (Extent extent : outside.extents()) {
            long from = extent.from() + random.nextInt((int) extent.length());
            long to = from + 1 + random.nextInt((int) (extent.to() - from));
            try (BodyReader reader = outside.reader(from, to)) {
                read(bodyId, reader, from, to);
            } catch (IOException e) {
                return;
            }
        }
    }

    private void read(long bodyId, BodyReader reader, long from, long to) throws IOException {
        long at = from;
        while (!reader.ended()) {
            ByteBuffer next = reader.next();
            if (next == null) {
                CountDownLatch readable = new CountDownLatch(1);
                reader.onReadable(readable::countDown);
                await(readable);
                continue;
            }
            int length = next.remaining();
            check(next.equals(bytes(bodyId, at, length)), "wrong bytes at " + at);
            next.position(next.limit());
            at += length;
        }
        check(at == to, "ended at " + at + " instead of " + to);
    }

    /** A new head over the same body. */
    private void freshen() throws IOException {
        List<Runnable> puts = new ArrayList<>();
        look(
                random.nextInt(KEYS),
                (slot, stored, outside) -> {
                    if (stored.extents.isEmpty() || !puts.isEmpty()) {
                        return;
                    }
                    outside.retain();
                    Extent extent = stored.extents.getFirst();
                    puts.add(() ->
                            put(
                                    slot,
                                    new Stored(
                                            nextSeed++,
                                            stored.bodyId,
                                            stored.length,
                                            stored.extents),
                                    List.of(new Part(extent, null, outside))));
                });
        puts.forEach(Runnable::run);
    }

    private void remove() {
        Slot slot = slot();
        tier.remove(key(slot.key), head(slot, 1));
        change(slot, Set.of());
    }

    private void readHeld() {
        if (held.isEmpty()) {
            return;
        }
        int index = random.nextInt(held.size());
        OutsideBody outside = held.get(index);
        read(heldBodies.get(index), outside);
        if (random.nextBoolean()) {
            held.remove(index);
            heldBodies.remove(index);
            outside.release();
        }
    }

    /** A body that goes down as it is received, and is stored afterwards. */
    private void spill() {
        Slot slot = slot();
        long bodyId = nextSeed++;
        int length = 1 + random.nextInt(LONGEST);
        Spill spill =
                tier.spill(key(slot.key), Objects.requireNonNull(head(slot, 1).name()), 0, length);
        if (spill == null) {
            return;
        }
        try {
            for (int at = 0; at < length; ) {
                int piece = Math.min(length - at, 1 + random.nextInt(100_000));
                spill.append(new DiskScene.DirectPart(bytes(bodyId, at, piece)), piece);
                at += piece;
            }
            flush();
            if (spill.written() == length) {
                Extent all = new Extent(0, length);
                put(
                        slot,
                        new Stored(nextSeed++, bodyId, length, List.of(all)),
                        List.of(new Part(all, null, spill.body())));
            }
        } catch (IOException e) {
            // The disk takes no more of it.
        } finally {
            spill.close();
        }
    }

    private void flush() {
        try {
            if (!tier.flush(30_000)) {
                throw new AssertionError("not written in time");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (random.nextInt(20) == 0) {
            // What waits for room is written when there is some again.
            device.roomLeft(Long.MAX_VALUE);
            mono.addAndGet(FullDevice.LONGEST_MILLIS);
            DiskInvariants.check(tier, witness, harms());
        }
        if (!faulty) {
            before.clear();
        }
    }

    private DiskInvariants.Harm[] harms() {
        Set<DiskInvariants.Harm> harms = EnumSet.noneOf(DiskInvariants.Harm.class);
        if (faulty) {
            harms.add(DiskInvariants.Harm.LOSS);
        }
        if (damaged || readsFail) {
            harms.add(DiskInvariants.Harm.DAMAGE);
        }
        return harms.toArray(DiskInvariants.Harm[]::new);
    }

    private void disaster() throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> {
                faulty = true;
                readsFail = true;
                device.fail(CALLS.get(random.nextInt(CALLS.size())), random.nextInt(9), 1);
            }
            case 1 -> {
                readsFail = true;
                device.fail(FaultyDevice.Call.READ, random.nextInt(20), 1);
            }
            case 2 -> device.shortReads(random.nextBoolean());
            case 3 -> device.cold(random.nextBoolean());
            case 4 -> {
                faulty = true;
                device.roomLeft(random.nextInt(SEGMENT));
            }
            case 5 -> flip();
            default -> crash();
        }
    }

    private void flip() throws IOException {
        List<String> names = ram.list();
        if (names.isEmpty()) {
            return;
        }
        faulty = true;
        damaged = true;
        String name = names.get(random.nextInt(names.size()));
        try (var file = ram.open(name)) {
            if (file.size() > 0) {
                ram.flip(name, random.nextLong(file.size()), random.nextInt(8));
            }
        } catch (NoSuchFileException | IllegalArgumentException e) {
            // Its segment was reclaimed meanwhile.
        }
    }

    private void crash() throws IOException {
        crashes++;
        boolean clean = random.nextInt(4) == 0;
        boolean power = !clean && random.nextInt(3) == 0;
        if (!clean && random.nextBoolean()) {
            ram.crashAt(random.nextInt(4), random.nextInt(100_000));
            for (int i = 0; i < 20; i++) {
                write();
            }
        } else if (!clean) {
            ram.crash();
        }
        held.forEach(OutsideBody::release);
        held.clear();
        heldBodies.clear();
        tier.close();
        damaged |= power;
        ram = power ? ram.afterPowerLoss(random) : ram.afterKill();
        if (random.nextInt(10) == 0) {
            lose();
        }
        // Everything that a lost change may have uncovered.
        boolean anything = power || faulty;
        if (anything) {
            allowAnything();
        } else if (!clean) {
            before.forEach((slot, seeds) -> {
                Set<Long> all = new HashSet<>(seeds);
                all.addAll(allowed.getOrDefault(slot, Set.of()));
                allowed.put(slot, all);
            });
        }
        before.clear();
        faulty = false;
        readsFail = false;
        device = new FaultyDevice(ram, random.nextLong());
        witness = new WitnessDevice(device);
        tier = open();
    }

    private void allowAnything() {
        ever.forEach((slot, seeds) -> allowed.put(slot, new HashSet<>(seeds)));
    }

    private void lose() throws IOException {
        List<String> names = ram.list();
        if (!names.isEmpty()) {
            ram.delete(names.get(random.nextInt(names.size())));
            faulty = true;
            damaged = true;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("waited too long");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void close() {
        held.forEach(OutsideBody::release);
        tier.close();
    }
}

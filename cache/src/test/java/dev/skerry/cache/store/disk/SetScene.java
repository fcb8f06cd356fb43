package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier.MemoryPart;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.device.Superblock;
import dev.skerry.cache.store.disk.device.WitnessDevice;
import dev.skerry.cache.store.disk.index.PlainMemory;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A set of disks in memory, with a process that can end and begin again with others. */
final class SetScene implements AutoCloseable {
    static final int SEGMENT = 1 << 20;
    static final int LENGTH = 1000;
    static final int KEYS = 60;

    private static final long PATIENCE_SECONDS = 30;

    final AtomicLong mono = new AtomicLong(1_000_000);
    final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    final PlainMemory memory = new PlainMemory();
    final AtomicInteger openParts = new AtomicInteger();
    final Marks marks = new Marks();
    private final Map<String, WitnessDevice> witnesses = new ConcurrentHashMap<>();
    DiskSet set;

    SetScene(TestDisk... disks) throws IOException {
        set = opened(disks);
    }

    /** A disk whose content outlives the process. */
    static final class TestDisk {
        final String name;
        final RamDevice content;
        final FaultyDevice device;
        int segments = 16;
        boolean absent;

        TestDisk(String name, UUID id) {
            this.name = name;
            content = new RamDevice(Long.MAX_VALUE, Superblock.fresh(id));
            device = new FaultyDevice(content, 1);
        }

        DiskSource source(Map<String, WitnessDevice> witnesses) {
            long bytes = (long) segments * SEGMENT;
            return new DiskSource(
                    name,
                    new DiskOptions(bytes, SEGMENT, 8 << 20, 64, 2, 16),
                    () -> open(witnesses));
        }

        private Device open(Map<String, WitnessDevice> witnesses) throws IOException {
            if (absent) {
                throw new IOException("no medium found");
            }
            WitnessDevice witness = new WitnessDevice(device);
            witnesses.put(name, witness);
            return witness;
        }
    }

    /** Marks as a node keeps them. */
    static final class Marks implements DiskMarks {
        private final Set<String> trusted = new HashSet<>();
        private String last = "";
        private int drawn;

        @Override
        public synchronized boolean trusts(String mark) {
            return trusted.contains(mark);
        }

        @Override
        public synchronized String begin() {
            last = "mark-" + drawn++;
            trusted.add(last);
            return last;
        }

        @Override
        public synchronized void settle() {
            trusted.retainAll(Set.of(last));
        }

        /** The ledgers are gone. */
        synchronized void forget() {
            trusted.clear();
        }

        synchronized int drawn() {
            return drawn;
        }
    }

    private DiskSet opened(TestDisk... disks) throws IOException {
        List<DiskSource> sources = new ArrayList<>();
        for (TestDisk disk : disks) {
            sources.add(disk.source(witnesses));
        }
        return DiskSet.open(
                sources,
                marks,
                new DiskGround(memory, new DiskClock(mono::get, wall::get), Survivors.ALL));
    }

    /** The process ends in order, and another one begins with these. */
    void restart(TestDisk... disks) throws IOException {
        check();
        set.close();
        assertEquals(0, openParts.get(), "every part is given back");
        set = opened(disks);
    }

    static CacheKey key(long number) {
        return new CacheKey(number * 0x9E3779B97F4A7C15L, number);
    }

    /** The numbers of keys that belong to one disk of several. */
    static List<Long> keysOf(TestDisk disk, TestDisk... all) {
        List<UUID> ids = new ArrayList<>();
        for (TestDisk one : all) {
            ids.add(one.content.superblock().disk());
        }
        Spread spread = new Spread(ids);
        List<Long> keys = new ArrayList<>();
        for (long i = 0; i < KEYS; i++) {
            if (spread.owner(key(i)).equals(disk.content.superblock().disk())) {
                keys.add(i);
            }
        }
        assertTrue(keys.size() > 5, "each disk has some");
        return keys;
    }

    boolean write(long number, long version) {
        return write("site", number, version, false);
    }

    /** Writes responses of a site, those of keys from this number on, all of them admitted. */
    void writeUsed(String site, long first, int count) {
        for (int i = 0; i < count; i++) {
            write(site, first + i, 1, true);
            if (i % 32 == 31) {
                flush();
            }
        }
        flush();
    }

    private boolean write(String site, long number, long version, boolean used) {
        KeyName name = new KeyName(site, "http", "example.org", "/" + number);
        StoredHead head =
                new StoredHead(
                        new ResponseHead(200, FieldList.of("etag", "\"" + version + "\"")),
                        List.of(),
                        FieldList.EMPTY,
                        List.of(),
                        new Stamp(version, 7, mono.get(), 0, 3, 4, 5, 6),
                        name);
        openParts.incrementAndGet();
        Part part = new Part(new Extent(0, LENGTH), new CountedPart(seed(number, version)), null);
        return set.write(key(number), head, version, LENGTH, List.of(part), used);
    }

    void writeAll(long version) {
        for (long i = 0; i < KEYS; i++) {
            write(i, version);
        }
        flush();
    }

    void flush() {
        for (DiskStatus disk : set.disks()) {
            DiskTier tier = disk.tier();
            try {
                assertTrue(tier == null || tier.flush(TimeUnit.SECONDS.toMillis(30)), disk.name());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static long seed(long number, long version) {
        return number * 1000 + version;
    }

    /** The versions under a key; every byte that was given out was written. */
    List<Long> versions(long number) {
        List<Long> found = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        set.load(
                key(number),
                (head, bodyId, length, body, outside) -> {
                    byte[] bytes = new byte[(int) length];
                    Objects.requireNonNull(body).get(bytes);
                    assertArrayEquals(PatternBytes.range(seed(number, bodyId), 0, LENGTH), bytes);
                    found.add(bodyId);
                },
                done::countDown);
        try {
            assertTrue(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    /** Of how many of these keys there is a version. */
    long held(List<Long> numbers) {
        return numbers.stream().filter(number -> !versions(number).isEmpty()).count();
    }

    DiskStatus status(TestDisk disk) {
        return set.disks().stream()
                .filter(status -> status.name().equals(disk.name))
                .findAny()
                .orElseThrow();
    }

    void awaitState(TestDisk disk, DiskStatus.State state) throws Exception {
        Await.until(disk.name + " is " + state, () -> status(disk).state() == state);
    }

    /** What must hold of each disk that serves. */
    private void check() {
        flush();
        for (DiskStatus disk : set.disks()) {
            DiskTier tier = disk.tier();
            WitnessDevice witness = witnesses.get(disk.name());
            if (tier != null && witness != null) {
                DiskInvariants.check(tier, witness, DiskInvariants.Harm.LOSS);
            }
        }
    }

    @Override
    public void close() {
        check();
        set.close();
        assertEquals(0, openParts.get(), "every part is given back");
        assertEquals(0, memory.taken(), "all memory is given back");
    }

    private final class CountedPart implements MemoryPart {
        private final MemoryPart part;

        CountedPart(long seed) {
            part = DiskScene.part(seed, 0, LENGTH);
        }

        @Override
        public BodyReader reader() {
            return part.reader();
        }

        @Override
        public void close() {
            openParts.decrementAndGet();
        }
    }
}

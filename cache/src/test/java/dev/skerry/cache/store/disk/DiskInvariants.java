package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.device.WitnessDevice;
import dev.skerry.cache.store.disk.format.Checksum;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.format.SegmentHeader;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentEntries;
import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Checks what docs/disk-format.md numbers, of a tier that nobody uses meanwhile and whose queue is
 * empty. What fails begins with the invariant's number.
 */
public final class DiskInvariants {
    /** What has happened to the device, so that less can be asked for. */
    public enum Harm {
        NONE,
        /** Bits were turned, or reads fail: some records are not what was written. */
        DAMAGE,
        /**
         * Writes failed, or keys were given to other disks: the index may have less than the log.
         */
        LOSS
    }

    private static final int MOST_ROUNDS = 10;
    private static final long PATIENCE_MILLIS = 3000;

    private final Disk disk;
    private final WitnessDevice device;
    private final Set<Harm> harms;

    /** For each key and variant of the log, where its last record lies. */
    private final Map<Variant, Long> last = new HashMap<>();

    /** Those of them that are tombstones. */
    private final Set<Variant> graves = new HashSet<>();

    private final Map<Integer, Long> siteBytes = new HashMap<>();

    private DiskInvariants(DiskTier tier, WitnessDevice device, Set<Harm> harms) {
        this.disk = tier.disk();
        this.device = device;
        this.harms = harms;
    }

    /** Checks all seven. */
    public static void check(DiskTier tier, WitnessDevice device, Harm... harms) {
        try {
            new DiskInvariants(tier, device, Set.of(harms)).check();
        } catch (IOException e) {
            if (!Set.of(harms).contains(Harm.DAMAGE)) {
                throw new AssertionError("the log cannot be read", e);
            }
        }
    }

    private void check() throws IOException {
        settle();
        if (!harms.contains(Harm.LOSS)) {
            require(5, disk.isSettled(), "a change is pending, though none is queued");
            require(5, disk.queue.bytes() == 0, disk.queue.bytes() + " bytes are queued");
        }
        require(1, device.wrongs().isEmpty(), device.wrongs());
        readLog();
        checkIndex();
        checkFiles();
        if (harms.isEmpty()) {
            checkGraves();
        }
        if (!harms.contains(Harm.DAMAGE)) {
            checkSites();
        }
    }

    /** What the writer itself has queued, when it gave something up, comes behind who waits. */
    private void settle() {
        for (int i = 0; i < MOST_ROUNDS && !disk.isSettled(); i++) {
            CountDownLatch written = new CountDownLatch(1);
            try {
                if (!disk.queue.offer(new Change.Await(written))
                        || !written.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void require(int number, boolean holds, Object otherwise) {
        if (!holds) {
            throw new AssertionError("invariant " + number + ": " + otherwise);
        }
    }

    private void readLog() throws IOException {
        SegmentEntries entries =
                new SegmentEntries(ByteBuffer.allocateDirect(HeadRecord.MAX_BYTES));
        for (long number : disk.table.numbers()) {
            Segment segment = disk.table.retain(number);
            if (segment == null) {
                throw new AssertionError("invariant 7: the table holds segment " + number);
            }
            try {
                entries.of(segment, entry -> entry(segment, entry));
            } finally {
                segment.release();
            }
        }
    }

    private void entry(Segment segment, Footer.Entry entry) {
        Variant variant = new Variant(entry.key(), entry.variant());
        long bytes = (long) entry.units() * LogAddress.UNIT;
        // Of a write that failed, some bytes may be there.
        boolean counts = entry.kind() != Kind.TOMBSTONE;
        if (counts && segment.address(entry.unit() + entry.units()).offset() <= segment.end()) {
            siteBytes.merge(entry.site(), bytes, Long::sum);
        }
        switch (entry.kind()) {
            case HEAD -> {
                last.put(variant, disk.slotAddress(segment.address(entry.unit())));
                graves.remove(variant);
            }
            case TOMBSTONE -> {
                last.remove(variant);
                graves.add(variant);
            }
            case EXTENT -> {
                // Heads name them.
            }
        }
    }

    /** The index points to what the log says last, and counts what it has. */
    private void checkIndex() throws IOException {
        Set<Long> addresses = new HashSet<>();
        disk.index.removeAll(address -> {
            boolean other = addresses.add(address);
            // Of a segment that broke while it was read at the start, entries may be left.
            require(2, other || !harms.isEmpty(), "two entries point to " + address);
            return false;
        });
        boolean counted = disk.index.count() == addresses.size();
        require(2, counted || !harms.isEmpty(), "the index counts wrongly");
        for (long address : addresses) {
            checkPlace(address);
        }
        long[] found = new long[DiskIndex.MAX_VARIANTS];
        Set<Long> seen = new HashSet<>();
        for (Map.Entry<Variant, Long> record : last.entrySet()) {
            int count = disk.index.find(record.getKey().key(), found);
            for (int i = 0; i < count; i++) {
                if (DiskIndex.address(found[i]) == record.getValue()) {
                    seen.add(record.getValue());
                    checkHead(record.getKey(), found[i]);
                }
            }
        }
        addresses.removeAll(seen);
        // A record of the open segment that was damaged is no longer found in the log.
        boolean right = addresses.isEmpty() || harms.contains(Harm.DAMAGE);
        require(3, right, "not what the log says last: " + described(addresses));
    }

    /** What the log says of the variants at these addresses. */
    private List<String> described(Set<Long> addresses) throws IOException {
        List<String> lines = new ArrayList<>();
        for (long address : addresses) {
            Segment segment = disk.table.retainSlot(Address.segment(address));
            if (segment == null) {
                lines.add(address + " in no segment");
                continue;
            }
            try {
                long at = Address.offset(address);
                RecordHeader header = new RecordHeader();
                ByteBuffer bytes = read(segment, at, RecordHeader.BYTES);
                boolean sound = header.read(bytes, 0, segment.stamp(), LogAddress.units(at));
                Variant variant = new Variant(header.key(), header.variant());
                lines.add(
                        "%d of %s, sound %s, last %s, buried %s, harms %s"
                                .formatted(
                                        at,
                                        segment,
                                        sound,
                                        last.get(variant),
                                        graves.contains(variant),
                                        harms));
            } finally {
                segment.release();
            }
        }
        return lines;
    }

    private void checkPlace(long address) {
        Segment segment = disk.table.retainSlot(Address.segment(address));
        require(2, segment != null, "no segment for " + address);
        if (segment != null) {
            segment.release();
            long at = Address.offset(address);
            require(
                    2,
                    at >= SegmentHeader.BYTES && at < segment.end(),
                    "nothing was written at " + at + " of " + segment);
        }
    }

    /** The head is of its key, and blocks that count as verified are what was written. */
    private void checkHead(Variant variant, long entry) throws IOException {
        long address = DiskIndex.address(entry);
        Segment segment = disk.table.retainSlot(Address.segment(address));
        if (segment == null) {
            return;
        }
        try {
            ByteBuffer bytes = read(segment, Address.offset(address), DiskIndex.size(entry));
            RecordHeader header = new RecordHeader();
            HeadRecord head = new HeadRecord();
            int unit = LogAddress.units(Address.offset(address));
            if (!header.read(bytes, 0, segment.stamp(), unit)
                    || header.kind() != Kind.HEAD
                    || !head.read(header, bytes, 0)) {
                require(2, harms.contains(Harm.DAMAGE), "no sound head at " + address);
                return;
            }
            require(3, header.isOf(variant.key()), "of another key: " + address);
            require(3, header.variant() == variant.digest(), "of another variant: " + address);
            checkExtents(header, head.extentList());
        } finally {
            segment.release();
        }
    }

    private void checkExtents(RecordHeader head, ExtentList extents) throws IOException {
        for (int i = 0; i < extents.size(); i++) {
            Segment segment = disk.table.retain(extents.address(i).segment());
            if (segment == null) {
                // Reclaimed: who looks finds that the body is lost.
                continue;
            }
            try {
                long at = extents.address(i).offset();
                ByteBuffer table = read(segment, at, ExtentRecord.PAYLOAD);
                RecordHeader header = new RecordHeader();
                boolean sound =
                        header.read(table, 0, segment.stamp(), extents.address(i).unit())
                                && header.kind() == Kind.EXTENT
                                && header.isOf(head.key())
                                && ExtentRecord.isTableSound(header, table, 0);
                require(
                        2,
                        sound || harms.contains(Harm.DAMAGE),
                        "no extent at %d of %s, which ends at %d, extent %d of %d, harms %s"
                                .formatted(at, segment, segment.end(), i, extents.size(), harms));
                if (sound && !harms.contains(Harm.DAMAGE)) {
                    checkVerified(segment, at, header.length(), table);
                }
            } finally {
                segment.release();
            }
        }
    }

    private static void checkVerified(Segment segment, long at, int length, ByteBuffer table)
            throws IOException {
        for (int block = 0; block < ExtentRecord.blocks(length); block++) {
            long place = at + ExtentRecord.PAYLOAD + (long) block * ExtentRecord.BLOCK;
            int size = Math.min(ExtentRecord.BLOCK, length - block * ExtentRecord.BLOCK);
            if (segment.verified().has(place, size)) {
                require(
                        4,
                        Checksum.of(read(segment, place, size), 0, size)
                                == ExtentRecord.checksum(table, 0, block),
                        "counts as verified: " + place + " of " + segment);
            }
        }
    }

    private static ByteBuffer read(Segment segment, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(length);
        segment.file().read(bytes, at);
        return bytes.clear();
    }

    /** The file of each segment is open, once. */
    private void checkFiles() {
        for (long number : disk.table.numbers()) {
            int open = device.timesOpen(SegmentFiles.name(number));
            require(7, open == 1, "segment " + number + " is open " + open + " times");
        }
        require(
                7,
                disk.table.count() == disk.table.numbers().size(),
                "the table counts " + disk.table.count());
    }

    /** What the index has not has a tombstone behind it, or nothing before. */
    private void checkGraves() {
        long[] found = new long[DiskIndex.MAX_VARIANTS];
        last.forEach((variant, address) -> {
            boolean there = disk.index.at(variant.key(), address) != DiskIndex.NONE;
            boolean full = disk.index.find(variant.key(), found) == DiskIndex.MAX_VARIANTS;
            require(6, there || full, "a restart would bring back " + variant);
        });
        graves.forEach(variant ->
                require(
                        6,
                        !disk.index.contains(variant.key(), variant.digest()),
                        "in the index behind its tombstone: " + variant));
    }

    /** What is counted of each site is what the log holds of it. */
    private void checkSites() {
        siteBytes.forEach((site, bytes) -> {
            long counted = disk.shares.bytes(site);
            require(2, counted == bytes, bytes + " bytes of " + site + " count as " + counted);
        });
    }
}

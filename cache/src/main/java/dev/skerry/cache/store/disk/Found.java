package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.LowerTier.LoadSink;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.Checksum;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What lies where an entry of the index points: read into a buffer, verified, and given out if it
 * stands. For one thread.
 */
final class Found implements AutoCloseable {
    /** What reading came to. */
    enum Outcome {
        SOUND,
        WOULD_WAIT,
        /**
         * Not there, not readable, not what was written, or another key's: forgotten if need be.
         */
        NOTHING
    }

    private final Disk disk;
    private final CacheKey key;
    private final long slotAddress;
    private final int size;
    private final RecordHeader header = new RecordHeader();
    private final HeadRecord head = new HeadRecord();

    private @Nullable Segment segment;
    private ReadBuffers.@Nullable Lease lease;
    private @Nullable ByteBuffer bytes;

    /** The whole body, if it is small. */
    private @Nullable ByteBuffer body;

    private ReadBuffers.@Nullable Lease bodyLease;
    private boolean damaged;

    /** Of an entry of the index. */
    Found(Disk disk, CacheKey key, long entry) {
        this.disk = disk;
        this.key = key;
        this.slotAddress = DiskIndex.address(entry);
        this.size = DiskIndex.size(entry);
    }

    /** Reads and verifies. */
    Outcome read(boolean wait) {
        try {
            return readRecord(wait);
        } catch (IOException e) {
            disk.counters.count(Event.READ_FAILED);
            damaged = true;
            disk.unreadable(key, slotAddress);
            return Outcome.NOTHING;
        }
    }

    private Outcome readRecord(boolean wait) throws IOException {
        segment = disk.table.retainSlot(Address.segment(slotAddress));
        if (segment == null) {
            disk.forget(key, slotAddress);
            return Outcome.NOTHING;
        }
        lease = wait ? disk.buffers.takeAnyway(size) : disk.buffers.take(size);
        if (lease == null) {
            disk.counters.count(Event.NO_MEMORY);
            return Outcome.WOULD_WAIT;
        }
        ByteBuffer into = lease.bytes();
        long at = Address.offset(slotAddress);
        if (!fill(segment.file(), into, at, size, wait)) {
            return Outcome.WOULD_WAIT;
        }
        if (!header.read(into, 0, segment.stamp(), LogAddress.units(at))
                || header.kind() != Kind.HEAD) {
            return wrong();
        }
        if (!header.isOf(key)) {
            disk.counters.count(Event.OTHER_KEY);
            return Outcome.NOTHING;
        }
        if (!head.read(header, into, 0)) {
            return wrong();
        }
        if (!disk.mayServe(segment.number(), head.head())) {
            disk.counters.count(Event.UNDECIDED);
            disk.evict(variant(), slotAddress);
            return Outcome.NOTHING;
        }
        bytes = into;
        return readBody(wait);
    }

    private Outcome readBody(boolean wait) throws IOException {
        long length = header.position();
        if (length == 0) {
            body = ByteBuffer.allocate(0);
            return Outcome.SOUND;
        }
        ExtentList extents = head.extentList();
        boolean small = length <= ExtentRecord.BLOCK && extents.size() == 1;
        if (!small || extents.length(0) != length) {
            return Outcome.SOUND;
        }
        return header.has(RecordHeader.FOLLOWED)
                ? bodyAt(Objects.requireNonNull(bytes), LogAddress.UNIT * header.units(), extents)
                : bodyElsewhere(extents, wait);
    }

    private Outcome bodyElsewhere(ExtentList extents, boolean wait) throws IOException {
        Segment[] held = disk.retain(extents);
        if (held == null) {
            return lost();
        }
        try {
            int length = ExtentRecord.bytes(extents.length(0));
            bodyLease = wait ? disk.buffers.takeAnyway(length) : disk.buffers.take(length);
            if (bodyLease == null) {
                disk.counters.count(Event.NO_MEMORY);
                return Outcome.WOULD_WAIT;
            }
            ByteBuffer into = bodyLease.bytes();
            long at = extents.address(0).offset();
            return fill(held[0].file(), into, at, length, wait)
                    ? bodyAt(into, 0, extents)
                    : Outcome.WOULD_WAIT;
        } finally {
            Disk.release(held);
        }
    }

    /** The body from the extent record at this place of a buffer. */
    private Outcome bodyAt(ByteBuffer from, int at, ExtentList extents) {
        LogAddress address = extents.address(0);
        Segment in = disk.table.retain(address.segment());
        if (in == null) {
            return lost();
        }
        in.release();
        RecordHeader extent = new RecordHeader();
        int length = extents.length(0);
        if (from.limit() - at < ExtentRecord.bytes(length)
                || !extent.read(from, at, in.stamp(), address.unit())
                || extent.kind() != Kind.EXTENT
                || !extent.isOf(key)
                || extent.position() != extents.from(0)
                || extent.length() != length
                || !ExtentRecord.isTableSound(extent, from, at)
                || ExtentRecord.checksum(from, at, 0)
                        != Checksum.of(from, at + ExtentRecord.PAYLOAD, length)) {
            return wrong();
        }
        body = from.slice(at + ExtentRecord.PAYLOAD, length);
        return Outcome.SOUND;
    }

    private static boolean fill(DeviceFile file, ByteBuffer into, long at, int length, boolean wait)
            throws IOException {
        into.clear().limit(length);
        if (!wait) {
            return Reads.tryFully(file, into, at);
        }
        file.read(into, at);
        return true;
    }

    private Outcome wrong() {
        disk.counters.count(Event.CHECKSUM_WRONG);
        damaged = true;
        disk.unreadable(key, slotAddress);
        return Outcome.NOTHING;
    }

    private Outcome lost() {
        disk.counters.count(Event.BODY_LOST);
        disk.evict(variant(), slotAddress);
        return Outcome.NOTHING;
    }

    /** After {@link Outcome#SOUND}: gives it out, if nothing newer stands in its place. */
    void give(LoadSink sink) {
        ExtentList extents = head.extentList();
        Segment[] held = disk.retain(extents);
        if (held == null) {
            lost();
            return;
        }
        DiskBody outside = new DiskBody(disk, variant(), slotAddress, extents, held);
        try {
            if (stands()) {
                disk.counters.count(Event.HIT);
                sink.found(restated(), header.bodyId(), header.position(), body, outside);
            }
        } finally {
            outside.release();
        }
    }

    /** Whether nothing newer has taken its place. The order of the two questions matters. */
    boolean stands() {
        return !disk.isPending(variant()) && disk.index.at(key, slotAddress) != DiskIndex.NONE;
    }

    /** After {@link Outcome#SOUND}: the head, by the monotonic clock; the record's own bytes. */
    ByteBuffer restated() {
        long age = age();
        return head.head()
                .putLong(HeadCodec.RECEIVED, disk.clock.mono())
                .putLong(HeadCodec.INITIAL_AGE, age);
    }

    /** After {@link Outcome#SOUND}: the response's age now. */
    long age() {
        ByteBuffer stored = head.head();
        return disk.clock.age(
                head.age(),
                stored.getLong(HeadCodec.INITIAL_AGE),
                stored.getLong(HeadCodec.RECEIVED));
    }

    /** After {@link Outcome#SOUND}. */
    RecordHeader header() {
        return header;
    }

    /** After {@link Outcome#SOUND}. */
    HeadRecord head() {
        return head;
    }

    /** After {@link Outcome#SOUND}: the whole body, if it is small. */
    @Nullable ByteBuffer body() {
        return body;
    }

    CacheKey key() {
        return key;
    }

    /** Whether the device failed, or gave bytes that were not written. */
    boolean isDamaged() {
        return damaged;
    }

    long slotAddress() {
        return slotAddress;
    }

    /** After {@link Outcome#SOUND}. */
    Variant variant() {
        return new Variant(key, header.variant());
    }

    @Override
    public void close() {
        if (segment != null) {
            segment.release();
            segment = null;
        }
        if (lease != null) {
            lease.close();
            lease = null;
        }
        if (bodyLease != null) {
            bodyLease.close();
            bodyLease = null;
        }
        bytes = null;
        body = null;
    }
}

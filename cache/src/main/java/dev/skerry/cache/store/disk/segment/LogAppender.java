package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log. Records are laid out behind each other and written in large pieces; what lies
 * before {@link #written} can be read. For the writer's thread.
 */
public final class LogAppender implements AutoCloseable {
    private final Device device;
    private final SegmentTable table;
    private final long segmentBytes;
    private final DirectMemory memory;
    private final LongSupplier stamps;
    private final Staging staging;
    private final Settling settling;

    private long nextNumber;
    private @Nullable Segment open;
    private FooterEntries entries;

    /**
     * Begins with a new segment.
     *
     * @param segmentBytes the most bytes of a segment file
     * @param nextNumber of the first segment that is made
     * @param stamps random numbers
     */
    public LogAppender(
            Device device,
            SegmentTable table,
            long segmentBytes,
            DirectMemory memory,
            DirectMemory.Block staging,
            LongSupplier stamps,
            long nextNumber,
            ThreadFactory threads,
            Consumer<IOException> unsealed) {
        this.device = device;
        this.table = table;
        this.segmentBytes = segmentBytes;
        this.memory = memory;
        this.staging = new Staging(staging);
        this.stamps = stamps;
        this.nextNumber = nextNumber;
        this.settling = new Settling(threads, unsealed);
        this.entries = new FooterEntries(memory);
    }

    /** The segment that is appended to; null before the first record and after a seal. */
    public @Nullable Segment open() {
        return open;
    }

    /**
     * How many bytes of records still fit into the open segment; 0 when none is open.
     *
     * @param records how many there will be
     */
    public long room(int records) {
        return open == null
                ? 0
                : segmentBytes - end() - entries.footerBytes(records) - LogAddress.UNIT;
    }

    /** How many bytes of records fit into an empty segment. */
    public long emptyRoom(int records) {
        return segmentBytes
                - SegmentHeader.BYTES
                - (long) records * Footer.Entry.BYTES
                - Footer.BYTES
                - LogAddress.UNIT;
    }

    /** Whether so much waits that it should be written now. */
    public boolean hasEnough() {
        return staging.hasEnough();
    }

    /** Every record that ends at or before this can be read. */
    public LogAddress written() {
        return open == null
                ? LogAddress.of(nextNumber, 0)
                : open.address(LogAddress.units(open.end()));
    }

    /** Where the next record will lie. */
    public LogAddress next() {
        return open == null ? LogAddress.of(nextNumber, 0) : open.address(LogAddress.units(end()));
    }

    /**
     * Begins a segment; none is open.
     *
     * @throws IOException also if the table has no room for it
     */
    public void begin() throws IOException {
        if (!table.hasRoom(nextNumber)) {
            throw new IOException("there are too many segments");
        }
        long number = nextNumber++;
        SegmentHeader header =
                new SegmentHeader(number, device.superblock().disk(), stamps.getAsLong());
        DeviceFile file = device.create(SegmentFiles.name(number));
        try {
            header.write(staging.block(), staging.reserve(SegmentHeader.BYTES));
            staging.write(file, 0);
        } catch (IOException e) {
            file.close();
            device.delete(SegmentFiles.name(number));
            throw e;
        }
        open = new Segment(header, file, segmentBytes, SegmentHeader.BYTES);
        table.add(open);
    }

    /**
     * Whether so many bytes of a record can be laid out before what waits is written: of an extent
     * all but its payload.
     */
    public boolean hasRoom(int bytes) {
        return staging.hasRoom(bytes + LogAddress.UNIT);
    }

    /** Appends that what came before of this key and variant is gone; there is room. */
    public void tombstone(CacheKey key, int variant) {
        RecordHeader.Place place = place();
        int at = staging.reserve(RecordHeader.BYTES);
        RecordHeader.tombstone(staging.block(), at, place, key, variant);
        entries.add(new Footer.Entry(key, place.unit(), 1, variant, Kind.TOMBSTONE, false, 0));
    }

    /**
     * Appends bytes of a body; there is room.
     *
     * @param from where they lie in it
     * @param site the digest of the site's name
     * @param listed whether the footer names it; one that follows its head is named with that
     */
    public LogAddress extent(
            CacheKey key, int site, long bodyId, long from, Payload payload, boolean listed) {
        RecordHeader.Place place = place();
        int at = staging.reserve(ExtentRecord.PAYLOAD);
        ExtentRecord.write(
                staging.block(),
                at,
                place,
                key,
                site,
                bodyId,
                from,
                payload.length(),
                payload.checksums());
        payload.bytes().forEach(staging::add);
        staging.pad(end());
        if (listed) {
            int units = LogAddress.units(ExtentRecord.bytes(payload.length()));
            entries.add(new Footer.Entry(key, place.unit(), units, 0, Kind.EXTENT, false, site));
        }
        return current().address(place.unit());
    }

    /**
     * What a head record says.
     *
     * @param flags of {@link RecordHeader}
     * @param bytes as HeadCodec writes them, received by wall time
     * @param age at this time, in milliseconds
     * @param site the digest of the site's name
     * @param units of the record with the extent that follows it
     */
    public record Head(
            CacheKey key,
            int variant,
            int flags,
            long bodyId,
            long length,
            ByteBuffer bytes,
            long age,
            int site,
            ExtentList extents,
            int units) {}

    /** Appends a head; there is room. */
    public LogAddress head(Head head) {
        int size =
                Math.toIntExact(
                        LogAddress.padded(
                                HeadRecord.bytes(head.bytes.remaining(), head.extents.size())));
        RecordHeader.Place place = place();
        int at = staging.reserve(size);
        zeroLastUnit(at + size);
        HeadRecord.write(
                staging.block(),
                at,
                place,
                head.key,
                head.variant,
                head.flags,
                head.bodyId,
                head.length,
                head.bytes,
                head.age,
                head.site,
                head.extents);
        boolean used = (head.flags & RecordHeader.USED) != 0;
        entries.add(
                new Footer.Entry(
                        head.key,
                        place.unit(),
                        head.units,
                        head.variant,
                        Kind.HEAD,
                        used,
                        head.site));
        return current().address(place.unit());
    }

    /** Writes what waits. After a failure the segment is given up, and what waited is lost. */
    public void flush() throws IOException {
        Segment segment = open;
        if (segment == null || staging.bytes() == 0) {
            return;
        }
        long end = end();
        try {
            staging.write(segment.file(), segment.end());
        } catch (IOException e) {
            giveUp();
            throw e;
        }
        segment.end(end);
        settling.wrote(segment);
    }

    /**
     * Ends the open segment: it is made durable and given its footer soon, on another thread. When
     * this fails the segment is read record by record at the next start.
     */
    public void seal() throws IOException {
        flush();
        Segment segment = open;
        if (segment == null) {
            return;
        }
        FooterEntries written = entries;
        entries = new FooterEntries(memory);
        giveUp();
        settling.seal(segment, written);
    }

    /** Gives a segment its footer. */
    static void writeFooter(Segment segment, FooterEntries entries) throws IOException {
        List<ByteBuffer> bytes = new ArrayList<>(entries.bytes());
        ByteBuffer footer = ByteBuffer.allocateDirect(Footer.BYTES);
        entries.footer(segment.end()).write(footer, 0, segment.stamp());
        bytes.add(footer);
        segment.file().write(bytes.toArray(ByteBuffer[]::new), segment.end());
    }

    private void giveUp() {
        staging.clear();
        entries.close();
        entries = new FooterEntries(memory);
        open = null;
    }

    private void zeroLastUnit(int end) {
        for (int at = end - LogAddress.UNIT; at < end; at += Long.BYTES) {
            staging.block().putLong(at, 0);
        }
    }

    private RecordHeader.Place place() {
        return new RecordHeader.Place(current().stamp(), LogAddress.units(end()));
    }

    private long end() {
        return current().end() + staging.bytes();
    }

    private Segment current() {
        if (open == null) {
            throw new IllegalStateException("no segment is open");
        }
        return open;
    }

    /** Writes nothing more; what waits is lost unless it was sealed. Waits until all is durable. */
    @Override
    public void close() {
        giveUp();
        settling.close();
        staging.close();
    }
}

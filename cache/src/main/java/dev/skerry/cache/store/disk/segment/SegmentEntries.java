package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a segment holds: from its footer, or, if that is missing or damaged, from its records one by
 * one. Damaged records are stepped over. For one thread.
 */
public final class SegmentEntries {
    private final RecordHeader header = new RecordHeader();
    private final HeadRecord head = new HeadRecord();
    private final ByteBuffer buffer;
    private final Reading reading;

    /** With a direct big-endian buffer of the most bytes that a head record can have. */
    public SegmentEntries(ByteBuffer buffer) {
        this(buffer, DeviceFile::read);
    }

    /** The same, with another way to read. */
    public SegmentEntries(ByteBuffer buffer, Reading reading) {
        this.buffer = buffer;
        this.reading = reading;
    }

    /** How a file is read. */
    @FunctionalInterface
    public interface Reading {
        /** Fills the buffer from this place of the file on. */
        void read(DeviceFile file, ByteBuffer into, long position) throws IOException;
    }

    /** Takes entries in the order of the log. */
    @FunctionalInterface
    public interface Sink {
        /** One record, with the extent that follows it. */
        void entry(Footer.Entry entry) throws IOException;
    }

    /** Gives the entries of a segment. */
    public void of(Segment segment, Sink sink) throws IOException {
        if (fromFooter(segment, sink) < 0) {
            fromRecords(segment, sink);
        }
    }

    /** What is read into: nothing else may use it while entries are given. */
    ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Gives the entries of a sealed segment.
     *
     * @return where its records end; -1, and nothing was given, when there is no sound footer
     */
    long fromFooter(Segment segment, Sink sink) throws IOException {
        long size = segment.file().size();
        if (size < SegmentHeader.BYTES + Footer.BYTES) {
            return -1;
        }
        Window window = new Window(reading, segment.file(), size, buffer);
        int place = window.at(size - Footer.BYTES, Footer.BYTES);
        Footer footer = Footer.read(window.bytes(), place, segment.stamp(), size);
        if (footer == null || !isSound(window, footer)) {
            return -1;
        }
        for (int i = 0; i < footer.entries(); i++) {
            Footer.Entry entry = entry(window, footer, i);
            if (entry != null) {
                sink.entry(entry);
            }
        }
        return footer.at();
    }

    private static boolean isSound(Window window, Footer footer) throws IOException {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < footer.entries(); i++) {
            int at = window.at(place(footer, i), Footer.Entry.BYTES);
            crc.update(window.bytes().slice(at, Footer.Entry.BYTES));
            Footer.Entry entry = Footer.Entry.read(window.bytes(), at);
            if (entry == null
                    || entry.unit() < 1
                    || entry.units() < 1
                    || (long) entry.unit() + entry.units() > LogAddress.units(footer.at())) {
                return false;
            }
        }
        return (int) crc.getValue() == footer.check();
    }

    private static Footer.@Nullable Entry entry(Window window, Footer footer, int index)
            throws IOException {
        int at = window.at(place(footer, index), Footer.Entry.BYTES);
        return Footer.Entry.read(window.bytes(), at);
    }

    private static long place(Footer footer, int index) {
        return footer.at() + (long) index * Footer.Entry.BYTES;
    }

    /**
     * Looks at every place where a record could begin.
     *
     * @return where the last sound record ends
     */
    long fromRecords(Segment segment, Sink sink) throws IOException {
        long size = segment.file().size();
        Window window = new Window(reading, segment.file(), size, buffer);
        long end = SegmentHeader.BYTES;
        long at = end;
        while (window.has(at, RecordHeader.BYTES)) {
            Footer.Entry entry = record(segment, window, at);
            if (entry == null) {
                at += LogAddress.UNIT;
            } else {
                sink.entry(entry);
                at += (long) entry.units() * LogAddress.UNIT;
                end = at;
            }
        }
        return end;
    }

    /** The entry of the record at this place; null when there is none that is whole. */
    private Footer.@Nullable Entry record(Segment segment, Window window, long at)
            throws IOException {
        int unit = LogAddress.units(at);
        int place = window.at(at, RecordHeader.BYTES);
        if (!header.read(window.bytes(), place, segment.stamp(), unit)) {
            return null;
        }
        return switch (header.kind()) {
            case TOMBSTONE ->
                    new Footer.Entry(
                            header.key(), unit, 1, header.variant(), Kind.TOMBSTONE, false, 0);
            case EXTENT ->
                    window.has(at, ExtentRecord.PAYLOAD)
                                    && at + ExtentRecord.bytes(header.length())
                                            <= segment.file().size()
                            ? new Footer.Entry(
                                    header.key(),
                                    unit,
                                    header.units(),
                                    0,
                                    Kind.EXTENT,
                                    false,
                                    header.site())
                            : null;
            case HEAD -> head(segment, window, at);
        };
    }

    private Footer.@Nullable Entry head(Segment segment, Window window, long at)
            throws IOException {
        int length = RecordHeader.BYTES + header.length();
        if (!window.has(at, length) || !head.read(header, window.bytes(), window.at(at, length))) {
            return null;
        }
        int unit = LogAddress.units(at);
        int units = header.units();
        Footer.Entry alone =
                new Footer.Entry(
                        header.key(),
                        unit,
                        units,
                        header.variant(),
                        Kind.HEAD,
                        header.has(RecordHeader.USED),
                        head.site());
        if (!header.has(RecordHeader.FOLLOWED)) {
            return alone;
        }
        long next = at + (long) units * LogAddress.UNIT;
        if (!window.has(next, RecordHeader.BYTES)) {
            return null;
        }
        Footer.Entry body = record(segment, window, next);
        return body == null || body.kind() != Kind.EXTENT || !body.key().equals(alone.key())
                ? null
                : alone.followedBy(body.units());
    }
}

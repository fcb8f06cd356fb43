package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens the log that a disk holds: every segment, oldest first, so that what is told later of a key
 * and variant stands. A segment that was not sealed is read record by record, cut off behind the
 * last sound one, and sealed. Nothing is ever appended to a segment of an earlier process, so an
 * address that a record names is never written again. For one thread.
 */
public final class LogOpener {
    private final Device device;
    private final SegmentTable table;
    private final long segmentBytes;
    private final DirectMemory memory;
    private final SegmentEntries segmentEntries;

    private int dropped;
    private int scanned;

    /** Of a device; fills the table. */
    public LogOpener(
            Device device,
            SegmentTable table,
            long segmentBytes,
            DirectMemory memory,
            SegmentEntries segmentEntries) {
        this.device = device;
        this.table = table;
        this.segmentBytes = segmentBytes;
        this.memory = memory;
        this.segmentEntries = segmentEntries;
    }

    /** Takes what the log holds, in its order. */
    @FunctionalInterface
    public interface Sink {
        /** One record. */
        void entry(Segment segment, Footer.Entry entry);
    }

    /**
     * Looks at every segment of a disk before anything of it is changed: one that another version
     * has written is neither read nor given up.
     *
     * @throws RefusedException if there is one; what cannot be read is passed over
     */
    public static void refuseOtherVersions(Device device) throws RefusedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(SegmentHeader.BYTES);
        List<String> names;
        try {
            names = device.list();
        } catch (IOException e) {
            // Whoever opens the log will meet the same.
            return;
        }
        for (String name : names) {
            int version = SegmentFiles.number(name).isPresent() ? version(device, name, buffer) : 0;
            if (version != 0 && version != SegmentHeader.VERSION) {
                throw new RefusedException(
                        "%s of %s has version %d; this version of Skerry reads version %d only."
                                        .formatted(name, device, version, SegmentHeader.VERSION)
                                + " Use the version that wrote it, or empty the directory.");
            }
        }
    }

    private static int version(Device device, String name, ByteBuffer buffer) {
        try (DeviceFile file = device.open(name)) {
            file.read(buffer.clear(), 0);
            return SegmentHeader.version(buffer, 0);
        } catch (IOException e) {
            // What cannot be read is damaged, whatever its version.
            return 0;
        }
    }

    /**
     * Opens all segments, but only the newest ones if there are more than {@code most}.
     *
     * @return the number of the next segment
     * @throws IOException when the files cannot even be listed
     */
    public long open(int most, Sink sink) throws IOException {
        TreeMap<Long, String> files = new TreeMap<>();
        for (String name : device.list()) {
            OptionalLong number = SegmentFiles.number(name);
            if (number.isPresent()) {
                files.put(number.getAsLong(), name);
            }
        }
        if (files.isEmpty()) {
            return 1;
        }
        long next = files.lastKey() + 1;
        for (var file : files.entrySet()) {
            // Numbers lie in a window no longer than the table; older ones were to be reclaimed.
            if (file.getKey() < next - most) {
                drop(file.getValue());
            } else {
                open(file.getKey(), file.getValue(), sink);
            }
        }
        return next;
    }

    /** Segments that were given up, because they were damaged or there is no room for them. */
    public int dropped() {
        return dropped;
    }

    /** Segments that were read record by record. */
    public int scanned() {
        return scanned;
    }

    private void open(long number, String name, Sink sink) throws IOException {
        Segment segment = null;
        try {
            segment = header(number, name);
            if (segment != null && !entries(segment, sink)) {
                segment.release();
                segment = null;
            }
        } catch (IOException e) {
            // What was told of it already is found missing when it is looked for.
            if (segment != null) {
                segment.release();
                segment = null;
            }
        }
        if (segment == null) {
            drop(name);
        } else {
            table.add(segment);
        }
    }

    private @Nullable Segment header(long number, String name) throws IOException {
        DeviceFile file = device.open(name);
        try {
            if (file.size() >= SegmentHeader.BYTES && file.size() <= LogAddress.MAX_SEGMENT) {
                ByteBuffer buffer = segmentEntries.buffer();
                buffer.clear().limit(SegmentHeader.BYTES);
                file.read(buffer, 0);
                SegmentHeader header = SegmentHeader.read(buffer, 0);
                if (header != null
                        && header.number() == number
                        && header.disk().equals(device.superblock().disk())) {
                    long most = Math.max(segmentBytes, file.size());
                    return new Segment(header, file, most, SegmentHeader.BYTES);
                }
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return null;
    }

    /** Whether there is anything in it. */
    private boolean entries(Segment segment, Sink sink) throws IOException {
        long end = segmentEntries.fromFooter(segment, entry -> sink.entry(segment, entry));
        if (end >= 0) {
            segment.end(end);
            return true;
        }
        scanned++;
        try (FooterEntries footer = new FooterEntries(memory)) {
            end =
                    segmentEntries.fromRecords(
                            segment,
                            entry -> {
                                footer.add(entry);
                                sink.entry(segment, entry);
                            });
            segment.end(end);
            if (end == SegmentHeader.BYTES) {
                return false;
            }
            segment.file().truncate(end);
            if (footer.isComplete()) {
                LogAppender.writeFooter(segment, footer);
            }
            return true;
        }
    }

    private void drop(String name) throws IOException {
        dropped++;
        device.delete(name);
    }
}

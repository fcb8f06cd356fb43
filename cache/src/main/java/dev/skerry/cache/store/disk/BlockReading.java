package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.FileSpan;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.Checksum;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.segment.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads verified blocks of a body into one buffer. For one thread at a time.
 *
 * <p>The first read of an extent brings its header, its table of checksums and, most of the time,
 * the block that is wanted.
 */
final class BlockReading implements AutoCloseable {
    private static final int BLOCK = ExtentRecord.BLOCK;
    private static final int AHEAD = 1 << 20;

    private final DiskBody body;
    private final RecordHeader header = new RecordHeader();
    private final int[] checksums = new int[ExtentRecord.MAX_PAYLOAD / BLOCK];

    /** The extent whose header was read; -1 for none. */
    private int extent = -1;

    private ReadBuffers.@Nullable Lease lease;

    BlockReading(DiskBody body) {
        this.body = body;
    }

    /**
     * Bytes from {@code position} on, without waiting; null if the device would have to be waited
     * for.
     */
    @Nullable ByteBuffer tryBlock(long position, long to) throws IOException {
        return read(position, to, false);
    }

    /** Bytes from {@code position} on: at least one, at most to the end of their block. */
    ByteBuffer block(long position, long to) throws IOException {
        return Objects.requireNonNull(read(position, to, true));
    }

    /** Tells the system what will be read soon. */
    void willNeed(long position, long to) {
        int index = body.list().floor(position);
        long into = position - body.list().from(index);
        long at = body.list().address(index).offset() + into;
        long length = Math.min(AHEAD, Math.min(body.list().to(index), to) - position);
        body.segment(index).file().willNeed(at, ExtentRecord.PAYLOAD + length);
    }

    /** Verified bytes from {@code position} on that lie in the page cache; null for none. */
    @Nullable FileSpan span(long position, long to) throws IOException {
        int index = body.list().floor(position);
        if (extent != index && !table(index, false)) {
            return null;
        }
        Segment segment = body.segment(index);
        long stop = Math.min(to, body.list().to(index));
        long end = position;
        while (end < stop) {
            int block = blockAt(end);
            if (!segment.verified().has(fileAt(block), blockLength(block))) {
                break;
            }
            end = Math.min(stop, header.position() + (long) block * BLOCK + blockLength(block));
        }
        DeviceFile file = segment.file();
        long at = filePosition(position);
        if (end == position || !file.isCached(at, end - position)) {
            return null;
        }
        FileChannel channel = file.channel();
        return channel == null ? null : new FileSpan(channel, at, (int) (end - position));
    }

    private @Nullable ByteBuffer read(long position, long to, boolean wait) throws IOException {
        int index = body.list().floor(position);
        if (extent != index && !table(index, wait)) {
            return null;
        }
        int block = blockAt(position);
        int length = blockLength(block);
        ByteBuffer buffer = buffer(wait);
        if (buffer == null) {
            return null;
        }
        long at = fileAt(block);
        if (!fill(index, buffer, at, length, wait)) {
            return null;
        }
        verify(index, block, buffer, at, length);
        int skip = (int) (position - header.position() - (long) block * BLOCK);
        long stop = Math.min(to, body.list().to(index));
        return buffer.slice(skip, (int) Math.min(length - skip, stop - position));
    }

    private void verify(int index, int block, ByteBuffer buffer, long at, int length)
            throws IOException {
        Segment segment = body.segment(index);
        // Even what was verified before: it was read anew, and the check costs little.
        if (Checksum.of(buffer, 0, length) != checksums[block]) {
            segment.verified().remove(at);
            throw wrong(index, "block " + block);
        }
        segment.verified().add(at, length);
    }

    /** Reads header and table of an extent; false if the device would have to be waited for. */
    private boolean table(int index, boolean wait) throws IOException {
        extent = -1;
        Segment segment = body.segment(index);
        ByteBuffer buffer = buffer(wait);
        if (buffer == null) {
            return false;
        }
        var address = body.list().address(index);
        if (!fill(index, buffer, address.offset(), ExtentRecord.PAYLOAD, wait)) {
            return false;
        }
        if (!header.read(buffer, 0, segment.stamp(), address.unit())
                || header.kind() != Kind.EXTENT
                || !header.isOf(body.variant().key())
                || header.position() > body.list().from(index)
                || header.position() + header.length() < body.list().to(index)
                || !ExtentRecord.isTableSound(header, buffer, 0)) {
            throw wrong(index, "header");
        }
        for (int i = 0; i < ExtentRecord.blocks(header.length()); i++) {
            checksums[i] = ExtentRecord.checksum(buffer, 0, i);
        }
        extent = index;
        return true;
    }

    /** Fills the buffer with so many bytes; false if the device would have to be waited for. */
    private boolean fill(int index, ByteBuffer buffer, long at, int length, boolean wait)
            throws IOException {
        buffer.clear().limit(length);
        DeviceFile file = body.segment(index).file();
        try {
            return wait ? waitFor(file, buffer, at) : Reads.tryFully(file, buffer, at);
        } catch (IOException e) {
            body.disk().counters.count(Event.READ_FAILED);
            throw e;
        }
    }

    private static boolean waitFor(DeviceFile file, ByteBuffer buffer, long at) throws IOException {
        file.read(buffer, at);
        return true;
    }

    private IOException wrong(int index, String what) {
        body.disk().counters.count(Event.CHECKSUM_WRONG);
        return new IOException(
                "the %s of the extent at %s is not what was written"
                        .formatted(what, body.list().address(index)));
    }

    private @Nullable ByteBuffer buffer(boolean anyway) {
        if (lease == null) {
            ReadBuffers buffers = body.disk().buffers;
            lease = anyway ? buffers.takeAnyway(BLOCK) : buffers.take(BLOCK);
        }
        return lease == null ? null : lease.bytes();
    }

    private int blockAt(long position) {
        return (int) ((position - header.position()) / BLOCK);
    }

    private int blockLength(int block) {
        return Math.min(BLOCK, header.length() - block * BLOCK);
    }

    /** Where a block of the extent lies in its file. */
    private long fileAt(int block) {
        return filePosition(header.position() + (long) block * BLOCK);
    }

    private long filePosition(long position) {
        return body.list().address(extent).offset()
                + ExtentRecord.PAYLOAD
                + (position - header.position());
    }

    @Override
    public void close() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }
}

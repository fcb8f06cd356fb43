package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier.MemoryPart;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.segment.LogAppender;
import dev.skerry.cache.store.disk.segment.Payload;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lays responses out in the log. For the writer's thread. */
final class ResponseWriting implements AutoCloseable {
    private final Disk disk;
    private final Log log;
    private final Copying copying;

    ResponseWriting(Disk disk, Log log, Copying copying) {
        this.disk = disk;
        this.log = log;
        this.copying = copying;
    }

    /**
     * Appends a response, and puts it into the index when it is written; its parts are given back
     * then. Whatever goes wrong, nothing of the variant is stored then.
     */
    void write(Change.Write write) throws IOException {
        if (!disk.stands(write)) {
            disk.counters.count(Event.SUPERSEDED);
            release(write);
            return;
        }
        try {
            append(write);
        } catch (IOException | RuntimeException e) {
            fail(write);
            throw e;
        }
    }

    private void append(Change.Write write) throws IOException {
        LogAppender.@Nullable Head head = head(write, ExtentList.EMPTY);
        MemoryPart small = small(write);
        LogAddress address;
        long size;
        if (small != null) {
            Payload body = payload(small, (int) write.length());
            address = log.headAndBody(head, body);
            size = Log.bytesTogether(write.head().remaining(), body.length());
        } else {
            ExtentList extents = bodies(write);
            size = Log.headBytes(write.head().remaining(), extents.size());
            if (size > HeadRecord.MAX_BYTES || !log.canFit(size, 1)) {
                disk.counters.count(Event.TOO_LARGE);
                fail(write);
                return;
            }
            log.fit(size, 1);
            if (!lies(extents)) {
                // What it refers to was reclaimed to make room for it: its own references serve.
                extents = bodies(write);
            }
            address = log.head(head(write, extents));
        }
        log.whenWritten(() -> commit(write, address, (int) size), () -> fail(write));
    }

    private boolean lies(ExtentList extents) {
        for (int i = 0; i < extents.size(); i++) {
            if (disk.table.get(extents.address(i).segment()) == null) {
                return false;
            }
        }
        return true;
    }

    /** The one part in memory that is the whole of a small body; null for any other body. */
    private @Nullable MemoryPart small(Change.Write write) {
        if (write.parts().size() != 1
                || write.length() > ExtentRecord.BLOCK
                || write.parts().getFirst().extent().length() != write.length()) {
            return null;
        }
        long bytes = Log.bytesTogether(write.head().remaining(), (int) write.length());
        boolean fits = bytes <= HeadRecord.MAX_BYTES && log.canFit(bytes, 1);
        return fits ? write.parts().getFirst().memory() : null;
    }

    private static Payload payload(MemoryPart part, int length) throws IOException {
        try (BodyReader reader = part.reader()) {
            return Payload.next(reader, length);
        }
    }

    /** Appends what of the parts does not lie here already. */
    private ExtentList bodies(Change.Write write) throws IOException {
        ExtentList.Builder extents = new ExtentList.Builder(write.parts().size());
        for (Part part : write.parts()) {
            if (part.memory() != null) {
                append(write, part.extent(), part.memory(), extents);
            } else if (part.outside() instanceof DiskBody body && body.disk() == disk) {
                copying.refer(body, part.extent(), write.site(), write.bodyId(), extents);
            } else if (part.outside() != null) {
                copying.copy(
                        write.variant().key(),
                        write.site(),
                        write.bodyId(),
                        part.outside(),
                        part.extent(),
                        extents);
            }
        }
        return extents.build();
    }

    private void append(
            Change.Write write, Extent extent, MemoryPart part, ExtentList.Builder extents)
            throws IOException {
        CacheKey key = write.variant().key();
        try (BodyReader reader = part.reader()) {
            for (long at = extent.from(); at < extent.to(); ) {
                Payload payload = Payload.next(reader, log.nextPayload(extent.to() - at));
                LogAddress address = log.extent(key, write.site(), write.bodyId(), at, payload);
                extents.add(at, payload.length(), address);
                at += payload.length();
            }
        }
    }

    /** Appends bytes of a body that is received, and tells its spill when they are written. */
    void write(Change.Piece piece) throws IOException {
        DiskSpill spill = piece.spill();
        try (BodyReader reader = piece.part().reader()) {
            long end = piece.at() + piece.length();
            for (long at = piece.at(); at < end; ) {
                Payload payload = Payload.next(reader, log.nextPayload(end - at));
                LogAddress address = log.extent(spill.key(), spill.site(), 0, at, payload);
                long from = at;
                log.whenWritten(
                        () -> spill.written(from, payload.length(), address), spill::failed);
                at += payload.length();
            }
            log.whenWritten(piece.part()::close, piece.part()::close);
        } catch (IOException | RuntimeException e) {
            spill.failed();
            piece.part().close();
            throw e;
        }
    }

    private LogAppender.Head head(Change.Write write, ExtentList extents) {
        ByteBuffer bytes = ByteBuffer.allocate(write.head().remaining());
        bytes.put(write.head().duplicate()).flip();
        long received = bytes.getLong(HeadCodec.RECEIVED);
        long age = bytes.getLong(HeadCodec.INITIAL_AGE) + Math.max(0, disk.clock.mono() - received);
        bytes.putLong(HeadCodec.RECEIVED, disk.clock.wallAt(received));
        return new LogAppender.Head(
                write.variant().key(),
                write.variant().digest(),
                write.used() ? RecordHeader.USED : 0,
                write.bodyId(),
                write.length(),
                bytes,
                Math.max(0, age),
                write.site(),
                extents,
                LogAddress.units(Log.headBytes(write.head().remaining(), extents.size())));
    }

    private void commit(Change.Write write, LogAddress address, int size) {
        release(write);
        Variant variant = write.variant();
        long at = disk.slotAddress(address);
        if (disk.index.put(variant.key(), variant.digest(), at, size) == DiskIndex.FULL) {
            disk.counters.count(Event.INDEX_FULL);
            disk.bury(write, true);
        } else if (disk.done(write)) {
            disk.counters.count(Event.WRITTEN);
        } else {
            disk.counters.count(Event.SUPERSEDED);
            disk.index.removeAt(variant.key(), at);
        }
    }

    /** Bytes of a body that are not written. */
    void refuse(Change.Piece piece) {
        piece.spill().failed();
        piece.part().close();
    }

    /** A response that is not written: nothing of the variant is stored then. */
    void refuse(Change.Write write) {
        fail(write);
    }

    private void fail(Change.Write write) {
        release(write);
        disk.bury(write, true);
    }

    /** Gives the memory back that bytes are copied with. */
    @Override
    public void close() {
        copying.close();
    }

    static void release(Change.Write write) {
        release(write.parts());
    }

    /** Gives the references back that a tier was given. */
    static void release(List<Part> parts) {
        parts.forEach(ResponseWriting::release);
    }

    private static void release(Part part) {
        if (part.memory() != null) {
            part.memory().close();
        }
        if (part.outside() != null) {
            part.outside().release();
        }
    }
}

package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.segment.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Brings bytes that lie outside memory into a new record. For the writer's thread. */
final class Copying implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final Disk disk;
    private final Log log;
    private final DirectMemory.Block memory;
    private final ByteBuffer buffer;

    Copying(Disk disk, Log log, DirectMemory.Block memory) {
        this.disk = disk;
        this.log = log;
        this.memory = memory;
        this.buffer = memory.bytes();
    }

    /** Lists these bytes of a body of this disk; what has left the log is appended anew. */
    void refer(DiskBody body, Extent wanted, int site, long bodyId, ExtentList.Builder extents)
            throws IOException {
        ExtentList list = body.list();
        for (int i = 0; i < list.size(); i++) {
            long from = Math.max(wanted.from(), list.from(i));
            long to = Math.min(wanted.to(), list.to(i));
            if (from >= to) {
                continue;
            }
            if (disk.table.get(list.address(i).segment()) != null) {
                extents.add(from, (int) (to - from), list.address(i));
            } else {
                copy(body.variant().key(), site, bodyId, body, new Extent(from, to), extents);
            }
        }
    }

    /** Appends bytes of a body anew. */
    void copy(
            CacheKey key,
            int site,
            long bodyId,
            OutsideBody body,
            Extent wanted,
            ExtentList.Builder extents)
            throws IOException {
        try (BodyReader reader = body.reader(wanted.from(), wanted.to())) {
            for (long at = wanted.from(); at < wanted.to(); ) {
                int length = log.nextPayload(wanted.to() - at);
                buffer.clear().limit(length);
                fill(reader);
                LogAddress address = log.extent(key, site, bodyId, at, Payload.of(buffer.flip()));
                // The buffer is used anew for the next one.
                log.flush();
                extents.add(at, length, address);
                at += length;
            }
        }
    }

    private void fill(BodyReader reader) throws IOException {
        while (buffer.hasRemaining()) {
            ByteBuffer next = reader.next();
            if (next == null) {
                await(reader);
            } else {
                int length = Math.min(next.remaining(), buffer.remaining());
                buffer.put(next.slice(next.position(), length));
                next.position(next.position() + length);
            }
        }
    }

    private static void await(BodyReader reader) throws IOException {
        if (reader.ended()) {
            throw new IOException("a body ended too early");
        }
        CountDownLatch readable = new CountDownLatch(1);
        reader.onReadable(readable::countDown);
        try {
            if (!readable.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a body could not be read in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}

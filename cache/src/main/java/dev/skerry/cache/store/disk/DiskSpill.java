package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.LowerTier.MemoryPart;
import dev.skerry.cache.store.LowerTier.Spill;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.segment.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A body on its way to disk. It holds the segments that it lies in. */
final class DiskSpill implements Spill {
    private final Disk disk;
    private final CacheKey key;
    private final int site;
    private final long start;
    private final ExtentList.Builder extents = new ExtentList.Builder(16);
    private final List<Segment> segments = new ArrayList<>();
    private long appended;
    private long written;
    private boolean failed;
    private boolean closed;
    private @Nullable Runnable wake;

    /**
     * @param start where in the representation its first byte lies
     */
    DiskSpill(Disk disk, CacheKey key, int site, long start) {
        this.disk = disk;
        this.key = key;
        this.site = site;
        this.start = start;
    }

    CacheKey key() {
        return key;
    }

    int site() {
        return site;
    }

    @Override
    public void append(MemoryPart bytes, int length) throws IOException {
        long at;
        synchronized (this) {
            at = start + appended;
            appended += length;
        }
        boolean taken = false;
        try {
            taken = !hasFailed() && disk.queue.put(new Change.Piece(this, bytes, at, length));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            bytes.close();
            failed();
            throw new IOException("the disk takes no more of this body");
        }
    }

    private synchronized boolean hasFailed() {
        return failed || closed;
    }

    /** On the writer's thread: bytes can be read back. */
    void written(long from, int length, LogAddress address) {
        Runnable told;
        synchronized (this) {
            if (failed || closed) {
                return;
            }
            Segment segment = disk.table.retain(address.segment());
            if (segment == null) {
                failed = true;
            } else if (from != start + written) {
                segment.release();
                failed = true;
            } else {
                hold(segment);
                extents.add(from, length, address);
                written += length;
            }
            told = wake;
            wake = null;
        }
        if (told != null) {
            told.run();
        }
    }

    private void hold(Segment segment) {
        if (!segments.isEmpty() && segments.getLast().number() == segment.number()) {
            segment.release();
        } else {
            segments.add(segment);
        }
    }

    /** On the writer's thread: nothing more will come. */
    void failed() {
        Runnable told;
        synchronized (this) {
            failed = true;
            told = wake;
            wake = null;
        }
        if (told != null) {
            told.run();
        }
    }

    @Override
    public synchronized long written() {
        return written;
    }

    @Override
    public void onWritten(Runnable next) {
        synchronized (this) {
            if (!failed) {
                wake = next;
                return;
            }
        }
        next.run();
    }

    @Override
    public synchronized OutsideBody body() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        for (Segment segment : segments) {
            if (!segment.retain()) {
                throw new IllegalStateException(segment + " was released while it was held");
            }
        }
        return new DiskBody(
                disk, new Variant(key, 0), -1, extents.build(), segments.toArray(Segment[]::new));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            segments.forEach(Segment::release);
            segments.clear();
        }
    }
}

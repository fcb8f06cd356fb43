package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.SegmentHeader;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One open segment file, reference-counted: the table of segments holds a reference as long as it
 * is part of the log, readers hold others. When the last one is given back the file is closed,
 * which frees the space of a file that has no name any more. Thread-safe.
 */
public final class Segment {
    private final SegmentHeader header;
    private final DeviceFile file;
    private final VerifiedBlocks verified;
    private final AtomicInteger references = new AtomicInteger(1);

    private volatile long end;
    private volatile boolean gone;

    /**
     * With the table's reference.
     *
     * @param size the most bytes that the file will have
     * @param end where its records end
     */
    Segment(SegmentHeader header, DeviceFile file, long size, long end) {
        this.header = header;
        this.file = file;
        this.verified = new VerifiedBlocks(size);
        this.end = end;
    }

    /** Its place in the order of the log. */
    public long number() {
        return header.number();
    }

    /** What each of its records carries. */
    public long stamp() {
        return header.stamp();
    }

    /** The file. */
    public DeviceFile file() {
        return file;
    }

    /** Which blocks have been read and found right since the process began. */
    public VerifiedBlocks verified() {
        return verified;
    }

    /** Where its records end, in bytes of the file. */
    public long end() {
        return end;
    }

    void end(long now) {
        end = now;
    }

    /** Whether it has left the log: nothing new may refer to it. */
    public boolean isGone() {
        return gone;
    }

    /** The address of a place in it. */
    public LogAddress address(int unit) {
        return LogAddress.of(number(), unit);
    }

    /** Takes a reference; false when the last one was given back. */
    public boolean retain() {
        int count = references.get();
        while (count > 0) {
            if (references.compareAndSet(count, count + 1)) {
                return true;
            }
            count = references.get();
        }
        return false;
    }

    /** Gives a reference back. */
    public void release() {
        int left = references.decrementAndGet();
        if (left == 0) {
            file.close();
        } else if (left < 0) {
            throw new IllegalStateException("segment " + number() + " was released too often");
        }
    }

    void leave() {
        gone = true;
    }

    @Override
    public String toString() {
        return "segment " + number();
    }
}

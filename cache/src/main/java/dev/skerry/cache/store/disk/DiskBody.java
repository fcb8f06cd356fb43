package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.segment.Segment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A body, or parts of one, on a disk; it holds the segments that its extents lie in. */
final class DiskBody implements OutsideBody {
    private final Disk disk;
    private final Variant variant;
    private final long slotAddress;
    private final ExtentList extents;
    private final Segment[] segments;
    private final AtomicInteger references = new AtomicInteger(1);

    /**
     * With a reference for the caller.
     *
     * @param slotAddress of the head that lists these extents, as the index has it; -1 for none
     * @param segments that the extents lie in; their references are this body's from now on
     */
    DiskBody(Disk disk, Variant variant, long slotAddress, ExtentList extents, Segment[] segments) {
        this.disk = disk;
        this.variant = variant;
        this.slotAddress = slotAddress;
        this.extents = extents;
        this.segments = segments;
    }

    Disk disk() {
        return disk;
    }

    Variant variant() {
        return variant;
    }

    ExtentList list() {
        return extents;
    }

    /** The segment that an extent lies in. */
    Segment segment(int extent) {
        long number = extents.address(extent).segment();
        for (Segment segment : segments) {
            if (segment.number() == number) {
                return segment;
            }
        }
        throw new IllegalStateException("segment " + number + " is not held");
    }

    /** Its bytes proved unreadable: nobody shall find it again. */
    void giveUp() {
        if (slotAddress >= 0) {
            disk.evict(variant, slotAddress);
        }
        disk.left(variant.key());
    }

    @Override
    public boolean hasLeft() {
        for (Segment segment : segments) {
            if (disk.table.get(segment.number()) == null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<Extent> extents() {
        return extents.joined();
    }

    @Override
    public BodyReader reader(long from, long to) {
        if (from < 0 || from > to || !covers(from, to)) {
            throw new IndexOutOfBoundsException("bytes " + from + " to " + to);
        }
        retain();
        return new DiskBodyReader(this, from, to);
    }

    private boolean covers(long from, long to) {
        long reached = from;
        for (int i = extents.floor(from);
                i >= 0 && i < extents.size() && reached < to && extents.from(i) <= reached;
                i++) {
            reached = Math.max(reached, extents.to(i));
        }
        return reached >= to;
    }

    @Override
    public void retain() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("the body was released");
        }
    }

    @Override
    public void release() {
        int left = references.decrementAndGet();
        if (left == 0) {
            Disk.release(segments);
        } else if (left < 0) {
            throw new IllegalStateException("the body was released too often");
        }
    }
}

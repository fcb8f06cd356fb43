package dev.skerry.cache.store.disk.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The segments of the log. Their numbers lie in a window that is no longer than the table, so the
 * slot of a segment is its number modulo the length. The writer's thread adds and removes; any
 * thread reads.
 */
public final class SegmentTable {
    private final AtomicReferenceArray<@Nullable Segment> slots;

    private final AtomicInteger count = new AtomicInteger();

    /** For at most so many. */
    public SegmentTable(int slots) {
        this.slots = new AtomicReferenceArray<>(slots);
    }

    /** How many there can be. */
    public int slots() {
        return slots.length();
    }

    /** How many there are. */
    public int count() {
        return count.get();
    }

    /** The slot of a segment's number. */
    public int slot(long number) {
        return (int) (number % slots.length());
    }

    /** The segment in a slot with a reference for the caller; null when there is none. */
    public @Nullable Segment retainSlot(int slot) {
        Segment segment = slots.get(slot);
        return segment != null && segment.retain() ? segment : null;
    }

    /** The segment of this number with a reference for the caller; null when it has left. */
    public @Nullable Segment retain(long number) {
        Segment segment = slots.get(slot(number));
        return segment != null && segment.number() == number && segment.retain() ? segment : null;
    }

    /** The numbers of those that there are, the oldest first; any thread. */
    public List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < slots.length(); i++) {
            Segment segment = slots.get(i);
            if (segment != null) {
                numbers.add(segment.number());
            }
        }
        numbers.sort(null);
        return numbers;
    }

    /** The segment of this number, for the writer's thread; null when it has left. */
    public @Nullable Segment get(long number) {
        Segment segment = slots.get(slot(number));
        return segment != null && segment.number() == number ? segment : null;
    }

    /** Whether a segment of this number would find its slot free. */
    boolean hasRoom(long number) {
        return slots.get(slot(number)) == null;
    }

    /** The oldest one, for the writer's thread; null when there is none. */
    public @Nullable Segment oldest() {
        Segment oldest = null;
        for (int i = 0; i < slots.length(); i++) {
            Segment segment = slots.get(i);
            if (segment != null && (oldest == null || segment.number() < oldest.number())) {
                oldest = segment;
            }
        }
        return oldest;
    }

    void add(Segment segment) {
        if (!slots.compareAndSet(slot(segment.number()), null, segment)) {
            throw new IllegalStateException(segment + " finds its slot taken");
        }
        count.incrementAndGet();
    }

    /** Takes one out of the log; gives the table's reference back. */
    public void remove(Segment segment) {
        if (!slots.compareAndSet(slot(segment.number()), segment, null)) {
            throw new IllegalStateException(segment + " is not in its slot");
        }
        count.decrementAndGet();
        segment.leave();
        segment.release();
    }

    /** Takes all out of the log. */
    public void clear() {
        for (int i = 0; i < slots.length(); i++) {
            Segment segment = slots.get(i);
            if (segment != null) {
                remove(segment);
            }
        }
    }
}

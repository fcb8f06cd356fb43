package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.policy.Admission;
import dev.skerry.cache.store.disk.policy.SiteShares;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentTable;
import dev.skerry.cache.store.head.HeadCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a disk tier share, and the rules by which versions replace each other.
 *
 * <p>A change of a variant is first noted as <em>pending</em>, then what the index says is removed,
 * then the change is queued. The writer does only what is pending still, puts into the index when
 * the bytes are written, and takes the note away last. So whoever finds an entry, reads it, then
 * finds nothing pending, then finds the entry in the index still, has what stands.
 */
final class Disk {
    final SegmentTable table;
    final DiskIndex index;
    final ReadBuffers buffers;
    final ReadThreads threads;
    final DiskClock clock;
    final DiskCounters counters;
    final ChangeQueue queue;

    final Survivors survivors;
    final SiteShares shares;
    final Admission admission;

    private final ConcurrentMap<Variant, Change.OfVariant> pending = new ConcurrentHashMap<>();

    /** For each hash of a key how many changes are pending, so that most keys need no look. */
    private final AtomicIntegerArray pendingKeys = new AtomicIntegerArray(1 << 12);

    private volatile Consumer<CacheKey> told = key -> {};

    /** Segments of smaller numbers were written by an earlier process. */
    private volatile long firstOwn;

    Disk(
            SegmentTable table,
            DiskIndex index,
            ReadBuffers buffers,
            ReadThreads threads,
            DiskClock clock,
            DiskCounters counters,
            ChangeQueue queue,
            Survivors survivors,
            SiteShares shares,
            Admission admission) {
        this.table = table;
        this.index = index;
        this.buffers = buffers;
        this.threads = threads;
        this.clock = clock;
        this.counters = counters;
        this.queue = queue;
        this.survivors = survivors;
        this.shares = shares;
        this.admission = admission;
    }

    /** Who is told of keys whose bytes have left. */
    void onLeft(Consumer<CacheKey> to) {
        told = to;
    }

    /** Bytes of this key are no longer where they were, or no longer readable. */
    void left(CacheKey key) {
        told.accept(key);
    }

    /** Segments from this number on are this process's. */
    void firstOwn(long number) {
        firstOwn = number;
    }

    /** The numbers of the segments to which nothing is appended any more, the oldest first. */
    List<Long> sealed() {
        List<Long> numbers = table.numbers();
        if (!numbers.isEmpty() && numbers.getLast() >= firstOwn) {
            numbers.removeLast();
        }
        return numbers;
    }

    /** Whether a head in a segment of this number may be given out, as far as revisions go. */
    boolean mayServe(long segment, ByteBuffer head) {
        return segment >= firstOwn
                || survivors.mayBeFromBefore(
                        head.getLong(HeadCodec.BORN_AT), head.getLong(HeadCodec.BORN_AT_LOCAL));
    }

    /** Whether there may be something under a key, now or soon. False is certain. */
    boolean mayHold(CacheKey key) {
        return index.contains(key) || pendingKeys.get(cell(key)) > 0;
    }

    private int cell(CacheKey key) {
        return (key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - 12);
    }

    private Change.@Nullable OfVariant note(Change.OfVariant change) {
        // Counted first, so that who finds the count zero finds nothing noted.
        int cell = cell(change.variant().key());
        pendingKeys.incrementAndGet(cell);
        Change.OfVariant before = pending.put(change.variant(), change);
        if (before != null) {
            pendingKeys.decrementAndGet(cell);
        }
        return before;
    }

    private boolean forget(Change.OfVariant change) {
        boolean was = pending.remove(change.variant(), change);
        if (was) {
            pendingKeys.decrementAndGet(cell(change.variant().key()));
        }
        return was;
    }

    /** An address as the index has it. */
    long slotAddress(LogAddress address) {
        return Address.of(table.slot(address.segment()), address.offset());
    }

    boolean isPending(Variant variant) {
        return pending.containsKey(variant);
    }

    /** Whether no change is pending, nor counted as such. */
    boolean isSettled() {
        for (int i = 0; i < pendingKeys.length(); i++) {
            if (pendingKeys.get(i) != 0) {
                return false;
            }
        }
        return pending.isEmpty();
    }

    /** The change of a variant that is pending; null for none. */
    Change.@Nullable OfVariant pending(Variant variant) {
        return pending.get(variant);
    }

    /** Whether a change is the last one of its variant. */
    boolean stands(Change.OfVariant change) {
        return change.equals(pending.get(change.variant()));
    }

    /** A change has been done, and the index says so. False if a later one is pending. */
    boolean done(Change.OfVariant change) {
        return forget(change);
    }

    /**
     * A response takes the place of what is stored of its variant.
     *
     * @return whether it will be written; if not, what is stored is removed
     */
    boolean replace(Change.Write write, boolean storable) {
        Variant variant = write.variant();
        Change.OfVariant before = note(write);
        boolean had = index.remove(variant.key(), variant.digest()) != DiskIndex.NONE;
        boolean proved = had || write.used() || write.isBelow();
        boolean admitted =
                storable && admission.admits(variant.key(), write.site(), write.length(), proved);
        if (admitted && queue.offer(write)) {
            counters.count(Event.TAKEN);
            return true;
        }
        counters.count(admitted ? Event.QUEUE_FULL : Event.NOT_ADMITTED);
        bury(write, had || before != null);
        return false;
    }

    /** What is stored of a variant is gone. */
    void remove(Variant variant) {
        Change.Remove remove = new Change.Remove(variant);
        Change.OfVariant before = note(remove);
        boolean had = index.remove(variant.key(), variant.digest()) != DiskIndex.NONE;
        queueRemoval(remove, had || before != null);
    }

    /** A record proved unreadable, or was given up: it is forgotten if it stands still. */
    void evict(Variant variant, long slotAddress) {
        Change.Remove remove = new Change.Remove(variant);
        pendingKeys.incrementAndGet(cell(variant.key()));
        if (pending.putIfAbsent(variant, remove) != null) {
            pendingKeys.decrementAndGet(cell(variant.key()));
            index.removeAt(variant.key(), slotAddress);
            return;
        }
        boolean had = index.removeAt(variant.key(), slotAddress);
        queueRemoval(remove, had);
    }

    /** A change that was to be done could not be: nothing of the variant is stored. */
    void bury(Change.OfVariant failed, boolean needed) {
        Change.Remove remove = new Change.Remove(failed.variant());
        if (pending.replace(failed.variant(), failed, remove)) {
            queueRemoval(remove, needed);
        }
    }

    private void queueRemoval(Change.Remove remove, boolean needed) {
        if (!needed) {
            forget(remove);
        } else if (!queue.offer(remove)) {
            counters.count(Event.TOMBSTONES_LOST);
            forget(remove);
        }
    }

    /** There is no record any more where an entry points: its segment has left. */
    void forget(CacheKey key, long slotAddress) {
        index.removeAt(key, slotAddress);
    }

    /**
     * A record could not be read, so that what it says of its variant is not known: the entry does.
     * A restart may find it readable again, when its variant has been removed long since.
     */
    void unreadable(CacheKey key, long slotAddress) {
        int variant = index.variantAt(key, slotAddress);
        if (variant >= 0) {
            evict(new Variant(key, variant), slotAddress);
        }
    }

    /** The segments that an extent list names, each with a reference; null if one has left. */
    Segment @Nullable [] retain(ExtentList extents) {
        Segment[] held = new Segment[0];
        for (int i = 0; i < extents.size(); i++) {
            long number = extents.address(i).segment();
            if (holds(held, number)) {
                continue;
            }
            Segment segment = table.retain(number);
            if (segment == null) {
                release(held);
                return null;
            }
            held = Arrays.copyOf(held, held.length + 1);
            held[held.length - 1] = segment;
        }
        return held;
    }

    static void release(Segment[] held) {
        for (Segment segment : held) {
            segment.release();
        }
    }

    private static boolean holds(Segment[] held, long number) {
        for (Segment segment : held) {
            if (segment.number() == number) {
                return true;
            }
        }
        return false;
    }
}

package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.policy.SiteBytes;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentEntries;
import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes room at the beginning of the log: the oldest segment goes, what of it is worth keeping is
 * appended anew first. For the writer's thread.
 */
final class Reclaiming implements Log.Space, AutoCloseable {
    /** Segments that are kept free, so that what is kept finds room before its segment has gone. */
    private static final int KEPT_FREE = 1;

    private final Disk disk;
    private final Device device;
    private final int mostSegments;
    private final SegmentEntries entries;
    private final DirectMemory.Block memory;
    private @Nullable Reinserting reinserting;
    private boolean busy;

    /**
     * @param memory what the entries are read into; its own from here on
     */
    Reclaiming(
            Disk disk,
            Device device,
            int mostSegments,
            SegmentEntries entries,
            DirectMemory.Block memory) {
        this.memory = memory;
        this.disk = disk;
        this.device = device;
        this.mostSegments = mostSegments;
        this.entries = entries;
    }

    @Override
    public void close() {
        memory.close();
    }

    /** Whatever keeps responses appends to the log, which needs this to make room. */
    void reinserts(Reinserting by) {
        reinserting = by;
    }

    @Override
    public void makeRoom(long number) throws IOException {
        if (busy) {
            return;
        }
        busy = true;
        try {
            Segment oldest = disk.table.oldest();
            while (oldest != null && !hasRoom(number, oldest)) {
                disk.admission.roomy(false);
                reclaim(oldest);
                oldest = disk.table.oldest();
            }
        } finally {
            busy = false;
        }
    }

    /** Numbers of segments that could not be begun are not given again, so they count. */
    private boolean hasRoom(long number, Segment oldest) {
        return disk.table.count() < mostSegments - KEPT_FREE
                && number - oldest.number() < mostSegments;
    }

    /** The device is full before the disk is: the oldest segment goes. */
    void giveUpOldest() {
        Segment oldest = disk.table.oldest();
        try {
            if (oldest != null && disk.table.count() > 1) {
                drop(oldest);
            }
        } catch (IOException e) {
            disk.counters.count(Event.WRITE_FAILED);
        }
    }

    private void reclaim(Segment segment) throws IOException {
        Reinserting by = reinserting;
        if (by != null) {
            // What is kept counts anew: a floor is not filled by what is about to leave.
            SiteBytes had = disk.shares.left(segment.number());
            try {
                reinsert(segment, by);
            } catch (IOException e) {
                disk.shares.stayed(segment.number(), had);
                throw e;
            }
        }
        drop(segment);
    }

    private void reinsert(Segment segment, Reinserting by) throws IOException {
        by.begin(segment);
        try {
            entries.of(segment, by::entry);
        } catch (IOException e) {
            // What could not be read, or be written anew, is not kept.
            disk.counters.count(Event.READ_FAILED);
        }
        by.end();
    }

    /** Takes it out of the log, and then tells of the keys whose bytes lay in it. */
    private void leave(Segment segment) {
        boolean readable = segment.retain();
        disk.table.remove(segment);
        if (!readable) {
            return;
        }
        try {
            entries.of(
                    segment,
                    entry -> {
                        if (entry.kind() != Kind.TOMBSTONE) {
                            disk.left(entry.key());
                        }
                    });
        } catch (IOException e) {
            // Who holds something of it keeps its file until then.
            disk.counters.count(Event.READ_FAILED);
        } finally {
            segment.release();
        }
    }

    private void drop(Segment segment) throws IOException {
        int slot = disk.table.slot(segment.number());
        long gone = disk.index.removeAll(address -> Address.segment(address) == slot);
        disk.counters.add(Event.RECLAIMED, gone);
        disk.counters.count(Event.SEGMENTS_RECLAIMED);
        disk.shares.left(segment.number());
        leave(segment);
        device.delete(SegmentFiles.name(segment.number()));
        // Before a tombstone of a later segment may go, what it was for has to be gone for good.
        device.sync();
    }
}

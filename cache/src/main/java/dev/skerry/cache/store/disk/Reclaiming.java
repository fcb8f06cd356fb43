package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;

/** Makes room at the beginning of the log. For the writer's thread. */
final class Reclaiming implements Log.Space {
    private final Disk disk;
    private final Device device;
    private final int mostSegments;

    Reclaiming(Disk disk, Device device, int mostSegments) {
        this.disk = disk;
        this.device = device;
        this.mostSegments = mostSegments;
    }

    @Override
    public void makeRoom() throws IOException {
        while (disk.table.count() >= mostSegments) {
            Segment oldest = disk.table.oldest();
            if (oldest == null) {
                return;
            }
            reclaim(oldest);
        }
    }

    /** The device is full before the disk is: the oldest segment goes. */
    void giveUpOldest() {
        Segment oldest = disk.table.oldest();
        try {
            if (oldest != null && disk.table.count() > 1) {
                reclaim(oldest);
            }
        } catch (IOException e) {
            disk.counters.count(Event.WRITE_FAILED);
        }
    }

    private void reclaim(Segment segment) throws IOException {
        int slot = disk.table.slot(segment.number());
        long gone = disk.index.removeAll(address -> Address.segment(address) == slot);
        disk.counters.add(Event.RECLAIMED, gone);
        disk.counters.count(Event.SEGMENTS_RECLAIMED);
        disk.table.remove(segment);
        device.delete(SegmentFiles.name(segment.number()));
    }
}

package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentEntries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads sealed segments one after the other, the oldest first, round and round, each byte once a
 * pass; what proves damaged is forgotten before anybody asks for it. For one thread.
 *
 * <p>Segments that are sealed during a pass are for the next one, else a busy disk would never see
 * the end. The first pass after a start begins anywhere, so that a process which is restarted often
 * comes round to everything as well; it counts as a pass only if that was the beginning.
 */
final class Scrubbing {
    /**
     * So many bytes are waited for at a time, and the end of the disk noticed after: at the slowest
     * pace a large read is followed by many seconds, in which a file is held.
     */
    private static final int STRIDE = 64 << 10;

    private final Disk disk;
    private final CountDownLatch closed;

    /** The number from which on the pass has to go, and the last one that it takes; 0 for none. */
    private long next;

    private long last;
    private boolean whole;
    private boolean began;

    private volatile ScrubProgress progress = ScrubProgress.NONE;

    /**
     * @param closed opens when nothing more is to be read
     */
    Scrubbing(Disk disk, CountDownLatch closed) {
        this.disk = disk;
        this.closed = closed;
    }

    /** How far it has come; any thread. */
    ScrubProgress progress() {
        return progress;
    }

    /**
     * Reads one segment.
     *
     * @return false when there is none that is sealed, or reading has stopped
     */
    boolean segment(ScrubPace pace) {
        List<Long> sealed = disk.sealed();
        if (sealed.isEmpty()) {
            return false;
        }
        Long number = due(sealed);
        if (number == null) {
            begin(sealed);
            number = next;
        }
        if (!read(number, pace)) {
            return false;
        }
        next = number + 1;
        boolean ended = due(sealed) == null;
        if (ended && whole) {
            long now = disk.clock.wall().getAsLong();
            progress = new ScrubProgress(0, progress.passes() + 1, now);
        } else {
            double position = ended ? 0 : position(sealed);
            progress = new ScrubProgress(position, progress.passes(), progress.lastPassMillis());
        }
        return true;
    }

    /** The next one of this pass; null when it has ended. */
    private @Nullable Long due(List<Long> sealed) {
        for (Long number : sealed) {
            if (number >= next && number <= last) {
                return number;
            }
        }
        return null;
    }

    private void begin(List<Long> sealed) {
        int first = 0;
        if (!began) {
            first = (int) Math.floorMod(disk.clock.wall().getAsLong(), (long) sealed.size());
        }
        began = true;
        whole = first == 0;
        next = sealed.get(first);
        last = sealed.getLast();
    }

    private double position(List<Long> sealed) {
        long all = sealed.stream().filter(number -> number <= last).count();
        long read = sealed.stream().filter(number -> number < next).count();
        return (double) read / all;
    }

    /** Whether it was read to its end, or has left. */
    private boolean read(long number, ScrubPace pace) {
        Segment segment = disk.table.retain(number);
        if (segment == null) {
            return true;
        }
        try (ReadBuffers.Lease ofEntries = disk.buffers.takeAnyway(HeadRecord.MAX_BYTES);
                ReadBuffers.Lease ofRecords = disk.buffers.takeAnyway(HeadRecord.MAX_BYTES)) {
            SegmentEntries.Reading reading = (file, into, at) -> read(file, into, at, pace);
            ScrubWindow window = new ScrubWindow(reading, segment, ofRecords.bytes());
            ScrubbedRecord record = new ScrubbedRecord(disk, segment, window);
            new SegmentEntries(ofEntries.bytes(), reading).of(segment, record::check);
        } catch (ScrubStopped e) {
            return false;
        } catch (IOException e) {
            // Its records are checked when somebody asks for them.
            disk.counters.count(Event.READ_FAILED);
        } finally {
            segment.release();
        }
        return true;
    }

    private void read(DeviceFile file, ByteBuffer into, long at, ScrubPace pace)
            throws IOException {
        if (closed.getCount() == 0) {
            throw new ScrubStopped();
        }
        int bytes = into.remaining();
        file.readAside(into, at);
        disk.counters.add(Event.BYTES_SCRUBBED, bytes);
        for (int left = bytes; left > 0; left -= STRIDE) {
            if (!pace.read(Math.min(left, STRIDE)) || closed.getCount() == 0) {
                throw new ScrubStopped();
            }
        }
    }
}

package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.DeviceFullException;
import dev.skerry.cache.store.disk.format.LogAddress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that appends, puts into the index, and reclaims. */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    /** The least time between two lines of the log about failed writes. */
    private static final long QUIET_MILLIS = 10_000;

    private final Disk disk;
    private final Log log;
    private final ResponseWriting responses;
    private final Reclaiming reclaiming;
    private final Thread thread;
    private final FullDevice full = new FullDevice();

    /** Removals that wait until there is room again: what they are of is given out to nobody. */
    private final ArrayDeque<Change.Remove> deferred = new ArrayDeque<>();

    /** Removals whose tombstones were lost in the failure that is about to be dealt with. */
    private final List<Change.Remove> unwritten = new ArrayList<>();

    private boolean troubled;
    private long tellAgainAt = Long.MIN_VALUE;
    private int untold;

    Writer(
            Disk disk,
            Log log,
            ResponseWriting responses,
            Reclaiming reclaiming,
            ThreadFactory threads) {
        this.disk = disk;
        this.log = log;
        this.responses = responses;
        this.reclaiming = reclaiming;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until everything is written that was queued, but not for ever. */
    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private void run() {
        try {
            for (Change next = disk.queue.take(); next != null; next = disk.queue.take()) {
                batch(next);
            }
            List<Change.Remove> last = List.copyOf(deferred);
            deferred.clear();
            last.forEach(this::attempt);
            log.seal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("the last segment was not sealed: {}", e.getMessage());
        } finally {
            log.close();
            unwritten.forEach(this::lost);
            responses.close();
            reclaiming.close();
        }
    }

    /** Does changes until none is queued; what they append is written in large pieces. */
    private void batch(Change first) {
        troubled = false;
        LogAddress before = log.next();
        for (Change next = first; next != null; next = disk.queue.poll()) {
            retry();
            attempt(next);
        }
        flush();
        // Some wait for bytes that failed while room was made, which went on without them.
        List<Change.Remove> again = List.copyOf(unwritten);
        unwritten.clear();
        again.forEach(this::attempt);
        flush();
        unwritten.forEach(this::lost);
        unwritten.clear();
        if (!troubled && !before.equals(log.next())) {
            full.wrote();
        }
    }

    /** What waited for room comes first when there may be some. */
    private void retry() {
        for (int left = deferred.size(); left > 0 && !isPaused(); left--) {
            attempt(deferred.remove());
        }
    }

    private void flush() {
        try {
            log.flush();
        } catch (IOException e) {
            failed(e);
        }
    }

    private boolean isPaused() {
        return full.isPaused(disk.clock.mono());
    }

    private void attempt(Change change) {
        try {
            apply(change);
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException e) {
            LOG.error("a change was not written", e);
            disk.counters.count(Event.WRITE_FAILED);
            if (change instanceof Change.Remove remove) {
                lost(remove);
            }
        }
        if (change instanceof Change.Await await) {
            await.written().countDown();
        }
    }

    private void apply(Change change) throws IOException {
        switch (change) {
            case Change.Write write -> {
                if (isPaused()) {
                    disk.counters.count(Event.DEVICE_FULL);
                    responses.refuse(write);
                } else {
                    responses.write(write);
                }
            }
            case Change.Remove remove -> remove(remove);
            case Change.Piece piece -> {
                if (isPaused()) {
                    disk.counters.count(Event.DEVICE_FULL);
                    responses.refuse(piece);
                } else {
                    responses.write(piece);
                }
            }
            case Change.Await await -> log.flush();
        }
    }

    private void remove(Change.Remove remove) throws IOException {
        if (!disk.stands(remove)) {
            disk.counters.count(Event.SUPERSEDED);
            return;
        }
        if (isPaused()) {
            defer(remove);
            return;
        }
        try {
            log.tombstone(remove.variant());
        } catch (IOException e) {
            unwritten.add(remove);
            throw e;
        }
        log.whenWritten(() -> disk.done(remove), () -> unwritten.add(remove));
    }

    private void defer(Change.Remove remove) {
        if (deferred.size() < ChangeQueue.MOST_REMOVES) {
            deferred.add(remove);
        } else {
            lost(remove);
        }
    }

    private void lost(Change.Remove remove) {
        disk.counters.count(Event.TOMBSTONES_LOST);
        disk.done(remove);
    }

    private void failed(IOException e) {
        tell(e);
        troubled = true;
        disk.counters.count(Event.WRITE_FAILED);
        boolean noRoom = e instanceof DeviceFullException;
        unwritten.forEach(noRoom ? this::defer : this::lost);
        unwritten.clear();
        if (noRoom && full.failed(disk.clock.mono())) {
            reclaiming.giveUpOldest();
        }
    }

    /** A full disk fails many times a second; the counter tells of each. */
    private void tell(IOException e) {
        untold++;
        long now = disk.clock.mono();
        if (now >= tellAgainAt) {
            LOG.warn(
                    "a write to the disk failed ({} since the last line): {}",
                    untold,
                    e.getMessage());
            untold = 0;
            tellAgainAt = now + QUIET_MILLIS;
        }
    }
}

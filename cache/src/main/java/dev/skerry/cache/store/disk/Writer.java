package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.DeviceFullException;
import java.io.IOException;
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
            log.seal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("the last segment was not sealed: {}", e.getMessage());
        } finally {
            log.close();
            responses.close();
            reclaiming.close();
        }
    }

    /** Does changes until none is queued; what they append is written in large pieces. */
    private void batch(Change first) {
        for (Change next = first; next != null; next = disk.queue.poll()) {
            attempt(next);
        }
        try {
            log.flush();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void attempt(Change change) {
        try {
            apply(change);
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException e) {
            LOG.error("a change was not written", e);
            disk.counters.count(Event.WRITE_FAILED);
        }
    }

    private void apply(Change change) throws IOException {
        switch (change) {
            case Change.Write write -> responses.write(write);
            case Change.Remove remove -> remove(remove);
            case Change.Piece piece -> responses.write(piece);
            case Change.Await await -> {
                try {
                    log.flush();
                } finally {
                    await.written().countDown();
                }
            }
        }
    }

    private void remove(Change.Remove remove) throws IOException {
        if (!disk.stands(remove)) {
            disk.counters.count(Event.SUPERSEDED);
            return;
        }
        try {
            log.tombstone(remove.variant());
        } catch (IOException e) {
            lost(remove);
            throw e;
        }
        log.whenWritten(() -> disk.done(remove), () -> lost(remove));
    }

    private void lost(Change.Remove remove) {
        disk.counters.count(Event.TOMBSTONES_LOST);
        disk.done(remove);
    }

    private void failed(IOException e) {
        tell(e);
        disk.counters.count(Event.WRITE_FAILED);
        if (e instanceof DeviceFullException) {
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

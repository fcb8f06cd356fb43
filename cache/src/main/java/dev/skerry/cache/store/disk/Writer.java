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

    private final Disk disk;
    private final Log log;
    private final ResponseWriting responses;
    private final Reclaiming reclaiming;
    private final Thread thread;

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
        LOG.warn("a write to the disk failed: {}", e.getMessage());
        disk.counters.count(Event.WRITE_FAILED);
        if (e instanceof DeviceFullException) {
            reclaiming.giveUpOldest();
        }
    }
}

package dev.skerry.proxy.log;

import dev.skerry.net.metrics.Counter;
import dev.skerry.net.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue and the thread that empties it. Producers only wake the writer when the queue is
 * half full: it looks by itself every {@link #LOOK}, which spares the request's thread a system
 * call.
 */
final class QueuedLog implements AccessLog {
    /** Entries that may wait. */
    static final int CAPACITY = 16_384;

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final int FLUSH_BYTES = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private final Queue<AccessEntry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int capacity;
    private final LineBuffer lines;
    private final LogSink sink;
    private final Counter dropped;
    private final Counter failures;
    private final Thread writer;

    private volatile boolean reopen;
    private volatile boolean closed;

    /** Of the writer's thread: the last write failed, perhaps in the middle of a line. */
    private boolean torn;

    /** Of the writer's thread: something fails, and that has been said. */
    private boolean warned;

    QueuedLog(String node, LogSink sink, int capacity, Metrics metrics) {
        this.capacity = capacity;
        this.lines = new LineBuffer(node);
        this.sink = sink;
        this.dropped =
                metrics.counter(
                        "skerry_access_log_dropped_total",
                        "Access log lines dropped because the writer fell behind or failed.");
        this.failures =
                metrics.counter(
                        "skerry_access_log_failures_total",
                        "Failed attempts to write or reopen the access log.");
        this.writer = Thread.ofPlatform().name("access-log").daemon().start(this::run);
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public void log(AccessEntry entry) {
        int ahead = waiting.getAndIncrement();
        if (ahead >= capacity || closed) {
            waiting.decrementAndGet();
            dropped.increment();
            return;
        }
        queue.add(entry);
        if (ahead == capacity / 2) {
            LockSupport.unpark(writer);
        }
    }

    @Override
    public void reopen() {
        reopen = true;
        LockSupport.unpark(writer);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            if (!writer.join(CLOSE_WAIT)) {
                LOG.warn("the access log's last lines could not be written in {}", CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            // Read before the queue: what was logged before close() is then seen below.
            boolean last = closed;
            if (reopen) {
                reopen = false;
                follow(true);
            }
            drain();
            if (last) {
                break;
            }
            if (waiting.get() == 0 && !closed && !reopen) {
                LockSupport.parkNanos(this, LOOK.toNanos());
            }
        }
        try {
            sink.close();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void drain() {
        int count = 0;
        for (AccessEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
            waiting.decrementAndGet();
            lines.append(entry);
            count++;
            if (lines.length() >= FLUSH_BYTES) {
                flush(count);
                count = 0;
            }
        }
        if (count > 0) {
            flush(count);
        }
    }

    private void flush(int count) {
        boolean followed = follow(false);
        try {
            sink.write(lines.bytes(), lines.length());
            torn = false;
            warned = warned && !followed;
        } catch (IOException e) {
            dropped.add(count);
            torn = true;
            failed(e);
        }
        lines.clear();
        if (torn) {
            lines.lineBreak();
        }
    }

    private boolean follow(boolean force) {
        try {
            sink.follow(force);
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    /** Said once for a row of failures: the counter has the rest. */
    private void failed(IOException e) {
        failures.increment();
        if (!warned) {
            warned = true;
            LOG.warn("the access log cannot be written: {}", e.toString());
        }
    }
}

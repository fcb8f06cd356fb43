package dev.skerry.cache.store.disk;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What waits for the writer's thread, in order, and bounded. Thread-safe. */
final class ChangeQueue {
    /** Room for changes that hold no memory, beside those that do. */
    static final int MOST_REMOVES = 1 << 16;

    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final long mostBytes;
    private final int mostWrites;
    private long bytes;
    private int writes;
    private boolean closed;

    ChangeQueue(long mostBytes, int mostWrites) {
        this.mostBytes = mostBytes;
        this.mostWrites = mostWrites;
    }

    /** Whether the change was taken. One that is larger than all room is taken when alone. */
    synchronized boolean offer(Change change) {
        if (closed || !hasRoom(change)) {
            return false;
        }
        add(change);
        return true;
    }

    /** Waits for room; false when the queue is closed. */
    synchronized boolean put(Change change) throws InterruptedException {
        while (!closed && !hasRoom(change)) {
            wait();
        }
        return offer(change);
    }

    private boolean hasRoom(Change change) {
        if (isWrite(change)) {
            return writes < mostWrites && (bytes == 0 || bytes + change.bytes() <= mostBytes);
        }
        return changes.size() - writes < MOST_REMOVES;
    }

    private static boolean isWrite(Change change) {
        return change instanceof Change.Write || change instanceof Change.Piece;
    }

    private void add(Change change) {
        changes.add(change);
        bytes += change.bytes();
        writes += isWrite(change) ? 1 : 0;
        notifyAll();
    }

    /** Takes the next one without waiting; null when there is none. */
    synchronized @Nullable Change poll() {
        Change change = changes.poll();
        if (change != null) {
            bytes -= change.bytes();
            writes -= isWrite(change) ? 1 : 0;
            notifyAll();
        }
        return change;
    }

    /** Waits for the next one; null when the queue is closed and empty. */
    synchronized @Nullable Change take() throws InterruptedException {
        while (changes.isEmpty() && !closed) {
            wait();
        }
        return poll();
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Takes nothing more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}

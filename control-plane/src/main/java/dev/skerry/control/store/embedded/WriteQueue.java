package dev.skerry.control.store.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the writer: bounded, in order. Thread-safe. */
final class WriteQueue {
    /** Beyond this who wants to write waits for room. */
    static final int MOST_WAITING = 1024;

    /** The most that share a transaction. */
    static final int MOST_TOGETHER = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final ArrayDeque<Work<?>> waiting = new ArrayDeque<>();
    private boolean closed;

    /**
     * Adds work; waits for room.
     *
     * @throws IOException when this is closed, or the thread was interrupted while it waited
     */
    void put(Work<?> work) throws IOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        try {
            while (waiting.size() >= MOST_WAITING && !closed) {
                notFull.await();
            }
            if (closed) {
                throw new IOException("the control store is closed");
            }
            waiting.add(work);
            notEmpty.signal();
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    /** The next, at least one; none when this is closed and everything has been taken. */
    List<Work<?>> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                notEmpty.awaitUninterruptibly();
            }
            List<Work<?>> taken = new ArrayList<>();
            while (!waiting.isEmpty() && taken.size() < MOST_TOGETHER) {
                taken.add(waiting.remove());
            }
            notFull.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted before anything was written");
    }
}

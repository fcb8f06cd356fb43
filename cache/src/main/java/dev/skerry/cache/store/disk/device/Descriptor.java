package dev.skerry.cache.store.disk.device;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A descriptor of the system that is closed when its last user has left: a number that is closed
 * under a reader may be another file's at once.
 */
final class Descriptor {
    private static final int CLOSED = 1 << 30;

    private final Posix posix;
    private final int number;
    private final AtomicInteger users = new AtomicInteger();

    Descriptor(Posix posix, int number) {
        this.posix = posix;
        this.number = number;
    }

    /** The number, to be given back by {@link #leave}; -1 if it is closed. */
    int enter() {
        if ((users.getAndIncrement() & CLOSED) == 0) {
            return number;
        }
        leave();
        return -1;
    }

    void leave() {
        if (users.decrementAndGet() == CLOSED) {
            closeOnce();
        }
    }

    void close() {
        int before = users.getAndUpdate(state -> state | CLOSED);
        if (before == 0) {
            closeOnce();
        }
    }

    /** A late reader passes through the closed state again: only one of them closes. */
    private void closeOnce() {
        if (users.compareAndSet(CLOSED, CLOSED | (CLOSED >> 1))) {
            posix.close(number);
        }
    }
}

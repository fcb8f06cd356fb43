package dev.skerry.control.store.etcd;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever wants to hear of changes, on a thread of its own: they may read the store, and
 * neither the writer nor the watch has to wait for that. Each new head is told once, and several
 * that come meanwhile are one.
 */
final class Wakes {
    private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);

    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Semaphore news = new Semaphore(0);
    private final Object lock = new Object();
    private final Thread thread;
    private long newest;
    private volatile boolean closed;

    /**
     * Tells of what is newer.
     *
     * @param newest etcd's revision of the head that is known already
     */
    Wakes(long newest) {
        this.newest = newest;
        this.thread = Thread.ofPlatform().daemon().name("etcd wakes").unstarted(this::run);
        thread.start();
    }

    void add(Runnable listener) {
        listeners.add(listener);
    }

    /** A head was seen that was written at this revision of etcd's. */
    void seen(long modified) {
        synchronized (lock) {
            if (modified <= newest) {
                return;
            }
            newest = modified;
        }
        news.release();
    }

    /** The newest that was seen. */
    long newest() {
        synchronized (lock) {
            return newest;
        }
    }

    void close() {
        closed = true;
        news.release();
    }

    private void run() {
        while (true) {
            news.acquireUninterruptibly();
            news.drainPermits();
            if (closed) {
                return;
            }
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException e) {
                    LOG.error("whoever wanted to hear of changes failed", e);
                }
            }
        }
    }
}

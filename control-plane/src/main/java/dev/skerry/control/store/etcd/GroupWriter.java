package dev.skerry.control.store.etcd;

import dev.skerry.control.store.UnknownOutcome;
import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of this process that writes. What waits while a transaction is under way shares
 * the next one, so that a hundred callers wait for one round and not for a hundred.
 */
final class GroupWriter {
    /** Beyond this who wants to write waits for room. */
    static final int MOST_WAITING = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private final Committer committer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Pending<?>> waiting = new ArrayList<>();
    private final Thread thread;
    private boolean closed;
    private boolean failing;

    GroupWriter(Committer committer) {
        this.committer = committer;
        this.thread = Thread.ofPlatform().daemon().name("etcd writer").unstarted(this::runAll);
        thread.start();
    }

    /**
     * Hands work over; {@link Pending#await} says what became of it.
     *
     * @throws IOException when this is closed, or the thread was interrupted while it waited
     */
    <T> Pending<T> submit(Pending.Task<T> task) throws IOException {
        Pending<T> work = new Pending<>(task);
        lock.lock();
        try {
            while (waiting.size() >= MOST_WAITING && !closed) {
                changed.await();
            }
            if (closed) {
                throw closedAlready();
            }
            waiting.add(work);
            changed.signalAll();
            return work;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before anything was written");
        } finally {
            lock.unlock();
        }
    }

    /** Does what was handed over, then ends. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void runAll() {
        try {
            for (List<Pending<?>> all = look(); !all.isEmpty(); all = look()) {
                commit(all);
            }
        } finally {
            // Only a mistake in here ends this early; then nobody may wait for ever.
            lock.lock();
            try {
                closed = true;
                waiting.forEach(work -> work.failed(closedAlready()));
                waiting.clear();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** What waits, at least one; none when this is closed and everything has been done. */
    private List<Pending<?>> look() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<Pending<?>> all) {
        try {
            done(committer.commit(all));
            if (failing) {
                LOG.info("the control store in etcd can be written again");
            }
            failing = false;
        } catch (IOException e) {
            boolean refused = e instanceof EtcdFailure failure && failure.kind() == Kind.REFUSED;
            if (refused && all.size() > 1) {
                // Perhaps one of them alone is at fault.
                commit(all.subList(0, 1));
                return;
            }
            if (!failing) {
                LOG.error("the control store in etcd cannot be written: {}", e.getMessage());
            }
            failing = true;
            IOException told = told(e);
            all.forEach(work -> work.failed(told));
            done(all.size());
        } catch (RuntimeException | Error e) {
            LOG.error("the writer failed", e);
            committer.forget();
            all.forEach(work -> work.failed(new IOException("the control store has failed", e)));
            done(all.size());
        }
    }

    /**
     * Those that did not even fit the transaction are told the same: each would wait as long to
     * hear it.
     */
    private static IOException told(IOException e) {
        boolean perhaps = e instanceof EtcdFailure failure && failure.perhapsDone();
        return perhaps ? new UnknownOutcome(e.getMessage(), e) : e;
    }

    private void done(int count) {
        lock.lock();
        try {
            waiting.subList(0, count).clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static IOException closedAlready() {
        return new IOException("the control store is closed");
    }
}

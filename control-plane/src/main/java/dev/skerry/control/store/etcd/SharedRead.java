package dev.skerry.control.store.etcd;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A read that begins after it was asked for, and is shared by all who asked before it began: one is
 * under way at a time, whoever comes meanwhile waits for the next.
 */
final class SharedRead<T> {
    private final Source<T> source;
    private final ReentrantLock underWay = new ReentrantLock();
    private final Object lock = new Object();
    private @Nullable CompletableFuture<T> next;

    SharedRead(Source<T> source) {
        this.source = source;
    }

    /** What is read. */
    @FunctionalInterface
    interface Source<T> {
        T read() throws IOException;
    }

    T get() throws IOException {
        CompletableFuture<T> round;
        boolean mine = false;
        synchronized (lock) {
            round = next;
            if (round == null) {
                round = new CompletableFuture<>();
                next = round;
                mine = true;
            }
        }
        if (mine) {
            run(round);
        }
        try {
            return round.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IOException(failure.getMessage(), failure);
            }
            throw e;
        }
    }

    private void run(CompletableFuture<T> round) {
        underWay.lock();
        try {
            synchronized (lock) {
                // Whoever asks from now on may want to know of what happens from now on.
                next = null;
            }
            round.complete(source.read());
        } catch (IOException | RuntimeException | Error e) {
            round.completeExceptionally(e);
        } finally {
            underWay.unlock();
        }
    }
}

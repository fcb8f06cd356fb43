package dev.skerry.cache.store.disk;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that wait for the device, so that no other has to. Thread-safe. */
final class ReadThreads implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;
    private static final long PATIENCE_SECONDS = 5;

    private final ThreadPoolExecutor executor;
    private final int mostLooks;
    private final AtomicInteger looks = new AtomicInteger();

    ReadThreads(int threads, int mostLooks, ThreadFactory factory) {
        this.mostLooks = mostLooks;
        executor =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        factory);
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs a look, unless too many wait already; whether it will run. */
    boolean look(Runnable task) {
        if (looks.incrementAndGet() <= mostLooks
                && run(() -> {
                    looks.decrementAndGet();
                    task.run();
                })) {
            return true;
        }
        looks.decrementAndGet();
        return false;
    }

    /**
     * Runs a read for somebody who is in the middle of a body: there are no more of them than
     * clients.
     *
     * @return false when the disk is closed
     */
    boolean run(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow().forEach(Runnable::run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

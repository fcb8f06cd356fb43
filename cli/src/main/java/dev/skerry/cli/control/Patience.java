package dev.skerry.cli.control;

import dev.skerry.cache.engine.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pauses between questions, ever longer ones, until a time is up. */
public final class Patience {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final TimeSource time = TimeSource.system();
    private final long end;
    private long next = FIRST_NANOS;

    /** From now on, for so long. */
    public Patience(Duration wait) {
        this.end = time.nanoTime() + wait.toNanos();
    }

    /** Pauses; false, at once, when the time is up. */
    public boolean pause() throws InterruptedException {
        long left = end - time.nanoTime();
        if (left <= 0) {
            return false;
        }
        boolean never = new CountDownLatch(1).await(Math.min(next, left), TimeUnit.NANOSECONDS);
        next = Math.min(next + next / 2, LONGEST_NANOS);
        return !never;
    }
}

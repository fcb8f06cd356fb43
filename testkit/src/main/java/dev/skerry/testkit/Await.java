package dev.skerry.testkit;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A bounded wait for something that offers no event to wait for. */
public final class Await {
    private static final long PAUSE_NANOS = 2_000_000;

    private Await() {}

    /** A condition that may do I/O. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it holds now. */
        boolean holds() throws Exception;
    }

    /**
     * Waits until the condition holds.
     *
     * @param what completes the sentence "… did not happen"
     * @throws AssertionError after 30 seconds
     */
    public static void until(String what, Condition condition) throws Exception {
        until(what, condition, () -> "");
    }

    /** The same, with words about the present state for the failure message. */
    public static void until(String what, Condition condition, Supplier<String> state)
            throws Exception {
        long end = System.nanoTime() + Limits.WAIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        what
                                + ": did not happen within "
                                + Limits.WAIT.toSeconds()
                                + " s "
                                + state.get());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException(what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

package dev.skerry.proxy.feed;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets another thread break off what waits for the network, and nothing else: an interrupt that met
 * the target instead would close the files that its ledger is written to.
 */
final class Interruption {
    private boolean broken;
    private @Nullable Thread waiting;

    /** What waits for the network. */
    @FunctionalInterface
    interface Waiting<T extends @Nullable Object> {
        /** Waits. */
        T run() throws IOException;
    }

    /** Runs it, unless this was or is broken off: then it ends with an exception. */
    <T extends @Nullable Object> T during(Waiting<T> wait) throws IOException {
        enter();
        try {
            return wait.run();
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws InterruptedIOException {
        if (broken) {
            throw new InterruptedIOException("ended");
        }
        waiting = Thread.currentThread();
    }

    /** An interrupt that came too late for the wait must not meet what comes after it. */
    private synchronized void leave() {
        waiting = null;
        Thread.interrupted();
    }

    /** Breaks off the present wait and each to come. */
    synchronized void breakOff() {
        broken = true;
        Thread thread = waiting;
        if (thread != null) {
            thread.interrupt();
        }
    }
}

package dev.skerry.cache.store.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of one growing body that wait to be woken: a stack without a lock. Adding costs O(1);
 * whoever publishes takes the whole stack and wakes what it holds.
 *
 * <p>No wake-up is lost. The writer publishes, then looks at the stack; a reader puts itself on the
 * stack, then looks at what is published; all four are volatile accesses, so at least one of them
 * sees the other. In a follower, {@code queued} and {@code wake} make the same pair: the reader
 * sets the wake, then looks whether it is queued; the writer clears {@code queued}, then takes the
 * wake.
 */
final class Followers {
    private static final Logger log = LoggerFactory.getLogger(Followers.class);

    private final AtomicReference<@Nullable Follower> top = new AtomicReference<>();

    /** Wakes the follower once when it has news, which may be now. */
    void await(Follower follower, Runnable wake) {
        follower.wake.set(wake);
        if (follower.queued.compareAndSet(false, true)) {
            push(follower);
        }
        if (follower.hasNews()) {
            run(follower);
        }
    }

    /** Wakes every follower that has news; the others stay. */
    void wake() {
        Follower follower = top.get() == null ? null : top.getAndSet(null);
        while (follower != null) {
            Follower below = follower.below;
            follower.below = null;
            if (follower.wake.get() != null && !follower.hasNews()) {
                push(follower);
                // Somebody may have published and found the stack without it meanwhile.
                if (follower.hasNews()) {
                    run(follower);
                }
            } else {
                follower.queued.set(false);
                run(follower);
            }
            follower = below;
        }
    }

    /** Whether any follower waits. */
    boolean anyWaits() {
        for (Follower f = top.get(); f != null; f = f.below) {
            if (f.wake.get() != null) {
                return true;
            }
        }
        return false;
    }

    private void push(Follower follower) {
        Follower old;
        do {
            old = top.get();
            follower.below = old;
        } while (!top.compareAndSet(old, follower));
    }

    private static void run(Follower follower) {
        Runnable wake = follower.wake.getAndSet(null);
        if (wake == null) {
            return;
        }
        try {
            wake.run();
        } catch (RuntimeException e) {
            // An executor that was shut down must not keep the others from their news.
            log.warn("A follower could not be woken", e);
        }
    }

    /** One reader, as the writer sees it. */
    abstract static class Follower {
        private final AtomicReference<@Nullable Runnable> wake = new AtomicReference<>();
        private final AtomicBoolean queued = new AtomicBoolean();
        private volatile @Nullable Follower below;

        /** Whether the reader would find something new; called by any thread. */
        abstract boolean hasNews();

        /** Nothing is run from here on, unless it is running already. */
        final void forgetWake() {
            wake.set(null);
        }
    }
}

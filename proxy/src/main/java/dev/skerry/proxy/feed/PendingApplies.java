package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.Position;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was applied and is not durable yet: a bounded number, so that a slow disk slows the stream
 * instead of filling the memory. Completions come from any thread.
 */
final class PendingApplies {
    private static final Logger LOG = LoggerFactory.getLogger(PendingApplies.class);
    private static final int MOST = 64;

    private final Semaphore places = new Semaphore(MOST);
    private final Runnable durable;
    private final Runnable failed;

    /**
     * Nothing pending.
     *
     * @param durable run when something became durable
     * @param failed run when something did not
     */
    PendingApplies(Runnable durable, Runnable failed) {
        this.durable = durable;
        this.failed = failed;
    }

    /** Applies, once there is a place for it. */
    void add(Supplier<CompletionStage<Position>> apply) {
        places.acquireUninterruptibly();
        CompletionStage<Position> stage;
        try {
            stage = apply.get();
        } catch (RuntimeException | Error e) {
            places.release();
            throw e;
        }
        // The result says nothing that the target's position will not say.
        var _ =
                stage.whenComplete((_, thrown) -> {
                    places.release();
                    if (thrown == null) {
                        durable.run();
                    } else {
                        LOG.error("what was applied could not be kept", thrown);
                        failed.run();
                    }
                });
    }

    /** Waits until nothing is pending; not longer than this. */
    void awaitAll(Duration most) {
        try {
            if (places.tryAcquire(MOST, most.toNanos(), TimeUnit.NANOSECONDS)) {
                places.release(MOST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

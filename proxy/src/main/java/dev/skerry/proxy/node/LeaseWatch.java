package dev.skerry.proxy.node;

import dev.skerry.cache.purge.Lease;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the clocks so often that a machine which has slept serves next to nothing by the lease
 * of before: the path of hits reads no wall clock.
 */
final class LeaseWatch implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(100);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("lease watch").factory());

    private LeaseWatch() {}

    static LeaseWatch start(Lease lease) {
        LeaseWatch watch = new LeaseWatch();
        ScheduledFuture<?> _ =
                watch.thread.scheduleWithFixedDelay(
                        lease::watch, PACE.toMillis(), PACE.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package dev.skerry.control.store.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reports how fast three members on this machine are, and demands nothing. */
@Tag("slow")
final class EtcdRateTest {
    @Test
    void durablePurgesAndHowSoonTheyAreHeardOf() throws Exception {
        try (EtcdServers servers = EtcdServers.start(3)) {
            EtcdOptions options = servers.fresh();
            try (EtcdStore store = open(options);
                    EtcdStore other = open(options)) {
                report("one caller", store, 1, 300);
                report("32 callers", store, 32, 3_000);
                report("32 callers", store, 32, 3_000);
                report("128 callers", store, 128, 6_000);
                heard(store, other);
            }
        }
    }

    private static void report(String who, EtcdStore store, int callers, int appends)
            throws Exception {
        long before = store.head().counter();
        AtomicLong left = new AtomicLong(appends);
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(
                        threads.submit(() -> {
                            for (long n = left.getAndDecrement();
                                    n > 0;
                                    n = left.getAndDecrement()) {
                                append(store, who + n);
                            }
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertEquals(before + appends, store.head().counter());
        System.out.printf("etcd, three members: %s: %.0f purges/s%n", who, appends / seconds);
    }

    /** With the two records that a purge has. */
    private static void append(EtcdStore store, String name) throws Exception {
        store.append(
                List.of(new Draft.Purge("shop", Scope.TAG, name, Mode.HARD)),
                changes ->
                        List.of(
                                new Entry("purges/" + name, "{\"site\":\"shop\"}"),
                                new Entry("audit/" + name, "{\"who\":\"me\"}")));
    }

    private static void heard(EtcdStore store, EtcdStore other) throws Exception {
        Semaphore woken = new Semaphore(0);
        other.onAppend(woken::release);
        List<Long> micros = new ArrayList<>();
        List<Long> appends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            woken.drainPermits();
            long start = System.nanoTime();
            append(store, "heard" + i);
            appends.add(Duration.ofNanos(System.nanoTime() - start).toNanos() / 1000);
            woken.acquire();
            micros.add(Duration.ofNanos(System.nanoTime() - start).toNanos() / 1000);
        }
        micros.sort(null);
        appends.sort(null);
        System.out.printf(
                "etcd, three members: append p50 %d us, p99 %d us; heard by another p50 %d us, p99"
                        + " %d us%n",
                appends.get(100), appends.get(198), micros.get(100), micros.get(198));
    }

    private static EtcdStore open(EtcdOptions options) throws Exception {
        return EtcdStore.open(options, InstantSource.system(), System::nanoTime);
    }
}

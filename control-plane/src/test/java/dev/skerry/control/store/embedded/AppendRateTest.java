package dev.skerry.control.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.Draft;
import dev.skerry.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports how fast the store is, and demands nothing. */
@Tag("slow")
final class AppendRateTest {
    private static final int APPENDS = 3_000;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"1, 1", "32, 1", "1, 1000"})
    void durableAppends(int callers, int drafts) throws Exception {
        int appends = APPENDS / Math.max(1, drafts / 10);
        AtomicLong left = new AtomicLong(appends);
        long start = System.nanoTime();
        try (EmbeddedStore store = EmbeddedStore.open(directory, new ManualClock());
                ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(
                        threads.submit(() -> {
                            for (long n = left.getAndDecrement();
                                    n > 0;
                                    n = left.getAndDecrement()) {
                                store.append(tags(n, drafts), changes -> List.of());
                            }
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertEquals(1 + (long) appends * drafts, store.head().counter());
            System.out.println(
                    "durable appends: %d callers, %d drafts each: %.0f a second"
                            .formatted(callers, drafts, appends * 1e9 / took.toNanos()));
        }
    }

    private static List<Draft> tags(long number, int count) {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drafts.add(new Draft.Purge("shop", Scope.TAG, "tag " + number + "/" + i, Mode.HARD));
        }
        return drafts;
    }
}

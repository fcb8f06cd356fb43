package dev.skerry.cli.history;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.history.check.Checker;
import dev.skerry.cli.history.check.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * P1, P2 and P3 of the purge protocol, by what clients see of a fleet whose processes are killed,
 * stopped and sent away, whose network is cut, silent, slow, loses, repeats and reorders messages,
 * whose clocks are wrong, and whose control plane is restored from a backup. {@code
 * loadtest/history} runs it for longer; it sets these: {@code history.seed}, {@code
 * history.seconds}, {@code history.lease} (seconds, {@code product} for the product's own).
 */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.HOURS)
final class HistoryTest {
    private static final Path KEPT = Path.of("target", "histories");

    @TempDir private Path folder;

    @Test
    void nothingPurgedIsReadWhateverIsDoneToTheFleet() throws Exception {
        long seed = Long.getLong("history.seed", System.nanoTime() & 0xFFFFFFFFL);
        long seconds = Long.getLong("history.seconds", 60);
        String lease = System.getProperty("history.lease", "4");
        Path file =
                Files.createDirectories(KEPT)
                        .resolve("history-" + seed + ".jsonl")
                        .toAbsolutePath()
                        .normalize();
        HistoryRun.Settings settings =
                HistoryRun.Settings.of(seed, folder, file)
                        .withLease(
                                lease.equals("product")
                                        ? null
                                        : Duration.ofSeconds(Long.parseLong(lease)));
        try (HistoryRun run = HistoryRun.start(settings)) {
            try {
                HistoryRun.goOn(Duration.ofSeconds(seconds));
                run.end();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(run.keptWithLogs(), e);
            }
            Checker.Verdict verdict = run.verdict();
            System.out.println(verdict.tally());
            if (!verdict.violations().isEmpty()) {
                throw new AssertionError(
                        verdict.violations().size()
                                + " violations, "
                                + run.keptWithLogs()
                                + "\n"
                                + verdict.violations().stream()
                                        .limit(20)
                                        .map(Object::toString)
                                        .collect(Collectors.joining("\n")));
            }
            assertThatMuchHappened(verdict.tally(), seconds);
        }
    }

    /** Floors of about a quarter of what a slow machine has shown. */
    private static void assertThatMuchHappened(Tally tally, long seconds) {
        long minutes = Math.max(1, seconds / 60);
        atLeast(100 * minutes, tally.done(), "purges done", tally);
        atLeast(2000 * minutes, tally.reads(), "reads", tally);
        atLeast(400 * minutes, tally.hitsPurged(), "hits on what was purged before", tally);
        atLeast(100 * minutes, tally.closeToDone(), "reads right after a purge", tally);
        atLeast(20 * minutes, tally.overtaken(), "reads that a purge overtook", tally);
        atLeast(20 * minutes, tally.boundByNode(), "reads bound by one node", tally);
        atLeast(10 * minutes, tally.boundByLease(), "reads bound by the lease", tally);
        for (String kind : List.of("kill", "cut", "silence", "delay", "mischief", "island")) {
            atLeast(1, tally.faults(kind), kind, tally);
        }
    }

    private static void atLeast(long floor, long value, String what, Tally tally) {
        assertTrue(value >= floor, () -> "only " + value + " " + what + " in\n" + tally);
    }
}

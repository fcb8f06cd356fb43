package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.policy.MissReason;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The words that {@code docs/operations.md} explains are those that nodes print. */
final class OperationsPageTest {
    private static final String PAGE = "operations.md";

    @Test
    void everyReasonIsExplainedInTheProgramsOwnSentence() throws IOException {
        List<List<String>> printed =
                Arrays.stream(MissReason.values())
                        .map(reason -> List.of("`" + reason.word() + "`", reason.sentence()))
                        .toList();
        assertEquals(printed, DocumentedWords.table(PAGE, "reasons"));
    }

    @Test
    void everyOutcomeIsExplained() throws IOException {
        List<String> printed =
                Arrays.stream(CacheOutcome.values()).map(CacheOutcome::word).toList();
        List<String> explained =
                DocumentedWords.table(PAGE, "outcomes").stream()
                        .map(row -> DocumentedWords.plain(row.getFirst()))
                        .toList();
        assertEquals(printed, explained);
    }

    @Test
    void everyFailureOfUpstreamIsExplainedWithItsStatus() throws IOException {
        List<String> printed =
                Arrays.stream(UpstreamFailure.Kind.values())
                        .map(kind -> kind.status() + " " + kind.word())
                        .toList();
        List<String> explained =
                DocumentedWords.table(PAGE, "failures").stream()
                        .map(row -> row.get(0) + " " + DocumentedWords.plain(row.get(1)))
                        .toList();
        assertEquals(printed, explained);
    }
}

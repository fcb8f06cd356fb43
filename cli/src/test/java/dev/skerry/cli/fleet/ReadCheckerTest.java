package dev.skerry.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker finds what is wrong, and nothing else. */
final class ReadCheckerTest {
    private final ReadChecker checker = new ReadChecker();

    @Test
    void aReadThatBeganBeforeThePurgeWasDoneMayBeOld() {
        ReadChecker.Read early = checker.begin("edge-1", "a");
        checker.acknowledged("edge-1", "a", 2);
        checker.done("a", 2);
        checker.ended(early, 1);
        assertEquals(List.of(), checker.violations());
    }

    @Test
    void p1AReadThatBeganAfterThePurgeWasDoneMayNot() {
        checker.done("a", 2);
        checker.ended(checker.begin("edge-1", "a"), 2);
        assertEquals(List.of(), checker.violations());
        checker.ended(checker.begin("edge-1", "a"), 1);
        assertEquals(1, checker.violations().size());
        assertTrue(
                checker.violations().getFirst().startsWith("P1"), checker.violations()::toString);
    }

    @Test
    void p2ANodeThatAcknowledgedIsBoundOthersAreNot() {
        checker.acknowledged("edge-1", "a", 5);
        checker.ended(checker.begin("edge-2", "a"), 4);
        assertEquals(List.of(), checker.violations());
        checker.ended(checker.begin("edge-1", "a"), 4);
        assertTrue(
                checker.violations().getFirst().startsWith("P2"), checker.violations()::toString);
    }

    @Test
    void itemsAreNotMixedUpAndFloorsNeverSink() {
        checker.done("a", 5);
        checker.done("a", 3);
        checker.ended(checker.begin("edge-1", "b"), 1);
        assertEquals(List.of(), checker.violations());
        checker.ended(checker.begin("edge-1", "a"), 4);
        assertEquals(1, checker.violations().size());
        assertEquals(2, checker.reads());
    }
}

package dev.skerry.cli.history.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.cli.history.check.Violation.Property;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The checker finds what is wrong, and nothing else. Item {@code a} is of an ordinary site, {@code
 * s} of a strict one with a bound of 1000; versions 1 and 2 are written at 10 and 20.
 */
final class CheckerTest {
    private static final long BOUND = 1000;

    @TempDir private Path folder;
    private final List<Event> history = new ArrayList<>();

    @Test
    void p1AReadThatBeganAfterThePurgeWasDoneMayNotBeOlder() {
        written();
        purged(1, 30, 40, "a");
        happened(new Event.Done(1, 50));
        read("edge-1", "a", 1, 49, 99);
        assertEquals(List.of(), found(), "it began before");
        read("edge-1", "a", 2, 50, 51);
        assertEquals(List.of(), found());
        read("edge-1", "a", 1, 50, 51);
        read("edge-2", "a", 0, 5000, 5001);
        assertEquals(List.of(Property.P1, Property.P1), found());
    }

    @Test
    void p1IsOwedToWhatTheOriginHadWhenThePurgeWasSent() {
        written();
        purged(1, 19, 40, "a");
        happened(new Event.Done(1, 50));
        read("edge-1", "a", 1, 60, 61);
        assertEquals(List.of(), found(), "version 2 was written after the purge was sent");
        read("edge-1", "a", 0, 60, 61);
        assertEquals(List.of(Property.P1), found());
    }

    @Test
    void p1IsOwedForEveryItemThatAPurgeNames() {
        written();
        purged(1, 30, 40, "a", "s");
        happened(new Event.Done(1, 50));
        read("edge-1", "s", 1, 60, 61);
        read("edge-1", "a", 1, 60, 61);
        assertEquals(List.of(Property.P1, Property.P1), found());
    }

    @Test
    void p2BindsTheNodeThatAcknowledgedAndNoOther() {
        written();
        purged(1, 30, 40, "a");
        happened(new Event.Acknowledged(1, "edge-1", 45));
        read("edge-2", "a", 1, 60, 61);
        read("edge-1", "a", 1, 44, 61);
        assertEquals(List.of(), found());
        read("edge-1", "a", 1, 45, 61);
        assertEquals(List.of(Property.P2), found());
    }

    @Test
    void p3BindsStrictItemsALeaseAfterAcceptanceWhoeverAcknowledged() {
        written();
        purged(1, 30, 40, "a", "s");
        read("edge-1", "s", 1, 40 + BOUND - 1, 40 + BOUND);
        read("edge-1", "a", 1, 40 + BOUND, 41 + BOUND);
        assertEquals(List.of(), found(), "the one is early, the other not strict");
        read("edge-1", "s", 1, 40 + BOUND, 41 + BOUND);
        assertEquals(List.of(Property.P3), found());
    }

    @Test
    void p3BindsANodeThatAReceiptCallsLostAtOnce() {
        written();
        purged(1, 30, 40, "a", "s");
        happened(new Event.Lost(1, "edge-1", 100));
        read("edge-1", "s", 1, 99, 100);
        read("edge-2", "s", 1, 100, 101);
        read("edge-1", "a", 1, 100, 101);
        assertEquals(List.of(), found());
        read("edge-1", "s", 1, 100, 101);
        assertEquals(List.of(Property.P3), found());
    }

    @Test
    void aPurgeThatARestoreLostBindsNobodyAfterIt() {
        written();
        purged(1, 30, 40, "s");
        happened(new Event.Restored(35, 5000, 5100));
        read("edge-1", "s", 1, 5000, 5200);
        assertEquals(List.of(), found());
        read("edge-1", "s", 1, 4999, 5200);
        assertEquals(List.of(Property.P3), found(), "before it, it did");
    }

    @Test
    void aPurgeThatIsInTheBackupBindsAfterItIsRestored() {
        written();
        purged(1, 30, 40, "s");
        happened(new Event.Restored(41, 5000, 5100));
        happened(new Event.Restored(41, 6000, 6100));
        read("edge-1", "s", 1, 7000, 7200);
        assertEquals(List.of(Property.P3), found());
    }

    @Test
    void whatAllHaveAcknowledgedBindsOverARestoreThatLostIt() {
        written();
        purged(1, 30, 40, "a");
        happened(new Event.Done(1, 50));
        happened(new Event.Restored(35, 5000, 5100));
        read("edge-1", "a", 1, 5200, 5201);
        assertEquals(List.of(Property.P1), found());
    }

    @Test
    void softPurgesPromiseNothing() {
        written();
        happened(new Event.Purged(1, List.of("a", "s"), true, "h.1", 30, 40));
        happened(new Event.Acknowledged(1, "edge-1", 45));
        happened(new Event.Done(1, 50));
        read("edge-1", "a", 1, 60, 61);
        read("edge-1", "s", 1, 60 + 2 * BOUND, 61 + 2 * BOUND);
        assertEquals(List.of(), found());
    }

    @Test
    void olderPurgesThatAreDoneLaterLowerNothing() {
        written();
        purged(1, 15, 16, "a");
        purged(2, 30, 31, "a");
        happened(new Event.Done(2, 40));
        happened(new Event.Done(1, 50));
        read("edge-1", "a", 1, 60, 61);
        assertEquals(List.of(Property.P1), found());
    }

    @Test
    void whatWasNeverWrittenIsNotBelieved() {
        written();
        read("edge-1", "a", 3, 60, 61);
        read("edge-1", "a", -1, 60, 61);
        read("edge-1", "a", 2, 1, 18);
        assertEquals(List.of(Property.TRUTH, Property.TRUTH, Property.TRUTH), found());
    }

    @Test
    void whatWasNotAnsweredIsNotJudged() {
        written();
        purged(1, 30, 40, "a");
        happened(new Event.Done(1, 50));
        happened(new Event.Read("edge-1", "a", 504, -1, "edge-1; fwd=stale", 60, 61));
        assertEquals(List.of(), found());
        assertEquals(1, Checker.check(history).tally().unanswered());
    }

    @Test
    void aReceiptOfNoPurgeIsAMistakeOfWhoWroteTheHistory() {
        written();
        happened(new Event.Done(7, 50));
        assertThrows(IllegalArgumentException.class, this::found);
    }

    @Test
    void theTallySaysHowMuchThereWasToBeViolated() {
        written();
        purged(1, 30, 40, "a", "s");
        happened(new Event.Acknowledged(1, "edge-1", 45));
        happened(new Event.Done(1, 50));
        happened(new Event.Fault("cut", "edge-1", 44, 70));
        read("edge-1", "a", 2, 46, 47);
        happened(new Event.Read("edge-1", "a", 200, 2, "edge-1; hit; ttl=9", 60, 61));
        happened(new Event.Read("edge-1", "a", 200, 2, "edge-1; fwd=stale", 25, 35));
        Tally tally = Checker.check(history).tally();
        assertEquals(4, tally.writes());
        assertEquals(1, tally.done());
        assertEquals(3, tally.reads());
        assertEquals(1, tally.hits());
        assertEquals(1, tally.hitsPurged());
        assertEquals(1, tally.closeToDone());
        assertEquals(1, tally.boundByNode());
        assertEquals(1, tally.overtaken());
        assertEquals(1, tally.faults("cut"));
        assertEquals(1, tally.hitsDuring().get("cut"));
    }

    @Test
    void aHistoryIsTheSameAfterItsFile() throws Exception {
        written();
        purged(1, 30, 40, "a", "s");
        happened(new Event.Acknowledged(1, "edge-1", 45));
        happened(new Event.Lost(1, "edge-2", 46));
        happened(new Event.Done(1, 50));
        happened(new Event.Restored(35, 5000, 5100));
        happened(new Event.Fault("kill", "edge-1", 44, 70));
        read("edge-1", "a", 2, 46, 47);
        Path file = folder.resolve("history.jsonl");
        try (HistoryFile out = HistoryFile.create(file)) {
            history.forEach(out::add);
        }
        assertEquals(history, HistoryFile.read(file));
    }

    private void written() {
        happened(new Event.Began(7, List.of("s"), BOUND));
        for (String item : List.of("a", "s")) {
            happened(new Event.Wrote(item, 1, 9, 10));
            happened(new Event.Wrote(item, 2, 19, 20));
        }
    }

    private void purged(long id, long start, long end, String... items) {
        happened(new Event.Purged(id, List.of(items), false, "h." + id, start, end));
    }

    private void read(String node, String item, long version, long start, long end) {
        happened(new Event.Read(node, item, 200, version, node + "; fwd=miss", start, end));
    }

    private void happened(Event event) {
        history.add(event);
    }

    private List<Property> found() {
        return Checker.check(history).violations().stream().map(Violation::property).toList();
    }
}

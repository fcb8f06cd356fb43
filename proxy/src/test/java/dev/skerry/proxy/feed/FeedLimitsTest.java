package dev.skerry.proxy.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.StreamEvent.SentPurge;
import dev.skerry.config.protocol.StreamEvent.SnapshotBegin;
import dev.skerry.config.protocol.StreamEvent.SnapshotPart;
import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FeedLimitsTest {
    private final SnapshotAssembly assembly =
            new SnapshotAssembly(new SnapshotBegin(new Order('a').at(9), 2), 3, 10);

    @Test
    void aSnapshotHasSoManyPurgesAndNotOneMore() throws Exception {
        assembly.add(purges(3, 4));
        assembly.add(purges(9));
        assertEquals(3, assembly.whole().purges().size());
        assertEquals(2, assembly.whole().floor());
        assertEquals(3, assembly.purges().size());
        assertThrows(MalformedMessage.class, () -> assembly.add(purges(9)));
    }

    @Test
    void aSnapshotHasSoManyCharactersOfDocumentsAndNotOneMore() throws Exception {
        assembly.add(sites(site("a", 6), site("b", 4)));
        assertThrows(MalformedMessage.class, () -> assembly.add(sites(site("c", 1))));
    }

    @Test
    void purgesOfASnapshotAscendUpToItsPosition() throws Exception {
        assembly.add(purges(4));
        assertThrows(MalformedMessage.class, () -> assembly.add(purges(3)));
        assertThrows(MalformedMessage.class, () -> assembly.add(purges(10)));
    }

    @Test
    void aSiteIsInASnapshotOnce() {
        assertThrows(MalformedMessage.class, () -> assembly.add(sites(site("a", 1), site("a", 1))));
    }

    @Test
    void waitsGrowUpToTheLongestAndNeverFallBelowTheShortest() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(7));
        Duration longest = Duration.ZERO;
        // 200, 400, … 3200, 5000, 5000: the ceilings of the waits.
        for (int ceiling : new int[] {200, 400, 800, 1600, 3200, 5000, 5000, 5000}) {
            Duration wait = backoff.next();
            assertTrue(wait.toMillis() >= 100 && wait.toMillis() <= ceiling, wait::toString);
            longest = longest.compareTo(wait) < 0 ? wait : longest;
        }
        assertTrue(longest.toMillis() > 1000, longest::toString);
        backoff.reset();
        assertTrue(backoff.next().toMillis() <= 200);
    }

    @Test
    void theSameComplaintIsWrittenOnceAMinute() {
        ManualClock clock = new ManualClock();
        Complaints complaints = new Complaints(clock);
        assertTrue(complaints.due("refuses the token"));
        clock.advance(Duration.ofMinutes(1).minusNanos(1));
        assertFalse(complaints.due("refuses the token"));
        assertTrue(complaints.due("is not there"));
        clock.advance(Duration.ofNanos(1));
        assertTrue(complaints.due("refuses the token"));
        assertFalse(complaints.due("refuses the token"));
    }

    private static SnapshotPart purges(long... revisions) {
        return new SnapshotPart(
                Arrays.stream(revisions)
                        .mapToObj(revision ->
                                new SentPurge(
                                        new PurgeRecord(
                                                revision,
                                                "shop",
                                                PurgeRecord.Scope.TAG,
                                                "t" + revision,
                                                PurgeRecord.Mode.SOFT,
                                                0),
                                        5))
                        .toList(),
                List.of());
    }

    private static SnapshotPart sites(SiteDocument... sites) {
        return new SnapshotPart(List.of(), List.of(sites));
    }

    private static SiteDocument site(String name, int length) {
        return new SiteDocument(name, 1, 1, "x".repeat(length));
    }
}

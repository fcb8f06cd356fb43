package dev.skerry.control.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What comes down the stream. A store begins with one change, that its history has begun. */
@Tag("slow")
final class WatchTest extends WatchFixture {
    private static final String FOREIGN = "f".repeat(32);

    WatchTest() throws IOException {}

    @Test
    void aNodeWithNothingGetsASnapshotAndThenWhatHappens() throws Exception {
        Position before = append(3);
        TestNode node = edge("edge-1", null);
        assertEquals(before, node.next(StreamEvent.Welcome.class).head());
        assertEquals(before, node.next(StreamEvent.SnapshotBegin.class).at());
        assertEquals(3, node.next(StreamEvent.SnapshotPart.class).purges().size());
        node.next(StreamEvent.SnapshotEnd.class);
        Position after = append(2);
        StreamEvent.Changes changes = node.next(StreamEvent.Changes.class);
        assertEquals(after, changes.after());
        assertEquals(List.of(5L, 6L), counters(changes));
    }

    @Test
    void aNodeThatContinuesGetsWhatItLacks() throws Exception {
        Position had = append(3);
        clock.advance(Duration.ofMillis(10));
        append(1);
        clock.advance(Duration.ofMillis(70));
        TestNode node = edge("edge-1", had);
        assertEquals(5, node.next(StreamEvent.Welcome.class).head().counter());
        StreamEvent.Changes changes = node.next(StreamEvent.Changes.class);
        assertEquals(List.of(5L), counters(changes));
        assertEquals(store.head(), changes.after());
        assertEquals(70, changes.changes().getFirst().elapsedMillis());
        assertEquals(0, store.snapshots.get());
    }

    @Test
    void whoIsFarBehindGetsAThousandChangesAtATime() throws Exception {
        Position start = store.head();
        append(2001);
        TestNode node = edge("edge-1", start);
        node.next(StreamEvent.Welcome.class);
        assertEquals(1000, node.next(StreamEvent.Changes.class).changes().size());
        assertEquals(1000, node.next(StreamEvent.Changes.class).changes().size());
        StreamEvent.Changes last = node.next(StreamEvent.Changes.class);
        assertEquals(List.of(2002L), counters(last));
        assertEquals(store.head(), last.after());
    }

    @Test
    void largeChangesComeInEventsOfTheirOwn() throws Exception {
        Position start = store.head();
        List<Draft> drafts = new ArrayList<>();
        for (String site : List.of("a", "b", "c")) {
            String document = "# " + "x".repeat(200_000);
            drafts.add(new Draft.ApplySite(site, document, null));
        }
        Position after = store.append(drafts, changes -> List.of()).position();
        TestNode behind = edge("edge-1", start);
        behind.next(StreamEvent.Welcome.class);
        for (long counter = 2; counter <= 4; counter++) {
            assertEquals(List.of(counter), counters(behind.next(StreamEvent.Changes.class)));
        }
        TestNode anew = edge("edge-2", null);
        anew.next(StreamEvent.Welcome.class);
        assertEquals(after, anew.next(StreamEvent.SnapshotBegin.class).at());
        // Each site is new, so it is purged first (PURGE.md rule 18).
        assertEquals(3, anew.next(StreamEvent.SnapshotPart.class).purges().size());
        for (int i = 0; i < 3; i++) {
            assertEquals(1, anew.next(StreamEvent.SnapshotPart.class).sites().size());
        }
        anew.next(StreamEvent.SnapshotEnd.class);
    }

    @Test
    void aSnapshotComesInPartsOfAThousandPurges() throws Exception {
        append(2001);
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        node.next(StreamEvent.SnapshotBegin.class);
        assertEquals(1000, node.next(StreamEvent.SnapshotPart.class).purges().size());
        assertEquals(1000, node.next(StreamEvent.SnapshotPart.class).purges().size());
        assertEquals(1, node.next(StreamEvent.SnapshotPart.class).purges().size());
        node.next(StreamEvent.SnapshotEnd.class);
    }

    @Test
    void whatWasCompactedAwayComesAsASnapshot() throws Exception {
        stop();
        start(new StoreLimits(2, 1000, 10));
        Position old = append(1);
        for (int i = 0; i < 10; i++) {
            append(5);
        }
        TestNode node = edge("edge-1", old);
        node.next(StreamEvent.Welcome.class);
        assertEquals(store.head(), node.next(StreamEvent.SnapshotBegin.class).at());
        assertEquals(old.history(), store.head().history());
    }

    @Test
    void everySessionGetsEveryChangeInOrderAndTheStoreIsReadOnce() throws Exception {
        List<TestNode> fleet = new ArrayList<>();
        Position start = store.head();
        for (int i = 0; i < 40; i++) {
            TestNode node = edge("edge-" + i, start);
            node.next(StreamEvent.Welcome.class);
            node.beat();
            fleet.add(node);
        }
        for (int change = 0; change < 20; change++) {
            append(1);
            for (TestNode node : fleet) {
                StreamEvent.Changes changes = node.next(StreamEvent.Changes.class);
                assertEquals(List.of(change + 2L), counters(changes));
            }
        }
        assertEquals(20, store.reads.get());
    }

    @Test
    void positionsProveTheChangesBeforeThem() throws Exception {
        Position start = store.head();
        TestNode node = edge("edge-1", start);
        node.next(StreamEvent.Welcome.class);
        String hash = start.hash();
        for (int i = 0; i < 5; i++) {
            append(2);
            StreamEvent.Changes changes = node.next(StreamEvent.Changes.class);
            for (SentChange sent : changes.changes()) {
                hash = ChainHash.after(hash, sent.change());
            }
            assertEquals(hash, changes.after().hash());
        }
        assertEquals(hash, store.head().hash());
    }

    @Test
    void rule13AHelloRegistersTheNodeBeforeTheHeadIsRead() throws Exception {
        List<List<String>> registered = new CopyOnWriteArrayList<>();
        List<PurgeReceipt.State> meanwhile = new CopyOnWriteArrayList<>();
        store.beforeHead =
                () -> {
                    if (Thread.currentThread().getName().equals("change-feed")
                            || !registered.isEmpty()) {
                        return;
                    }
                    registered.add(fleet.nodes().stream().map(FleetNode::name).toList());
                    registered.add(recorded());
                    // Accepted between hello and head: it waits for the node.
                    meanwhile.add(pendingPurge());
                };
        TestNode node = edge("edge-1", null);
        StreamEvent.Welcome welcome = node.next(StreamEvent.Welcome.class);
        assertEquals(List.of(List.of("edge-1"), List.of("nodes/edge-1")), registered);
        assertEquals(List.of(PurgeReceipt.State.PENDING), meanwhile);
        assertEquals(2, welcome.head().counter());
    }

    private List<String> recorded() {
        try {
            return List.copyOf(store.list("nodes/", null, 10).keySet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private PurgeReceipt.State pendingPurge() {
        try {
            return purge("a", Duration.ZERO).nodes().getFirst().state();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rule14ABeatEchoesAPingThatCameBeforeItsHeadWasRead() throws Exception {
        TestNode node = edge("edge-1", store.head());
        node.next(StreamEvent.Welcome.class);
        assertEquals(new StreamEvent.Beat(store.head(), -1, 30_000), node.beat());
        long ping = node.report(store.head());
        Position head = append(1);
        StreamEvent.Beat beat = node.beat();
        while (beat.echo() != ping || !beat.head().equals(head)) {
            beat = node.beat();
        }
    }

    @Test
    void rule14APingThatCameAfterTheHeadWasReadIsNotEchoedWithIt() throws Exception {
        TestNode node = edge("edge-1", store.head());
        node.next(StreamEvent.Welcome.class);
        node.beat();
        AtomicLong ping = new AtomicLong();
        AtomicReference<Position> purged = new AtomicReference<>();
        store.afterHead =
                () -> {
                    if (Thread.currentThread().getName().equals("change-feed")
                            && ping.compareAndSet(0, -1)) {
                        purged.set(purgeNow());
                        ping.set(reportNow(node));
                    }
                };
        StreamEvent.Beat beat = node.beat();
        while (ping.get() <= 0 || beat.echo() < ping.get()) {
            beat = node.beat();
        }
        assertEquals(purged.get(), beat.head());
    }

    private Position purgeNow() {
        try {
            return append(1);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long reportNow(TestNode node) {
        try {
            return node.report(null);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rule17APositionOfAnotherHistoryIsAnsweredWithASnapshot() throws Exception {
        Position head = append(1);
        Position foreign = new Position(new Revision(FOREIGN, 99), ChainHash.start(FOREIGN));
        TestNode node = edge("edge-1", foreign);
        assertEquals(head, node.next(StreamEvent.Welcome.class).head());
        assertEquals(head, node.next(StreamEvent.SnapshotBegin.class).at());
        assertEquals(head, store.head());
    }

    @Test
    void rule17APositionAboveTheHeadBeginsANewHistoryForEverybody() throws Exception {
        Position head = append(1);
        TestNode witness = edge("edge-1", head);
        witness.next(StreamEvent.Welcome.class);
        witness.beat();
        Revision next = new Revision(head.history(), head.counter() + 1);
        Position above = new Position(next, "a".repeat(32));
        assertEveryoneBeginsAnew(head, witness, above);
    }

    @Test
    void rule17APositionWithAnotherHashBeginsANewHistoryForEverybody() throws Exception {
        Position head = append(1);
        TestNode witness = edge("edge-1", head);
        witness.next(StreamEvent.Welcome.class);
        witness.beat();
        Position other = new Position(head.revision(), "a".repeat(32));
        assertEveryoneBeginsAnew(head, witness, other);
    }

    private void assertEveryoneBeginsAnew(Position head, TestNode witness, Position strange)
            throws Exception {
        TestNode node = edge("edge-2", strange);
        Position anew = node.next(StreamEvent.Welcome.class).head();
        assertNotEquals(head.history(), anew.history());
        for (TestNode each : List.of(node, witness)) {
            StreamEvent.SnapshotBegin begin = each.next(StreamEvent.SnapshotBegin.class);
            assertEquals(anew, begin.at());
            assertEquals(1, begin.floor());
            each.next(StreamEvent.SnapshotEnd.class);
        }
        Position after = append(1);
        assertEquals(after, node.next(StreamEvent.Changes.class).after());
        assertEquals(after, witness.next(StreamEvent.Changes.class).after());
        // Once is enough: the old position is now one of another history.
        TestNode late = edge("edge-3", strange);
        assertEquals(after, late.next(StreamEvent.Welcome.class).head());
    }

    @Test
    void aNewerStreamOfTheSameNameEndsTheOlder() throws Exception {
        TestNode older = edge("edge-1", null);
        older.next(StreamEvent.Welcome.class);
        TestNode newer = edge("edge-1", null);
        newer.next(StreamEvent.Welcome.class);
        older.awaitEnd();
        assertEquals(409, older.report(null, NodeReport.State.READY).status());
        newer.report(null);
        assertEquals(1, fleet.nodes().size());
        assertTrue(fleet.nodes().getFirst().connected());
    }

    @Test
    void aStreamThatTheNodeEndsIsNoticed() throws Exception {
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        assertTrue(fleet.nodes().getFirst().connected());
        node.close();
        Await.until("disconnection", () -> !fleet.nodes().getFirst().connected());
    }

    @Test
    void aNodeThatReportsNothingForTenSecondsLosesItsStream() throws Exception {
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        clock.advance(Duration.ofSeconds(10));
        node.beat();
        node.beat();
        assertTrue(fleet.nodes().getFirst().connected());
        clock.advance(Duration.ofNanos(1));
        node.awaitEnd();
        Await.until("disconnection", () -> !fleet.nodes().getFirst().connected());
    }

    @Test
    void malformedHellosAndReportsAreRefused() throws Exception {
        try (RawClient raw = RawClient.connect(server.address())) {
            assertEquals(400, raw.get("/v1/watch?node=a").status());
            assertEquals(400, raw.get("/v1/watch?node=a&role=edge&from=x&hash=y").status());
            raw.request("HEAD", "/v1/watch?node=a&role=edge");
            assertEquals(405, raw.readResponseToHead().status());
        }
        assertEquals(List.of(), fleet.nodes());
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        assertEquals(400, node.post("/v1/nodes/edge-1/reports", "{}").status());
        assertEquals(400, node.post("/v1/nodes/edge-1/hello", "{}").status());
        assertEquals(404, node.post("/v1/nodes/edge-1/answers/x", "{}").status());
        assertEquals(400, node.post("/v1/nodes/edge-1/answers/x", "no").status());
    }

    private static List<Long> counters(StreamEvent.Changes changes) {
        return changes.changes().stream().map(SentChange::change).map(Change::counter).toList();
    }
}

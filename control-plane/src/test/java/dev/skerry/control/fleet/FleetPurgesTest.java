package dev.skerry.control.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.LeaseTerms;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.purge.PurgeReceipt.State;
import dev.skerry.control.purge.PurgeTarget;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts, with nodes that report by a call, and time that moves when it is told to. */
final class FleetPurgesTest {
    @TempDir Path dir;

    private final ManualClock clock = new ManualClock();
    private final Map<String, NodeSession> sessions = new HashMap<>();
    private long ping;

    /** What the store takes for an append. */
    private volatile Duration appending = Duration.ZERO;

    private ControlStore store;
    private Fleet fleet;
    private FleetPurges purges;

    @BeforeEach
    void open() throws IOException {
        store = EmbeddedStore.open(dir, clock);
        Receipts receipts = new Receipts(clock);
        fleet = Fleet.open(store, receipts, clock);
        purges =
                FleetPurges.open(
                        store,
                        fleet,
                        receipts,
                        (order, changes) -> {
                            clock.advance(appending);
                            return List.of(new ControlStore.Entry("audit/1", order.caller()));
                        },
                        clock,
                        clock);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void aPurgeIsDoneWhenEveryNodeHasAcknowledgedIt() throws Exception {
        register("a");
        register("b");
        PurgeReceipt accepted = purge();
        assertEquals(Map.of("a", State.PENDING, "b", State.PENDING), states(accepted.id()));
        assertEquals(new PurgeReceipt.Place.OfHistory(store.head().revision()), accepted.place());
        clock.advance(Duration.ofMillis(70));
        report("a", store.head());
        assertFalse(find(accepted.id()).done());
        clock.advance(Duration.ofMillis(30));
        report("b", store.head());
        clock.advance(Duration.ofMillis(5));
        PurgeReceipt done = find(accepted.id());
        assertTrue(done.done());
        assertEquals(List.of(70L, 100L), done.nodes().stream().map(n -> n.millis()).toList());
        assertEquals(List.of("edge", "edge"), done.nodes().stream().map(n -> n.role()).toList());
    }

    @Test
    void anEarlierPositionAcknowledgesNothing() throws Exception {
        register("a");
        Position before = store.head();
        String id = purge().id();
        report("a", before);
        assertEquals(Map.of("a", State.PENDING), states(id));
    }

    @Test
    void whatIsRecordedIsOneTransactionWithThePurge() throws Exception {
        String id = purge().id();
        assertNotNull(store.get("purges/" + id));
        assertEquals("me", store.get("audit/1"));
    }

    @Test
    void whoWaitsIsWokenByTheLastReport() throws Exception {
        register("a");
        CompletableFuture<PurgeReceipt> waiting = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        waiting.complete(purge(Duration.ofSeconds(30)));
                    } catch (Exception e) {
                        waiting.completeExceptionally(e);
                    }
                });
        Await.until("acceptance", () -> !purges.list(site -> true, 1).isEmpty());
        assertFalse(waiting.isDone());
        report("a", store.head());
        assertTrue(waiting.get(30, TimeUnit.SECONDS).done());
    }

    @Test
    void whoWaitsForAPurgeThatIsForgottenGetsWhatIsKnownOfIt() throws Exception {
        register("a");
        CompletableFuture<PurgeReceipt> waiting = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        waiting.complete(purge(Duration.ofSeconds(60)));
                    } catch (Exception e) {
                        waiting.completeExceptionally(e);
                    }
                });
        Await.until("acceptance", () -> !purges.list(site -> true, 1).isEmpty());
        for (int i = 0; i < Receipts.REMEMBERED; i++) {
            purge();
        }
        PurgeReceipt receipt = waiting.get(30, TimeUnit.SECONDS);
        assertNull(purges.find(receipt.id()));
        assertEquals(State.PENDING, receipt.nodes().getFirst().state());
    }

    @Test
    void rule13WhoRegistersAfterAPurgeReadsAHeadThatHasIt() throws Exception {
        register("a");
        String id = purge().id();
        register("late");
        report("a", store.head());
        assertEquals(Map.of("a", State.ACKED), states(id));
    }

    @Test
    void rule15ANodeIsLostNoEarlierThanTheLeaseAfterAcceptance() throws Exception {
        NodeSession session = register("a");
        // Silent and without a stream long before: that counts from acceptance all the same.
        fleet.ended(session);
        clock.advance(Duration.ofMinutes(5));
        String id = purge().id();
        clock.advance(LeaseTerms.WAIT.minusNanos(1));
        assertEquals(Map.of("a", State.PENDING), states(id));
        clock.advance(Duration.ofNanos(1));
        assertEquals(Map.of("a", State.LOST), states(id));
        assertFalse(find(id).done());
        register("a");
        report("a", store.head());
        assertEquals(Map.of("a", State.ACKED), states(id));
    }

    @Test
    void rule15TheLeaseIsCountedFromWhenThePurgeHadItsPlace() throws Exception {
        fleet.ended(register("a"));
        clock.advance(Duration.ofMinutes(5));
        appending = Duration.ofSeconds(10);
        String id = purge().id();
        clock.advance(LeaseTerms.WAIT.minusNanos(1));
        assertEquals(Map.of("a", State.PENDING), states(id));
        clock.advance(Duration.ofNanos(1));
        assertEquals(Map.of("a", State.LOST), states(id));
    }

    @Test
    void rule15ANodeThatStillReportsIsNotLost() throws Exception {
        register("a");
        Position before = store.head();
        String id = purge().id();
        clock.advance(LeaseTerms.WAIT.minusSeconds(1));
        report("a", before);
        clock.advance(LeaseTerms.WAIT.minusNanos(1));
        assertEquals(Map.of("a", State.PENDING), states(id));
        clock.advance(Duration.ofNanos(1));
        assertEquals(Map.of("a", State.LOST), states(id));
    }

    @Test
    void aNodeThatIsForgottenIsNotWaitedFor() throws Exception {
        register("a");
        register("b");
        String id = purge().id();
        report("a", store.head());
        assertTrue(fleet.forget("b"));
        assertFalse(fleet.forget("b"));
        assertTrue(find(id).done());
        assertEquals(Map.of("a", State.ACKED), states(id));
    }

    @Test
    void rule17ANewHistoryKillsWhateverWasPurgedBefore() throws Exception {
        register("a");
        String id = purge().id();
        Position foreign = new Position(new Revision("f".repeat(32), 99), "a".repeat(32));
        report("a", foreign);
        assertEquals(Map.of("a", State.PENDING), states(id));
        Position old = store.head();
        Position anew = store.newHistory("a test");
        report("a", anew);
        assertEquals(Map.of("a", State.PENDING), states(id));
        fleet.follow(anew.history());
        String later = purge().id();
        report("a", new Position(new Revision(old.history(), 1000), "a".repeat(32)));
        assertEquals(Map.of("a", State.PENDING), states(later));
        report("a", anew);
        assertEquals(Map.of("a", State.ACKED), states(id));
        assertEquals(Map.of("a", State.PENDING), states(later));
    }

    @Test
    void receiptsOutliveARestart() throws Exception {
        register("a");
        register("b");
        String first = purge().id();
        clock.advance(Duration.ofMillis(40));
        report("a", store.head());
        report("b", store.head());
        String second = purge().id();
        report("a", store.head());
        fleet.record();
        clock.advance(Duration.ofSeconds(10));
        restart();
        assertEquals(List.of(second, first), ids());
        assertEquals(40, find(first).nodes().getFirst().millis());
        assertTrue(find(first).done());
        assertEquals(Map.of("a", State.ACKED, "b", State.PENDING), states(second));
        // Its lease may have been given just before the restart.
        clock.advance(LeaseTerms.WAIT.minusNanos(1));
        assertEquals(State.PENDING, states(second).get("b"));
        clock.advance(Duration.ofNanos(1));
        assertEquals(State.LOST, states(second).get("b"));
        register("b");
        report("b", store.head());
        assertTrue(find(second).done());
    }

    @Test
    void whatWasNotWrittenDownIsPendingAfterARestart() throws Exception {
        register("a");
        String id = purge().id();
        report("a", store.head());
        assertTrue(find(id).done());
        restart();
        assertEquals(Map.of("a", State.PENDING), states(id));
    }

    @Test
    void theLastThousandAreRememberedAndTheOthersRemoved() throws Exception {
        String first = purge().id();
        for (int i = 1; i < Receipts.REMEMBERED; i++) {
            purge();
        }
        assertNotNull(purges.find(first));
        purge();
        assertNull(purges.find(first));
        fleet.record();
        assertEquals(Receipts.REMEMBERED, store.list("purges/", null, 5000).size());
        restart();
        assertEquals(Receipts.REMEMBERED, purges.list("shop"::equals, 5000).size());
        assertEquals(List.of(), purges.list("other"::equals, 5000));
    }

    @Test
    void aPurgeOfManyTargetsIsDoneWithItsLast() throws Exception {
        register("a");
        List<PurgeTarget> targets =
                List.of(new PurgeTarget(Scope.TAG, "x"), new PurgeTarget(Scope.TAG, "y"));
        PurgeOrder order = new PurgeOrder("shop", targets, Mode.SOFT, "me");
        String id = purges.accept(order, Duration.ZERO).id();
        Position last = store.head();
        report("a", new Position(new Revision(last.history(), last.counter() - 1), last.hash()));
        assertFalse(find(id).done());
        report("a", last);
        assertTrue(find(id).done());
    }

    private NodeSession register(String name) throws IOException {
        NodeHello hello = new NodeHello(name, "edge", null, null, null, null);
        NodeSession session =
                fleet.register(hello, InetAddress.getLoopbackAddress(), new Nowhere());
        sessions.put(name, session);
        return session;
    }

    private void report(String name, Position applied) throws IOException {
        ping++;
        NodeSession session = sessions.get(name);
        assertNotNull(session);
        assertTrue(
                fleet.report(
                        name,
                        new NodeReport(
                                session.id(), ping, applied, NodeReport.State.READY, List.of())));
    }

    private PurgeReceipt purge() throws Exception {
        return purge(Duration.ZERO);
    }

    private PurgeReceipt purge(Duration wait) throws Exception {
        List<PurgeTarget> targets = List.of(new PurgeTarget(Scope.TAG, "t"));
        return purges.accept(new PurgeOrder("shop", targets, Mode.HARD, "me"), wait);
    }

    private PurgeReceipt find(String id) throws IOException {
        PurgeReceipt receipt = purges.find(id);
        assertNotNull(receipt);
        return receipt;
    }

    private Map<String, State> states(String id) throws IOException {
        return find(id).nodes().stream()
                .collect(Collectors.toMap(PurgeReceipt.Node::name, PurgeReceipt.Node::state));
    }

    private List<String> ids() {
        return purges.list(site -> true, 10).stream().map(PurgeReceipt::id).toList();
    }

    private void restart() throws IOException {
        close();
        sessions.clear();
        open();
    }

    /** A way down that leads nowhere. */
    static final class Nowhere implements NodeLink {
        @Override
        public boolean ask(StreamEvent.Ask question) {
            return false;
        }

        @Override
        public void end() {}
    }
}

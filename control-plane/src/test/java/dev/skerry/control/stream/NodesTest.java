package dev.skerry.control.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.fleet.Fleet;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What nodes say back, by themselves and through a relay. */
@Tag("slow")
final class NodesTest extends WatchFixture {
    private static final Duration LONG = Duration.ofSeconds(30);

    NodesTest() throws IOException {}

    @Test
    void aPurgeIsDoneWhenEveryNodeHasReportedIt() throws Exception {
        TestNode one = edge("edge-1", store.head());
        TestNode two = edge("edge-2", store.head());
        one.next(StreamEvent.Welcome.class);
        two.next(StreamEvent.Welcome.class);
        CompletableFuture<PurgeReceipt> purge = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> complete(purge));
        Position after = one.next(StreamEvent.Changes.class).after();
        one.report(after);
        assertFalse(purge.isDone());
        two.report(two.next(StreamEvent.Changes.class).after());
        PurgeReceipt receipt = purge.get(30, TimeUnit.SECONDS);
        assertTrue(receipt.done());
        assertEquals(
                List.of("edge-1", "edge-2"),
                receipt.nodes().stream().map(PurgeReceipt.Node::name).toList());
    }

    private void complete(CompletableFuture<PurgeReceipt> purge) {
        try {
            purge.complete(purge("a", LONG));
        } catch (Exception e) {
            purge.completeExceptionally(e);
        }
    }

    @Test
    void aNodeThatLeftIsForgottenAfterItsReport() throws Exception {
        TestNode node = edge("edge-1", store.head());
        node.next(StreamEvent.Welcome.class);
        PurgeReceipt pending = purge("a", Duration.ZERO);
        assertFalse(pending.done());
        Position after = node.next(StreamEvent.Changes.class).after();
        assertEquals(204, node.report(after, NodeReport.State.LEFT).status());
        assertEquals(List.of(), fleet.nodes());
        PurgeReceipt done = found(purges.find(pending.id()));
        assertTrue(done.done());
        assertEquals(1, done.nodes().size());
        assertEquals(0, store.list("nodes/", null, 10).size());
        node.awaitEnd();
    }

    @Test
    void aNodeThatStillHoldsContentCountsAfterARestart() throws Exception {
        TestNode node = edge("edge-1", store.head());
        node.next(StreamEvent.Welcome.class);
        node.report(store.head());
        stop();
        start(StoreLimits.USUAL);
        FleetNode known = fleet.nodes().getFirst();
        assertFalse(known.connected());
        assertEquals(InetAddress.getLoopbackAddress(), known.address());
        assertEquals(NodeReport.State.STARTING, known.state());
        assertEquals("fra", known.pop());
        assertEquals(store.head(), known.applied());
        assertFalse(purge("a", Duration.ZERO).done());
        fleet.forget("edge-1");
        assertTrue(purge("b", Duration.ZERO).done());
    }

    @Test
    void whatANodeReportsIsWhatOthersSee() throws Exception {
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        assertEquals(NodeReport.State.STARTING, fleet.nodes().getFirst().state());
        assertNull(fleet.nodes().getFirst().applied());
        Position applied = append(1);
        assertEquals(204, node.report(applied, NodeReport.State.DRAINING).status());
        FleetNode seen = fleet.nodes().getFirst();
        assertEquals(NodeReport.State.DRAINING, seen.state());
        assertEquals(applied, seen.applied());
        assertEquals("http://{host}:8081", seen.url());
        assertNotNull(seen.address());
        NodeReport overtaken =
                new NodeReport(node.session(), 0, null, NodeReport.State.READY, List.of());
        assertEquals(204, node.reportAs("edge-1", overtaken).status());
        assertEquals(NodeReport.State.DRAINING, fleet.nodes().getFirst().state());
    }

    @Test
    void aQuestionIsAnsweredByTheNodeThatWasAsked() throws Exception {
        TestNode node = edge("edge-1", null);
        TestNode other = edge("edge-2", null);
        node.next(StreamEvent.Welcome.class);
        other.next(StreamEvent.Welcome.class);
        CompletableFuture<String> answer = fleet.ask("edge-1", "{\"q\":1}").toCompletableFuture();
        StreamEvent.Ask ask = asked(node);
        assertEquals("edge-1", ask.node());
        assertEquals("{\"q\":1}", ask.question());
        String path = "/answers/" + ask.id();
        assertEquals(404, other.post("/v1/nodes/edge-2" + path, "{}").status());
        assertEquals(204, node.post("/v1/nodes/edge-1" + path, "{\"a\":2}").status());
        assertEquals("{\"a\":2}", answer.get(30, TimeUnit.SECONDS));
        assertEquals(404, node.post("/v1/nodes/edge-1" + path, "{}").status());
    }

    @Test
    void aNodeThatIsNotConnectedCannotBeAsked() throws Exception {
        assertNotConnected("edge-1");
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        CompletableFuture<String> asked = fleet.ask("edge-1", "{}").toCompletableFuture();
        node.close();
        ExecutionException gone =
                assertThrows(ExecutionException.class, () -> asked.get(30, TimeUnit.SECONDS));
        assertInstanceOf(IOException.class, gone.getCause());
        assertNotConnected("edge-1");
    }

    private void assertNotConnected(String node) {
        CompletableFuture<String> asked = fleet.ask(node, "{}").toCompletableFuture();
        ExecutionException failure = assertThrows(ExecutionException.class, asked::get);
        assertInstanceOf(IOException.class, failure.getCause());
    }

    @Test
    void aRelayAnnouncesItsNodesAndPassesTheirReportsAndQuestionsOn() throws Exception {
        TestNode relay = follow(new NodeHello("shield-1", "shield", null, null, null, null));
        relay.next(StreamEvent.Welcome.class);
        Position head = append(1);
        NodeHello edge = new NodeHello("edge-9", "edge", "fra", null, null, "shield-1");
        StreamEvent.Welcome welcome = announce(relay, edge);
        assertEquals(head, welcome.head());
        FleetNode announced = fleet.nodes().getFirst();
        assertEquals("edge-9", announced.name());
        assertEquals("shield-1", announced.via());
        assertTrue(announced.connected());
        assertNull(announced.address());

        PurgeReceipt pending = purge("a", Duration.ZERO);
        assertEquals(2, pending.nodes().size());
        Position after = store.head();
        relay.report(after);
        NodeReport report =
                new NodeReport(welcome.session(), 1, after, NodeReport.State.READY, List.of());
        assertEquals(204, relay.reportAs("edge-9", report).status());
        assertTrue(found(purges.find(pending.id())).done());

        CompletableFuture<String> answer = fleet.ask("edge-9", "{}").toCompletableFuture();
        StreamEvent.Ask ask = asked(relay);
        assertEquals("edge-9", ask.node());
        assertEquals(204, relay.post("/v1/nodes/edge-9/answers/" + ask.id(), "7").status());
        assertEquals("7", answer.get(30, TimeUnit.SECONDS));

        // The edge comes again through its relay: the relay's own stream goes on.
        StreamEvent.Welcome again = announce(relay, edge);
        assertEquals(409, relay.reportAs("edge-9", report).status());
        relay.beat();
        assertEquals(again.head(), store.head());

        relay.close();
        Await.until(
                "disconnection of both",
                () -> fleet.nodes().stream().noneMatch(FleetNode::connected));
    }

    @Test
    void aRelayMayFollowForANodeWhoseAddressItIsNot() throws Exception {
        TestNode relay = follow(new NodeHello("shield-1", "shield", null, null, null, null));
        relay.next(StreamEvent.Welcome.class);
        NodeHello edge = new NodeHello("edge-9", "edge", "fra", null, null, "shield-1");
        TestNode catchingUp = follow(edge);
        catchingUp.next(StreamEvent.Welcome.class);
        assertNull(fleet.nodes().getFirst().address());
        announce(relay, edge);
        catchingUp.awaitEnd();
        assertTrue(fleet.nodes().getFirst().connected());
    }

    @Test
    void aRelayedNodeIsWhereItsRelaySaysAndStaysThereOverARestart() throws Exception {
        TestNode relay = follow(new NodeHello("shield-1", "shield", null, null, null, null));
        relay.next(StreamEvent.Welcome.class);
        InetAddress far = InetAddress.ofLiteral("192.0.2.7");
        announce(relay, relayed("edge-8", "192.0.2.7"));
        assertEquals(far, address("edge-8"));
        follow(relayed("edge-8", "2001:db8::7")).next(StreamEvent.Welcome.class);
        assertEquals(InetAddress.ofLiteral("2001:db8::7"), address("edge-8"));
        announce(relay, relayed("edge-8", "192.0.2.7"));
        // On the relay's machine, which is where the relay's own stream comes from.
        announce(relay, relayed("edge-9", "127.0.0.3"));
        assertEquals(InetAddress.ofLiteral("127.0.0.1"), address("edge-9"));
        stop();
        start(StoreLimits.USUAL);
        assertEquals(far, address("edge-8"));
        assertEquals(InetAddress.ofLiteral("127.0.0.1"), address("edge-9"));
    }

    @Test
    void whatANodeSaysOfItsOwnAddressIsNotBelieved() throws Exception {
        NodeHello boasting = new NodeHello("edge-1", "edge", null, null, null, null, "192.0.2.7");
        follow(boasting).next(StreamEvent.Welcome.class);
        assertEquals(InetAddress.ofLiteral("127.0.0.1"), address("edge-1"));
    }

    private static NodeHello relayed(String node, String peer) {
        return new NodeHello(node, "edge", "fra", null, null, "shield-1", peer);
    }

    private @Nullable InetAddress address(String node) {
        return fleet.nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow()
                .address();
    }

    @Test
    void relaysBehindRelaysEndWithTheFirst() throws Exception {
        TestNode relay = follow(new NodeHello("shield-1", "shield", null, null, null, null));
        relay.next(StreamEvent.Welcome.class);
        announce(relay, new NodeHello("shield-2", "shield", null, null, null, "shield-1"));
        announce(relay, new NodeHello("edge-9", "edge", null, null, null, "shield-2"));
        assertEquals(3, fleet.nodes().stream().filter(FleetNode::connected).count());
        CompletableFuture<String> asked = fleet.ask("edge-9", "{}").toCompletableFuture();
        assertEquals("edge-9", asked(relay).node());
        relay.close();
        Await.until(
                "disconnection of all",
                () -> fleet.nodes().stream().noneMatch(FleetNode::connected));
        assertThrows(ExecutionException.class, () -> asked.get(30, TimeUnit.SECONDS));
    }

    @Test
    void noNodeFollowsThroughItselfNeitherDirectlyNorRoundAbout() throws Exception {
        TestNode relay = follow(new NodeHello("shield-1", "shield", null, null, null, null));
        relay.next(StreamEvent.Welcome.class);
        announce(relay, new NodeHello("shield-2", "shield", null, null, null, "shield-1"));
        for (String via : List.of("shield-1", "shield-2")) {
            NodeHello hello = new NodeHello("shield-1", "shield", null, null, null, via);
            String json = StreamCodec.writeHello(hello);
            assertEquals(409, relay.post("/v1/nodes/shield-1/hello", json).status());
        }
        relay.beat();
        assertEquals(2, fleet.nodes().stream().filter(FleetNode::connected).count());
    }

    @Test
    void aFleetHasABoundAndTakesTheNextWhenOneIsForgotten() throws Exception {
        TestNode relay = follow(new NodeHello("shield-1", "shield", null, null, null, null));
        relay.next(StreamEvent.Welcome.class);
        for (int i = 1; i < Fleet.MOST_NODES; i++) {
            assertNotNull(fleet.registerRelayed(behind("edge-" + i)));
        }
        assertThrows(IOException.class, () -> fleet.registerRelayed(behind("one-more")));
        assertNotNull(fleet.registerRelayed(behind("edge-1")));
        assertTrue(fleet.forget("edge-2"));
        assertNotNull(fleet.registerRelayed(behind("one-more")));
    }

    private static NodeHello behind(String edge) {
        return new NodeHello(edge, "edge", null, null, null, "shield-1");
    }

    @Test
    void aRelayedHelloNeedsARelayThatFollows() throws Exception {
        TestNode node = edge("edge-1", null);
        node.next(StreamEvent.Welcome.class);
        NodeHello hello = new NodeHello("edge-9", "edge", null, null, null, "shield-1");
        String json = StreamCodec.writeHello(hello);
        assertEquals(409, node.post("/v1/nodes/edge-9/hello", json).status());
        assertEquals(400, node.post("/v1/nodes/edge-8/hello", json).status());
        NodeHello direct = TestNode.edge("edge-9", null);
        String without = StreamCodec.writeHello(direct);
        assertEquals(400, node.post("/v1/nodes/edge-9/hello", without).status());
    }

    private static StreamEvent.Welcome announce(TestNode relay, NodeHello hello) throws Exception {
        RawResponse response =
                relay.post("/v1/nodes/" + hello.node() + "/hello", StreamCodec.writeHello(hello));
        assertEquals(200, response.status());
        return assertInstanceOf(
                StreamEvent.Welcome.class, StreamCodec.decode("welcome", response.text()));
    }

    /** The next question, whatever comes before. */
    private static StreamEvent.Ask asked(TestNode node) throws InterruptedException {
        StreamEvent event = node.any();
        while (!(event instanceof StreamEvent.Ask ask)) {
            event = node.any();
        }
        return ask;
    }

    private static PurgeReceipt found(@Nullable PurgeReceipt receipt) {
        assertNotNull(receipt);
        return receipt;
    }
}

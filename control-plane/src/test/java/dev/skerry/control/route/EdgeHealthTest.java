package dev.skerry.control.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.SiteTable;
import dev.skerry.config.protocol.NodeReport.State;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Edges are listening servers here; time moves only when a test says so. */
@Timeout(60)
final class EdgeHealthTest {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration PROMISE = Duration.ofSeconds(3);

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = new Fleet(clock);
    private final ExecutorService probes = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final ScriptedOrigin edge = ScriptedOrigin.start();
    private final WatchedHttpClient client =
            WatchedHttpClient.create(ClientOptions.defaults(), tls());
    private final EdgeHealth health = health();

    private static SSLContext tls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void answerProbes() {
        edge.on("/", Reply.status(204));
    }

    @AfterEach
    void close() {
        health.stop();
        probes.shutdownNow();
        client.close();
        edge.close();
    }

    @Test
    void anEdgeThatReportsReadyIsInAndOneThatDrainsIsOutAtOnce() {
        fleet.ready("e1", "fra", url());
        health.start();
        assertEquals(List.of("e1"), in());
        // No time passes, and no probe is asked.
        fleet.state("e1", State.DRAINING);
        assertEquals(List.of(), in());
        fleet.state("e1", State.READY);
        assertEquals(List.of("e1"), in());
        fleet.state("e1", State.LEFT);
        assertEquals(List.of(), in());
        assertEquals(4, changes.get());
    }

    @Test
    void anEdgeWhoseControlStreamIsCutStaysWhileItAnswers() throws Exception {
        fleet.ready("e1", "fra", url());
        health.start();
        quiet();
        fleet.cut("e1");
        for (int i = 0; i < 100; i++) {
            tick();
            assertEquals(List.of("e1"), in());
        }
        ReceivedRequest probe = edge.requests().getFirst();
        assertEquals("HEAD", probe.method());
        assertEquals("/", probe.target());
        assertEquals("skerry;node=e1", probe.field("CDN-Loop"));
        assertEquals("localhost:" + edge.port(), probe.field("Host"));
        // 20 seconds at one a second, one at first, one for the cut.
        int asked = edge.requests().size();
        assertTrue(asked >= 15 && asked <= 22, asked + " probes");
    }

    @Test
    void anEdgeThatDiesLeavesWithTheEndOfItsStream() throws Exception {
        fleet.ready("e1", "fra", url());
        health.start();
        quiet();
        edge.close();
        fleet.cut("e1");
        Await.until("the dead edge leaves", () -> in().isEmpty());
    }

    @Test
    void anEdgeThatFallsSilentLeavesWithinThreeSeconds() throws Exception {
        fleet.ready("e1", "fra", url()).ready("e2", "fra", url());
        health.start();
        quiet();
        // Its stream stays open, as after a cut cable.
        edge.close();
        Duration passed = Duration.ZERO;
        while (in().contains("e1") && passed.compareTo(PROMISE) < 0) {
            fleet.heard("e2");
            tick();
            passed = passed.plus(TICK);
        }
        assertTrue(passed.compareTo(PROMISE) < 0, passed.toString());
        assertTrue(passed.compareTo(EdgeHealth.SILENCE) >= 0, passed.toString());
        // It still reports, so its probe is not asked.
        assertEquals(List.of("e2"), in());
    }

    @Test
    void anEdgeThatStallsIsDeadForTheProbe() throws Exception {
        Gate never = new Gate("never");
        edge.on("/", Reply.status(508).stallBeforeHead(never));
        fleet.ready("e1", "fra", url());
        health.start();
        fleet.cut("e1");
        Await.until("the probe ends", () -> running.get() == 0);
        assertEquals(List.of(), in());
        never.open();
    }

    @Test
    void anEdgeThatSaysThatItDoesNotServeIsOut() throws Exception {
        fleet.ready("e1", "fra", url());
        health.start();
        edge.on("/", Reply.status(503));
        fleet.cut("e1");
        Await.until("the probe decides", () -> in().isEmpty());
    }

    @Test
    void anEdgeThatComesBackIsInAgain() throws Exception {
        fleet.ready("e1", "fra", url());
        health.start();
        edge.close();
        fleet.cut("e1");
        Await.until("the dead edge leaves", () -> in().isEmpty());
        fleet.state("e1", State.STARTING);
        assertEquals(List.of(), in());
        fleet.state("e1", State.READY);
        assertEquals(List.of("e1"), in());
    }

    @Test
    void anEdgeUnheardSinceTheControlPlaneBeganIsInWhenItAnswers() throws Exception {
        fleet.put(node("e1", "edge", url(), InetAddress.getLoopbackAddress()));
        health.start();
        Await.until("the probe decides", () -> !in().isEmpty());
        // Connected, but no report yet.
        fleet.state("e1", State.STARTING);
        assertEquals(List.of("e1"), in());
        fleet.state("e1", State.DRAINING);
        assertEquals(List.of(), in());
    }

    @Test
    void shieldsAndEdgesThatNobodyCanBeSentToAreNotCounted() throws Exception {
        fleet.ready("e1", "fra", url());
        fleet.ready("odd", "fra", "ftp://{host}");
        fleet.put(node("s1", "shield", url(), InetAddress.getLoopbackAddress()));
        // Nothing but {host}, and nobody knows where its stream came from.
        fleet.put(node("e2", "edge", url(), null));
        health.start();
        quiet();
        assertEquals(List.of("e1"), in());
        assertEquals(3, health.known());
    }

    @Test
    void freshnessEndsAfterExactlyASecondAndAHalf() {
        fleet.ready("e1", "fra", url());
        FleetNode node = fleet.nodes().getFirst();
        long heard = node.lastHeardNanos();
        long limit = EdgeHealth.SILENCE.toNanos();
        assertTrue(EdgeHealth.isIn(node, false, heard + limit));
        assertFalse(EdgeHealth.isIn(node, false, heard + limit + 1));
        assertTrue(EdgeHealth.isIn(node, true, heard + limit + 1));
    }

    private EdgeHealth health() {
        HttpProbe probe = new HttpProbe(client, host -> List.of(), () -> new SiteTable(List.of()));
        return new EdgeHealth(
                fleet,
                probe,
                task -> {
                    running.incrementAndGet();
                    probes.execute(() -> {
                        try {
                            task.run();
                        } finally {
                            // Not before what the probe found has been judged.
                            running.decrementAndGet();
                        }
                    });
                },
                clock,
                changes::incrementAndGet);
    }

    private void tick() throws Exception {
        clock.advance(TICK);
        health.look();
        quiet();
    }

    /** Until no probe is under way, and what it found has been judged. */
    private void quiet() throws Exception {
        Await.until("the probes end", () -> running.get() == 0);
        health.look();
    }

    private String url() {
        return "http://{host}:" + edge.port();
    }

    private List<String> in() {
        return health.inRotation().stream().map(Edge::name).toList();
    }

    private static FleetNode node(
            String name, String role, String url, @Nullable InetAddress address) {
        return new FleetNode(
                name, role, "fra", url, null, address, State.STARTING, null, 0, false, List.of());
    }
}

package dev.skerry.shield.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.Origin;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.proxy.admin.AdminPort;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.admin.Readiness;
import dev.skerry.proxy.feed.ControlFeed;
import dev.skerry.proxy.feed.FeedOptions;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.feed.FeedTimings;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane that is scripted, a shield's feed with a relay, and edges' feeds behind it. */
@Tag("slow")
final class RelayTest {
    private static final FeedTimings TIMINGS =
            new FeedTimings(
                    Duration.ofSeconds(60),
                    Duration.ofMillis(20),
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1));

    @TempDir Path directory;
    private final Order order = new Order('a');
    private final ManualClock clock = new ManualClock();
    private final ChangeBuffer buffer = new ChangeBuffer(clock, 2000, 64 << 20);
    private final Relay relay = new Relay("shield-1", buffer);
    private final RecordingTarget shieldTarget = new RecordingTarget();
    private final RecordingTarget edgeTarget = new RecordingTarget();
    private ControlStub control;
    private WatchedHttpClient client;
    private BearerToken token;
    private AdminPort admin;
    private ControlFeed shield;

    @BeforeEach
    void startShield() throws Exception {
        control = ControlStub.start();
        control.head = order.at(5);
        client = WatchedHttpClient.create(ClientOptions.defaults());
        token = BearerToken.read(Files.writeString(directory.resolve("token"), ControlStub.TOKEN));
        admin =
                AdminPort.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        () -> "",
                        new Readiness(List.of()),
                        List.of(relay.endpoint(token)));
        shieldTarget.position = order.at(1);
        shield = feed("shield-1", "shield", shieldTarget, relay, control.url());
    }

    @AfterEach
    void stopShield() {
        shield.close();
        admin.close();
        client.close();
        control.close();
    }

    @Test
    void anEdgeGoesOnFromItsPositionWithWhatTheShieldHas() throws Exception {
        shieldHas(5);
        edgeTarget.position = order.at(3);
        try (ControlFeed edge = edge("edge-1")) {
            NodeHello hello = control.hellos.poll(20, TimeUnit.SECONDS);
            assertEquals(
                    new NodeHello(
                            "edge-1", "edge", "fra", null, order.at(3), "shield-1", "127.0.0.1"),
                    hello);
            NodeReport report = report("edge-1-1", order.at(5));
            assertEquals(NodeReport.State.READY, report.state());
            assertEquals(List.of("changes 4-5"), edgeTarget.calls);
            assertEquals(order.at(5), edgeTarget.head);
            assertTrue(edge.counters().connected());
        }
    }

    @Test
    void changesAndBeatsGoOnToTheEdge() throws Exception {
        ControlStub.Opened stream = shieldHas(2);
        edgeTarget.position = order.at(2);
        try (ControlFeed _ = edge("edge-1")) {
            report("edge-1-1", order.at(2));
            stream.send(order.changes(2, 6));
            report("edge-1-1", order.at(6));
            stream.send(new StreamEvent.Beat(order.at(9), 77));
            Await.until("the beat", () -> order.at(9).equals(edgeTarget.head));
        }
    }

    @Test
    void rule14ARelayVouchesWithWhatIsLeftOfItsOwnLease() throws Exception {
        ControlStub.Opened stream = shieldHas(2);
        edgeTarget.position = order.at(2);
        try (ControlFeed _ = edge("edge-1")) {
            report("edge-1-1", order.at(2));
            stream.send(new StreamEvent.Beat(order.at(2), 77, 30_000));
            Await.until("the beat", () -> order.at(2).equals(edgeTarget.head));
            shieldTarget.leaseLeft = () -> 1234;
            stream.send(order.changes(2, 3)).send(new StreamEvent.Beat(order.at(3), 77, 30_000));
            Await.until("the shield vouches", () -> !edgeTarget.leases.isEmpty());
            // By the edge's own ping, at the only time that this clock has shown.
            assertEquals(List.of("3 0 1234"), edgeTarget.leases);
        }
    }

    @Test
    void aShieldOnWhichNothingHasHappenedRelaysFromTheFirstBeat() throws Exception {
        control.awaitStream()
                .send(new StreamEvent.Welcome("s", order.at(1)))
                .send(new StreamEvent.Beat(order.at(1), -1));
        Await.until("the shield knows where it is", () -> order.at(1).equals(buffer.end()));
        edgeTarget.position = order.at(1);
        try (ControlFeed _ = edge("edge-1")) {
            report("edge-1-1", order.at(1));
        }
    }

    @Test
    void anEdgeWithNothingGetsItsSnapshotFromTheControlPlane() throws Exception {
        ControlStub.Opened stream = shieldHas(5);
        try (ControlFeed _ = edge("edge-1")) {
            ControlStub.Opened own = control.awaitStream();
            assertEquals(
                    new NodeHello("edge-1", "edge", "fra", null, null, "shield-1", "127.0.0.1"),
                    own.hello());
            own.send(new StreamEvent.Welcome("snapshot-session", order.at(7)));
            report("snapshot-session", null);
            // Ahead of the shield: the stream of its own goes on until the shield has come up.
            own.send(new StreamEvent.SnapshotBegin(order.at(6), 0))
                    .send(new StreamEvent.SnapshotEnd())
                    .send(order.changes(6, 7));
            report("snapshot-session", order.at(7));
            stream.send(order.changes(5, 8));
            own.send(new StreamEvent.Beat(order.at(7), 3));
            report("edge-1-1", order.at(8));
            assertEquals(List.of("snapshot 6", "changes 7-7", "changes 8-8"), edgeTarget.calls);
            assertEquals(order.at(7), control.hellos.element().from());
        }
    }

    @Test
    void questionsGoDownAndAnswersUp() throws Exception {
        ControlStub.Opened stream = shieldHas(2);
        edgeTarget.position = order.at(2);
        try (ControlFeed _ = edge("edge-1")) {
            report("edge-1-1", order.at(2));
            stream.send(new StreamEvent.Ask("q-1", "edge-1", "7"));
            assertEquals("q-1 {\"asked\":7}", control.answers.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void whileTheControlPlaneIsAwayEdgesGetWhatTheShieldHasAndNoWelcome() throws Exception {
        shieldHas(5);
        control.stop();
        Await.until("the shield misses it", () -> relay.link() == null);
        edgeTarget.position = order.at(3);
        RecordingTarget newcomer = new RecordingTarget();
        try (ControlFeed edge = edge("edge-1");
                ControlFeed other = feed("edge-2", "edge", newcomer, FeedTap.NONE, adminUrl())) {
            Await.until("what the shield has", () -> !edgeTarget.calls.isEmpty());
            assertEquals(List.of("changes 4-5"), edgeTarget.calls);
            assertNull(edgeTarget.head, "purge rule 13: nobody has read a head for it");
            assertFalse(edge.counters().connected());
            Await.until("refused", () -> other.counters().failures() > 0);
            assertEquals(List.of(), newcomer.calls);
            control.restart();
            control.awaitStream(node -> node.equals("shield-1"))
                    .send(new StreamEvent.Welcome("s2", order.at(5)));
            NodeReport report = control.awaitReport(r -> r.session().startsWith("edge-1-"));
            assertEquals(order.at(5), report.applied());
            Await.until("welcomed", () -> edge.counters().connected());
        }
    }

    @Test
    void anEdgeIsAnnouncedAgainOnEachStreamOfItsRelay() throws Exception {
        shieldHas(5).events().finish();
        edgeTarget.position = order.at(5);
        control.awaitStream().send(new StreamEvent.Welcome("s2", order.at(5)));
        try (ControlFeed edge = edge("edge-1")) {
            report("edge-1-1", order.at(5));
            control.closeStreams();
            control.awaitStream().send(new StreamEvent.Welcome("s3", order.at(5)));
            report("edge-1-2", order.at(5));
            assertEquals(0, edge.counters().failures(), "its own stream went on");
        }
    }

    @Test
    void anEdgeWhoseSessionIsForgottenIsAnnouncedAgain() throws Exception {
        shieldHas(5);
        edgeTarget.position = order.at(5);
        try (ControlFeed edge = edge("edge-1")) {
            report("edge-1-1", order.at(5));
            control.forgotten = "edge-1-1";
            report("edge-1-2", order.at(5));
            assertEquals(0, edge.counters().failures(), "its own stream went on");
        }
    }

    @Test
    void anEdgeThatTakesNothingIsCutOffWhenTheShieldForgetsWhatItLacks() throws Exception {
        // 20 MB a round: more than sockets and backlog hold, and than the buffer keeps.
        Order heavy = new Order('a', 2000);
        ControlStub.Opened stream = control.awaitStream();
        stream.send(new StreamEvent.Welcome("s", heavy.at(1)))
                .send(new StreamEvent.SnapshotBegin(heavy.at(1), 0))
                .send(new StreamEvent.SnapshotEnd());
        Await.until("the shield has it", () -> heavy.at(1).equals(buffer.end()));
        NodeHello hello = new NodeHello("edge-1", "edge", null, null, heavy.at(1), null);
        try (RawClient lazy = RawClient.connect(admin.address())) {
            lazy.request(
                    "GET",
                    "/v1/watch?" + StreamCodec.writeQuery(hello),
                    "Authorization: Bearer " + ControlStub.TOKEN);
            control.hellos.poll(20, TimeUnit.SECONDS);
            int at = 1;
            while (relay.streams() == 1 && at < 20_000) {
                // As fast as the relay hands them on, or cannot any more.
                stream.send(heavy.changes(at, at + 50));
                at += 50;
                int sent = at;
                Await.until("the shield has it", () -> heavy.at(sent).equals(buffer.end()));
            }
            assertEquals(0, relay.streams());
        }
    }

    @Test
    void nobodyFollowsWithoutTheToken() throws Exception {
        for (String authorization : List.of("Bearer " + ControlStub.TOKEN + "x", "Basic x")) {
            try (RawClient stranger = RawClient.connect(admin.address())) {
                for (String path : List.of("/v1/watch?node=e&role=edge", "/v1/nodes/e/reports")) {
                    assertEquals(
                            401, stranger.get(path, "Authorization: " + authorization).status());
                }
            }
        }
        try (RawClient node = RawClient.connect(admin.address())) {
            String authorization = "Authorization: Bearer " + ControlStub.TOKEN;
            assertEquals(400, node.get("/v1/watch?node=e", authorization).status());
            assertEquals(405, node.get("/v1/nodes/e/reports", authorization).status());
            assertEquals(404, node.get("/v1/nodes/e/other", authorization).status());
        }
    }

    /** The shield follows and has the changes up to a counter. */
    private ControlStub.Opened shieldHas(int counter) throws Exception {
        ControlStub.Opened stream = control.awaitStream();
        stream.send(new StreamEvent.Welcome("s", order.at(counter)));
        if (counter > 1) {
            stream.send(order.changes(1, counter));
        } else {
            stream.send(new StreamEvent.Beat(order.at(1), -1));
        }
        Await.until("the shield has it", () -> order.at(counter).equals(buffer.end()));
        return stream;
    }

    private NodeReport report(String session, @Nullable Position applied)
            throws InterruptedException {
        return control.awaitReport(r ->
                r.session().equals(session)
                        && (applied == null ? r.applied() == null : applied.equals(r.applied())));
    }

    private ControlFeed edge(String name) {
        return feed(name, "edge", edgeTarget, FeedTap.NONE, adminUrl());
    }

    private Origin adminUrl() {
        return Origin.of("http://127.0.0.1:" + admin.address().getPort());
    }

    private ControlFeed feed(
            String name, String role, RecordingTarget target, FeedTap tap, Origin from) {
        return ControlFeed.start(
                new FeedOptions(List.of(from), token, name, role, "fra", null),
                TIMINGS,
                target,
                tap,
                client,
                host -> List.of(InetAddress.getByName(host)),
                clock,
                new Random(1));
    }
}

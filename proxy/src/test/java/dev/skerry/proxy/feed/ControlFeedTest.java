package dev.skerry.proxy.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.Origin;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.config.protocol.StreamEvent.Beat;
import dev.skerry.config.protocol.StreamEvent.SnapshotBegin;
import dev.skerry.config.protocol.StreamEvent.SnapshotEnd;
import dev.skerry.config.protocol.StreamEvent.SnapshotPart;
import dev.skerry.config.protocol.StreamEvent.Welcome;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlFeedTest {
    /** Nothing is silent for so long in these tests, and reports come by their causes alone. */
    private static final FeedTimings PATIENT =
            new FeedTimings(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1));

    @TempDir Path directory;
    private final Order order = new Order('a');
    private final RecordingTarget target = new RecordingTarget();
    private final ManualClock clock = new ManualClock();
    private ControlStub control;
    private ControlStub other;
    private WatchedHttpClient client;

    @BeforeEach
    void startControl() throws IOException {
        control = ControlStub.start();
        other = ControlStub.start();
        client = WatchedHttpClient.create(ClientOptions.defaults());
    }

    @AfterEach
    void stopControl() {
        client.close();
        control.close();
        other.close();
    }

    @Test
    void aNodeWithNothingTakesASnapshotAndThenChanges() throws Exception {
        try (ControlFeed feed = start(PATIENT, control.url())) {
            ControlStub.Opened stream = control.awaitStream();
            assertEquals("edge-1", stream.hello().node());
            assertEquals("edge", stream.hello().role());
            assertEquals("fra", stream.hello().pop());
            assertEquals("http://{host}:8081", stream.hello().url());
            assertNull(stream.hello().from());
            assertFalse(feed.counters().connected());
            welcome(stream, "s1", 3);
            stream.send(new SnapshotBegin(order.at(2), 0))
                    .send(new SnapshotPart(List.of(), List.of()))
                    .send(new SnapshotEnd())
                    .send(order.changes(2, 3));
            NodeReport report = control.awaitReport(r -> order.at(3).equals(r.applied()));
            assertEquals("s1", report.session());
            assertEquals(0, report.ping(), "the feed's own time");
            assertEquals(NodeReport.State.READY, report.state());
            assertEquals(target.problems(), report.problems());
            assertEquals(List.of("snapshot 2", "changes 3-3"), target.calls);
            assertEquals(order.at(3), target.head);
            assertTrue(feed.counters().connected());
            assertEquals(3, feed.counters().applied());
            assertEquals(1, feed.counters().changes());
            stream.send(new Beat(order.at(4), -1));
            Await.until("the head of the beat", () -> order.at(4).equals(target.head));
        }
    }

    @Test
    void aSnapshotThatLacksAPartIsNotTaken() throws Exception {
        try (ControlFeed _ = start(PATIENT, control.url())) {
            ControlStub.Opened stream = control.awaitStream();
            welcome(stream, "s1", 3);
            stream.send(new SnapshotBegin(order.at(3), 0))
                    .send(new SnapshotPart(List.of(), List.of()))
                    .send(new SnapshotEnd(1, 0));
            ControlStub.Opened again = control.awaitStream();
            assertNull(again.hello().from());
            assertEquals(List.of(), target.calls);
            welcome(again, "s2", 3);
            again.send(new SnapshotBegin(order.at(3), 0)).send(new SnapshotEnd(0, 0));
            Await.until("a snapshot", () -> target.calls.equals(List.of("snapshot 3")));
        }
    }

    @Test
    void rule14ABeatVouchesFromWhenThePingLeftThatItEchoes() throws Exception {
        try (ControlFeed feed = start(PATIENT, control.url())) {
            ControlStub.Opened stream = control.awaitStream();
            clock.advance(Duration.ofMillis(100));
            welcome(stream, "s1", 3);
            long ping = control.awaitReport().ping();
            assertEquals(100, ping);
            // Later by 200 ms and a bit, which counts as a whole one.
            clock.advance(Duration.ofMillis(200).plusNanos(1));

            stream.send(new Beat(order.at(3), -1, 1000))
                    .send(new Beat(order.at(3), ping, 0))
                    .send(new Beat(order.at(3), ping, 1000))
                    .send(new Beat(order.at(4), -1));

            Await.until("the last beat", () -> order.at(4).equals(target.head));
            assertEquals(List.of("3 201 1000"), target.leases);
            assertTrue(feed.counters().connected());
        }
    }

    @Test
    void whatIsNotDurableIsAppliedButNotAcknowledged() throws Exception {
        target.position = order.at(1);
        CompletableFuture<Void> disk = new CompletableFuture<>();
        target.disk = disk;
        try (ControlFeed feed = start(PATIENT, control.url())) {
            ControlStub.Opened stream = control.awaitStream();
            assertEquals(order.at(1), stream.hello().from());
            welcome(stream, "s1", 3);
            assertEquals(order.at(1), control.awaitReport().applied());
            stream.send(order.changes(1, 2)).send(order.changes(2, 3));
            Await.until("both batches applied", () -> target.calls.size() == 2);
            feed.reportNow();
            assertEquals(order.at(1), control.awaitReport().applied());
            disk.complete(null);
            control.awaitReport(r -> order.at(3).equals(r.applied()));
        }
    }

    @Test
    void aFailureOfTheDiskEndsTheStreamAndTheNextBeginsWhereTheNodeDurablyIs() throws Exception {
        target.position = order.at(1);
        CompletableFuture<Void> disk = new CompletableFuture<>();
        target.disk = disk;
        try (ControlFeed feed = start(PATIENT, control.url())) {
            ControlStub.Opened stream = welcome(control.awaitStream(), "s1", 2);
            stream.send(order.changes(1, 2));
            Await.until("applied", () -> target.calls.size() == 1);
            target.disk = null;
            disk.completeExceptionally(new IOException("disk full"));
            ControlStub.Opened again = control.awaitStream();
            assertEquals(order.at(1), again.hello().from());
            welcome(again, "s2", 2).send(order.changes(1, 2));
            control.awaitReport(r -> order.at(2).equals(r.applied()));
            assertEquals(List.of("changes 2-2", "changes 2-2"), target.calls);
            assertEquals(1, feed.counters().reconnects());
        }
    }

    @Test
    void purgeRule13ASnapshotBelowWhatWasAppliedIsRefusedAndAnotherIsAsked() throws Exception {
        target.position = order.at(3);
        try (ControlFeed _ = start(PATIENT, control.url(), other.url())) {
            welcome(control.awaitStream(), "s1", 2).send(new SnapshotBegin(order.at(2), 0));
            ControlStub.Opened elsewhere = other.awaitStream();
            assertEquals(order.at(3), elsewhere.hello().from());
            // Equal is not below; and of another history any is taken.
            snapshot(welcome(elsewhere, "s2", 3), order.at(3));
            Order foreign = new Order('b');
            snapshot(elsewhere, foreign.at(1));
            other.awaitReport(r -> foreign.at(1).equals(r.applied()));
            assertEquals(List.of("snapshot 3", "snapshot 1"), target.calls);
        }
    }

    @Test
    void changesThatDoNotContinueEndTheStream() throws Exception {
        target.position = order.at(1);
        Order foreign = new Order('b');
        foreign.at(3);
        List<StreamEvent> wrong =
                List.of(
                        order.changes(2, 3),
                        order.changes(0, 1),
                        foreign.changes(1, 2),
                        new StreamEvent.Changes(List.of(), order.at(1)),
                        new StreamEvent.Changes(
                                order.changes(1, 2).changes(),
                                new Position(order.at(2).revision(), foreign.at(2).hash())),
                        new SnapshotEnd(),
                        new SnapshotPart(List.of(), List.of()),
                        new StreamEvent.Refused("not here"));
        try (ControlFeed feed = start(PATIENT, control.url())) {
            for (StreamEvent event : wrong) {
                welcome(control.awaitStream(), "s1", 1).send(event);
            }
            assertEquals(order.at(1), control.awaitStream().hello().from());
            assertEquals(List.of(), target.calls);
            assertEquals(wrong.size(), feed.counters().failures());
        }
    }

    @Test
    void garbageEndsTheStreamAndUnknownEventsDoNot() throws Exception {
        target.position = order.at(1);
        try (ControlFeed _ = start(PATIENT, control.url())) {
            control.awaitStream().events().offer("welcome", null, "{\"session\":1}");
            control.awaitStream().events().offer("changes", null, "\u0000\u0001 no json");
            ControlStub.Opened stream = welcome(control.awaitStream(), "s1", 2);
            stream.events().offer("something-newer", null, "{}");
            stream.send(order.changes(1, 2));
            control.awaitReport(r -> order.at(2).equals(r.applied()));
        }
    }

    @Test
    void aSilentStreamIsDead() throws Exception {
        FeedTimings impatient =
                new FeedTimings(
                        Duration.ofMillis(50),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1));
        try (ControlFeed _ = start(impatient, control.url())) {
            welcome(control.awaitStream(), "s1", 0);
            welcome(control.awaitStream(), "s2", 0);
        }
    }

    @Test
    void aControlPlaneThatWasGoneIsFollowedAgainFromThePosition() throws Exception {
        target.position = order.at(1);
        try (ControlFeed feed = start(PATIENT, control.url())) {
            welcome(control.awaitStream(), "s1", 2).send(order.changes(1, 2));
            control.awaitReport(r -> order.at(2).equals(r.applied()));
            control.stop();
            Await.until("it was missed", () -> feed.counters().failures() > 3);
            assertFalse(feed.counters().connected());
            control.restart();
            ControlStub.Opened stream = control.awaitStream();
            assertEquals(order.at(2), stream.hello().from());
            welcome(stream, "s2", 3).send(order.changes(2, 3));
            NodeReport report = control.awaitReport(r -> order.at(3).equals(r.applied()));
            assertEquals("s2", report.session());
        }
    }

    @Test
    void theNextIsAskedAfterAFailureAndThePreferredOneWhenItIsThereAgain() throws Exception {
        FeedTimings probing =
                new FeedTimings(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(1));
        control.watchStatus = 503;
        control.ready = false;
        target.position = order.at(1);
        try (ControlFeed _ = start(probing, control.url(), other.url())) {
            welcome(other.awaitStream(), "s1", 1);
            Await.until("a probe", () -> control.requests.contains("GET /readyz"));
            control.watchStatus = 200;
            control.ready = true;
            welcome(control.awaitStream(), "s2", 1);
            assertEquals("s2", control.awaitReport().session());
        }
    }

    @Test
    void anUnknownSessionIsBegunAnew() throws Exception {
        control.reportStatus = 410;
        try (ControlFeed _ = start(PATIENT, control.url())) {
            welcome(control.awaitStream(), "s1", 0);
            ControlStub.Opened again = control.awaitStream();
            control.reportStatus = 204;
            welcome(again, "s2", 0);
            control.awaitReport(r -> r.session().equals("s2"));
        }
    }

    @Test
    void questionsAreAnsweredAndThoseToOthersGoToTheTap() throws Exception {
        CompletableFuture<StreamEvent.Ask> tapped = new CompletableFuture<>();
        FeedTap tap =
                new FeedTap() {
                    @Override
                    public void ask(StreamEvent.Ask ask) {
                        tapped.complete(ask);
                    }
                };
        try (ControlFeed _ = start(PATIENT, tap, control.url())) {
            ControlStub.Opened stream = welcome(control.awaitStream(), "s1", 0);
            StreamEvent.Ask other = new StreamEvent.Ask("q-2", "edge-2", "{}");
            stream.send(new StreamEvent.Ask("q-1", "edge-1", "{\"url\":1}")).send(other);
            assertEquals("q-1 {\"asked\":{\"url\":1}}", control.answers.poll(20, TimeUnit.SECONDS));
            assertEquals(other, tapped.get(20, TimeUnit.SECONDS));
            // Not a name that could stand in a path.
            stream.send(new StreamEvent.Ask("../x", "edge-1", "{}"));
            stream.send(new StreamEvent.Ask("q-3", "edge-1", "3"));
            assertEquals("q-3 {\"asked\":3}", control.answers.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aNodeThatDrainsSaysSoAtOnceAndInTheEndThatItHasLeft() throws Exception {
        try (ControlFeed feed = start(PATIENT, control.url())) {
            welcome(control.awaitStream(), "s1", 0);
            assertEquals(NodeReport.State.READY, control.awaitReport().state());
            target.state = NodeReport.State.DRAINING;
            feed.reportNow();
            assertEquals(NodeReport.State.DRAINING, control.awaitReport().state());
        }
        assertEquals(NodeReport.State.LEFT, control.awaitReport().state());
        assertEquals(0, control.reports.size());
    }

    @Test
    void aNodeThatCannotRememberThatItLeftDoesNotSaySo() throws Exception {
        target.cannotKeep = true;
        try (ControlFeed _ = start(PATIENT, control.url())) {
            welcome(control.awaitStream(), "s1", 0);
            assertEquals(NodeReport.State.READY, control.awaitReport().state());
        }
        assertEquals(0, control.reports.size());
    }

    @Test
    void reportsComeAtASteadyPace() throws Exception {
        FeedTimings pacing =
                new FeedTimings(
                        Duration.ofSeconds(60),
                        Duration.ofMillis(10),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1));
        try (ControlFeed _ = start(pacing, control.url())) {
            welcome(control.awaitStream(), "s1", 0);
            for (int i = 0; i < 5; i++) {
                control.awaitReport();
            }
        }
    }

    @Test
    void aTokenThatIsRefusedIsTriedAgain() throws Exception {
        control.watchStatus = 401;
        try (ControlFeed feed = start(PATIENT, control.url())) {
            Await.until("attempts", () -> feed.counters().failures() > 3);
            control.watchStatus = 200;
            welcome(control.awaitStream(), "s1", 0);
            control.awaitReport();
        }
    }

    @Test
    void aFeedThatIsConnectedToNobodyClosesAtOnce() throws Exception {
        control.stop();
        ControlFeed feed = start(PATIENT, control.url());
        Await.until("an attempt", () -> feed.counters().failures() > 0);
        feed.close();
        long failures = feed.counters().failures();
        assertEquals(failures, feed.counters().failures());
    }

    private ControlStub.Opened welcome(ControlStub.Opened stream, String session, int head) {
        return stream.send(new Welcome(session, order.at(head)));
    }

    private static void snapshot(ControlStub.Opened stream, Position at) {
        stream.send(new SnapshotBegin(at, 0)).send(new SnapshotEnd());
    }

    private ControlFeed start(FeedTimings timings, Origin... controls) throws IOException {
        return start(timings, FeedTap.NONE, controls);
    }

    private ControlFeed start(FeedTimings timings, FeedTap tap, Origin... controls)
            throws IOException {
        Path token = Files.writeString(directory.resolve("token"), ControlStub.TOKEN + "\n");
        return ControlFeed.start(
                new FeedOptions(
                        List.of(controls),
                        BearerToken.read(token),
                        "edge-1",
                        "edge",
                        "fra",
                        "http://{host}:8081"),
                timings,
                target,
                tap,
                client,
                host -> List.of(InetAddress.getByName(host)),
                clock,
                new Random(1));
    }
}

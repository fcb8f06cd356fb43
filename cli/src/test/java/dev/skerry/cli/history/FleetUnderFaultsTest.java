package dev.skerry.cli.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.fleet.Member;
import dev.skerry.cli.history.check.Checker;
import dev.skerry.cli.history.check.Event;
import dev.skerry.testkit.CuttableWire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that read and a publisher that changes and purges, while each process of a fleet is cut
 * off, killed and started again, one at a time. Nothing purged is read; and what is not answered
 * must have been asked of somebody who was down.
 */
@Tag("slow")
@Timeout(300)
final class FleetUnderFaultsTest {
    private static final int CLIENTS = 2;
    private static final int READS = 150;
    private static final int PURGES = 15;
    private static final Duration PACE = Duration.ofMillis(30);

    @TempDir private Path folder;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private Recorder recorder;
    private Fleet fleet;
    private Readers readers;
    private Publisher publisher;

    @BeforeEach
    void start() throws Exception {
        recorder = later(Recorder.to(folder.resolve("history.jsonl")));
        recorder.add(new Event.Began(0, List.of(), 0));
        List<String> items =
                Stream.of(Site.values()).flatMap(site -> site.items(6).stream()).toList();
        Origin origin = later(Origin.start(recorder, items));
        fleet = later(new Fleet(folder, recorder, origin, List.of(), false, 0));
        Hot hot = new Hot(items);
        readers = new Readers(fleet, hot, Duration.ZERO);
        fleet.edges().forEach(edge -> readers.read(edge, CLIENTS));
        publisher = Publisher.start(fleet, origin, hot, new Random(), PACE);
    }

    @AfterEach
    void stop() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void nothingPurgedIsReadAndNoRequestIsLostWhileEachIsCutKilledAndStartedAgain()
            throws Exception {
        caughtUp();

        for (Member node : List.of(fleet.shield(), fleet.first(), fleet.second())) {
            node.kill();
            publisher.awaitPendingAt(node.name());
            readers.awaitMore(READS);
            node.startAgain();
            caughtUp();
        }
        fleet.control().kill();
        readers.awaitMore(READS);
        fleet.control().startAgain();
        caughtUp();

        CuttableWire firstToControl = fleet.wire("edge-1-control");
        firstToControl.cut();
        goesOnWithout(firstToControl);
        CuttableWire shieldToControl = fleet.wire("shield-1-control");
        shieldToControl.silence();
        goesOnWithout(shieldToControl);
        CuttableWire secondToRelay = fleet.wire("edge-2-relay");
        secondToRelay.cut();
        goesOnWithout(secondToRelay);

        publisher.stop();
        publisher.awaitAllDone();
        readers.awaitMore(READS);
        readers.end();
        publisher.end();
        assertEquals(List.of(), Checker.check(recorder.history()).violations());
        // At the death of the shield a client may have had the first bytes of a response.
        List<String> lost = new ArrayList<>(readers.lost());
        assertTrue(lost.size() <= 2 * CLIENTS, () -> lost.size() + " lost: " + lost);
        assertTrue(
                lost.stream().allMatch(request -> request.contains("IOException")),
                "answered with an error: " + lost);
        assertTrue(recorder.hits() > recorder.reads() / 10, recorder.hits() + " hits");
    }

    private void goesOnWithout(CuttableWire wire) throws Exception {
        publisher.awaitAccepted(PURGES);
        readers.awaitMore(READS);
        wire.mend();
        caughtUp();
    }

    /** Every node acknowledges again. */
    private void caughtUp() throws Exception {
        publisher.awaitDone(PURGES);
        readers.awaitMore(READS);
    }

    private <T extends AutoCloseable> T later(T part) {
        parts.push(part);
        return part;
    }
}

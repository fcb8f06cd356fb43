package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge that is killed while it writes to its disk: what it has afterwards is true. {@code
 * loadtest/kill9} does the same for longer.
 */
@Tag("slow")
final class DiskKillTest {
    private static final int ROUNDS = 10;
    private static final int CLIENTS = 3;

    private final long seed = new Random().nextLong();
    private final VersionedPages pages = new VersionedPages(60);
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final ScriptedOrigin origin =
            ScriptedOrigin.start().on(any -> true, request -> pages.reply(request));
    @TempDir private Path disk;
    private volatile boolean stopping;

    @Test
    void whatAKilledEdgeHasOnItsDiskIsWhatTheOriginGaveAndNothingPurged() throws Exception {
        Random random = new Random(seed);
        int warm = 0;
        try (origin) {
            for (int round = 0; round < ROUNDS; round++) {
                try (NodeProcess edge = edge()) {
                    warm += look(edge);
                    loadAndKill(edge, random);
                }
                assertEquals(List.of(), List.copyOf(faults), () -> "seed " + seed);
            }
        }
        assertTrue(warm > 0, () -> "nothing was ever warm; seed " + seed);
    }

    private NodeProcess edge() throws Exception {
        return NodeProcess.start(
                "edge", "edge", "--origin=" + origin.url(), "--disk=" + disk + ":64m");
    }

    /** How many pages are there while the origin gives nothing. */
    private int look(NodeProcess edge) throws IOException {
        int found = 0;
        pages.down = true;
        try (RawClient client = RawClient.connect(edge.port())) {
            for (int page = 0; page < pages.count(); page++) {
                int floor = pages.floor(page);
                RawResponse answer = client.get("/" + page);
                if (answer.status() != 503) {
                    found++;
                    note(pages.fault(page, floor, answer));
                }
            }
        } finally {
            pages.down = false;
        }
        return found;
    }

    private void loadAndKill(NodeProcess edge, Random random) throws InterruptedException {
        stopping = false;
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            long own = random.nextLong();
            running.add(Thread.ofVirtual().start(() -> ask(edge.port(), new Random(own))));
        }
        long own = random.nextLong();
        running.add(Thread.ofVirtual().start(() -> purge(edge.admin(), new Random(own))));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1500)); // any moment is a moment to die
        edge.kill9();
        stopping = true;
        for (Thread each : running) {
            assertTrue(each.join(Duration.ofSeconds(30)), "a client did not end");
        }
    }

    private void ask(int port, Random random) {
        while (!stopping) {
            try (RawClient client = RawClient.connect(port)) {
                while (!stopping) {
                    int page = random.nextInt(pages.count());
                    int floor = pages.floor(page);
                    note(pages.fault(page, floor, client.get("/" + page)));
                }
            } catch (IOException killed) {
                Thread.onSpinWait();
            }
        }
    }

    private void purge(String admin, Random random) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!stopping) {
                int page = random.nextInt(pages.count());
                int version = pages.change(page);
                String body = "{\"urls\":[\"http://localhost/" + page + "\"]}";
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create("http://" + admin + "/v1/purges"))
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(10))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build();
                HttpResponse<String> answer =
                        client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    note("a purge: " + answer.statusCode() + " " + answer.body());
                } else if (answer.body().contains("\"done\"")) {
                    pages.purged(page, version);
                }
            }
        } catch (IOException killed) {
            // It may have happened all the same: nothing is claimed of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String fault) {
        if (!fault.isEmpty()) {
            faults.add(fault);
        }
    }
}

package dev.skerry.cli.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.cli.history.check.Event;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Changes items and purges them, and follows each receipt until it is done. What was accepted, and
 * what receipts say, is written down.
 */
final class Publisher {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int GIVE_UP_AFTER = 404;

    private final HttpClient client;
    private final String api;
    private final String token;
    private final Origin origin;
    private final Recorder recorder;
    private final Hot hot;
    private final Random random;
    private final Duration pace;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private final Set<Thread> followers = ConcurrentHashMap.newKeySet();
    private final Set<String> waitsFor = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopped;

    private Publisher(Fleet fleet, Origin origin, Hot hot, Random random, Duration pace) {
        this.client = fleet.client();
        this.api = fleet.api();
        this.token = fleet.adminToken();
        this.recorder = fleet.recorder();
        this.origin = origin;
        this.hot = hot;
        this.random = random;
        this.pace = pace;
        this.thread = Thread.ofVirtual().name("publisher").unstarted(this::run);
    }

    /**
     * Starts to change and to purge.
     *
     * @param pace between two purges, on average
     */
    static Publisher start(Fleet fleet, Origin origin, Hot hot, Random random, Duration pace) {
        Publisher publisher = new Publisher(fleet, origin, hot, random, pace);
        publisher.thread.start();
        return publisher;
    }

    /** Waits until so many more purges are done. */
    void awaitDone(long count) throws Exception {
        long from = recorder.done();
        Await.until(
                count + " more purges done", () -> recorder.done() >= from + count, this::state);
    }

    /** Waits until so many more purges have been accepted, done or not. */
    void awaitAccepted(long count) throws Exception {
        long from = recorder.accepted();
        Await.until(
                count + " more purges accepted",
                () -> recorder.accepted() >= from + count,
                this::state);
    }

    /** Waits until a purge waits for this node, and says so. */
    void awaitPendingAt(String node) throws Exception {
        Await.until("a purge waits for " + node, () -> waitsFor.contains(node), this::state);
    }

    /** Waits until every purge that was accepted is done. */
    void awaitAllDone() throws Exception {
        Await.until("all purges done", () -> followers.isEmpty(), this::state);
    }

    /** Purges that were not accepted, or of which nobody knows. */
    int refused() {
        return refused.get();
    }

    /** Ends after the purge under way; those accepted are still followed until {@link #end}. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join(Duration.ofSeconds(30));
    }

    /** Ends everything. */
    void end() throws InterruptedException {
        stop();
        ended.countDown();
        for (Thread follower : followers) {
            follower.join(Duration.ofSeconds(30));
        }
    }

    private void run() {
        try {
            while (!stopped) {
                publish();
                Thread.sleep(1 + random.nextLong(2 * pace.toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish() throws InterruptedException {
        List<String> all = origin.items();
        String item = all.get(random.nextInt(all.size()));
        Purge purge = Purge.of(item, all, random.nextInt(100));
        hot.add(item);
        for (String changed : purge.items()) {
            // Of wide purges some items are as they were: those may be confirmed.
            if (changed.equals(item) || random.nextInt(4) == 0) {
                origin.write(changed);
            }
        }
        long start = recorder.now();
        Answer answer =
                answer(
                        request("/v1/sites/" + Site.of(item).id() + "/purges?wait=0s")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(purge.document())));
        long end = recorder.now();
        if (answer.status() / 100 != 2) {
            refused.incrementAndGet();
            return;
        }
        long id = ids.incrementAndGet();
        recorder.add(
                new Event.Purged(
                        id,
                        purge.items(),
                        purge.soft(),
                        answer.body().get("revision").asText(),
                        start,
                        end));
        Thread follower = Thread.ofVirtual().unstarted(() -> follow(id, answer.body()));
        followers.add(follower);
        follower.start();
    }

    private void follow(long id, JsonNode first) {
        try {
            Set<String> told = new HashSet<>();
            JsonNode receipt = first;
            for (int round = 1; !tell(id, receipt, told); round++) {
                if (ended.await(Math.min(250, 10L * round), TimeUnit.MILLISECONDS)) {
                    return;
                }
                Answer next = answer(request("/v1/purges/" + receipt.get("id").asText()).GET());
                if (next.status() == GIVE_UP_AFTER) {
                    // A restored store does not know it.
                    return;
                }
                receipt = next.status() == 200 ? next.body() : receipt;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            followers.remove(Thread.currentThread());
        }
    }

    /** Writes down what a receipt says that none before it has said; true when it is done. */
    private boolean tell(long id, JsonNode receipt, Set<String> told) {
        long now = recorder.now();
        for (JsonNode node : receipt.get("nodes")) {
            String name = node.get("name").asText();
            String state = node.get("state").asText();
            if (state.equals("pending")) {
                waitsFor.add(name);
            } else if (told.add(state + " " + name)) {
                recorder.add(
                        state.equals("acked")
                                ? new Event.Acknowledged(id, name, now)
                                : new Event.Lost(id, name, now));
            }
        }
        boolean done = receipt.get("state").asText().equals("done");
        if (done) {
            recorder.add(new Event.Done(id, now));
        }
        return done;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + token);
    }

    /**
     * What the control plane said.
     *
     * @param status 0 when it said nothing
     */
    private record Answer(int status, JsonNode body) {}

    private Answer answer(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            return new Answer(0, JSON.nullNode());
        }
    }

    private String state() {
        return "accepted %d, done %d, refused %d, waited for %s, open %d"
                .formatted(
                        recorder.accepted(),
                        recorder.done(),
                        refused.get(),
                        waitsFor,
                        followers.size());
    }
}

package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A publisher that changes items and purges them, one after the other, for as long as a test lasts.
 * What receipts say goes to the checker.
 */
final class Purger {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client;
    private final String api;
    private final String token;
    private final Items items;
    private final ReadChecker checker;
    private final Set<Thread> followers = ConcurrentHashMap.newKeySet();
    private final Set<String> waitsFor = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;

    private Purger(HttpClient client, String api, String token, Items items, ReadChecker checker) {
        this.client = client;
        this.api = api;
        this.token = token;
        this.items = items;
        this.checker = checker;
        this.thread = Thread.ofVirtual().unstarted(this::run);
    }

    /** Starts to change and to purge. */
    static Purger start(
            HttpClient client, String api, String token, Items items, ReadChecker checker) {
        Purger purger = new Purger(client, api, token, items, checker);
        purger.thread.start();
        return purger;
    }

    /** Waits until so many more purges are done. */
    void awaitDone(long count) throws Exception {
        long from = done.get();
        Await.until(count + " more purges done", () -> done.get() >= from + count, this::state);
    }

    /** Waits until so many more purges have been accepted, done or not. */
    void awaitAccepted(long count) throws Exception {
        long from = accepted.get();
        Await.until(
                count + " more purges accepted", () -> accepted.get() >= from + count, this::state);
    }

    /** Waits until a purge waits for this node, and says so. */
    void awaitPendingAt(String node) throws Exception {
        Await.until("a purge waits for " + node, () -> waitsFor.contains(node), this::state);
    }

    /** Waits until every purge that was accepted is done. */
    void awaitAllDone() throws Exception {
        Await.until("all purges done", () -> done.get() == accepted.get(), this::state);
    }

    /** Purges accepted so far. */
    long accepted() {
        return accepted.get();
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
                int n = ThreadLocalRandom.current().nextInt(items.count());
                String item = "item-" + n;
                long version = items.write(item);
                JsonNode receipt = post(item, n % 3);
                if (receipt == null) {
                    refused.incrementAndGet();
                    continue;
                }
                accepted.incrementAndGet();
                Thread follower =
                        Thread.ofVirtual().unstarted(() -> follow(receipt, item, version));
                followers.add(follower);
                follower.start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable JsonNode post(String item, int kind) throws InterruptedException {
        String document =
                switch (kind) {
                    case 0 -> "{\"tags\":[\"" + item + "\"]}";
                    case 1 -> "{\"urls\":[\"http://127.0.0.1/" + item + "\"]}";
                    default -> "{\"prefixes\":[\"127.0.0.1/" + item + "\"]}";
                };
        return answer(
                request("/v1/sites/shop/purges?wait=100ms")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(document)));
    }

    private void follow(JsonNode first, String item, long version) {
        try {
            JsonNode receipt = first;
            Set<String> named = new TreeSet<>();
            while (true) {
                for (JsonNode node : receipt.get("nodes")) {
                    String name = node.get("name").asText();
                    if (node.get("state").asText().equals("acked")) {
                        checker.acknowledged(name, item, version);
                    } else if (named.add(name)) {
                        waitsFor.add(name);
                    }
                }
                if (receipt.get("state").asText().equals("done")) {
                    checker.done(item, version);
                    done.incrementAndGet();
                    return;
                }
                JsonNode next = answer(request("/v1/purges/" + receipt.get("id").asText()).GET());
                receipt = next == null ? receipt : next;
                if (ended.await(250, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + token);
    }

    /** Null when there was no answer, or no good one. */
    private @Nullable JsonNode answer(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() / 100 == 2 ? JSON.readTree(response.body()) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private String state() {
        return "accepted %d, done %d, refused %d, waited for %s"
                .formatted(accepted.get(), done.get(), refused.get(), waitsFor);
    }
}

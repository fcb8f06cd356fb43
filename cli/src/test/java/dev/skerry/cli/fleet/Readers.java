package dev.skerry.cli.fleet;

import dev.skerry.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that read items through edges for as long as a test lasts, each after the other. */
final class Readers {
    private final HttpClient client;
    private final ReadChecker checker;
    private final int items;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final AtomicLong hits = new AtomicLong();
    private volatile boolean stopped;

    Readers(HttpClient client, ReadChecker checker, int items) {
        this.client = client;
        this.checker = checker;
        this.items = items;
    }

    /** Waits until an edge serves an item: its site has come. */
    static void awaitServed(HttpClient client, Member edge, String item) throws Exception {
        Await.until(
                edge.name() + " serves the site",
                () -> {
                    try {
                        return client.send(
                                                request(edge, item),
                                                HttpResponse.BodyHandlers.ofString())
                                        .statusCode()
                                == 200;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** Adds clients of an edge. */
    void read(Member edge, int clients) {
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofVirtual().start(() -> run(edge)));
        }
    }

    /** Waits until so many more reads have been answered. */
    void awaitMore(long count) throws Exception {
        long from = checker.reads();
        Await.until(
                count + " more reads",
                () -> checker.reads() >= from + count,
                () -> "reads " + checker.reads() + ", lost " + lost);
    }

    /** Requests that were not answered although their edge was up. */
    List<String> lost() {
        return List.copyOf(lost);
    }

    /** Answers from an edge's store. */
    long hits() {
        return hits.get();
    }

    /** Ends everything. */
    void end() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(30));
        }
    }

    private void run(Member edge) {
        while (!stopped) {
            String item = "item-" + ThreadLocalRandom.current().nextInt(items);
            boolean wasDown = edge.down();
            ReadChecker.Read read = checker.begin(edge.name(), item);
            String failure;
            try {
                HttpResponse<String> response =
                        client.send(request(edge, item), HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    answered(read, response);
                    continue;
                }
                failure = response.statusCode() + " " + response.headers().map();
            } catch (IOException e) {
                failure = e.toString();
            } catch (InterruptedException e) {
                return;
            }
            if (!wasDown && !edge.down()) {
                lost.add(edge.name() + " " + item + ": " + failure);
            }
        }
    }

    private static HttpRequest request(Member edge, String item) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/" + item))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private void answered(ReadChecker.Read read, HttpResponse<String> response) {
        checker.ended(read, Items.version(read.item(), response.body()));
        if (response.headers().firstValue("Cache-Status").orElse("").contains("; hit; ttl")) {
            hits.incrementAndGet();
        }
    }
}

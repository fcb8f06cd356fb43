package dev.skerry.cli.history;

import dev.skerry.cli.fleet.Member;
import dev.skerry.cli.history.check.Event;
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

/** Clients that read items through edges, each one after the other. */
final class Readers {
    private static final int MOST_LOST = 1000;

    private final HttpClient client;
    private final Recorder recorder;
    private final Hot hot;
    private final Duration pace;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /**
     * No clients yet.
     *
     * @param pace of each client between two reads, on average
     */
    Readers(Fleet fleet, Hot hot, Duration pace) {
        this.client = fleet.client();
        this.recorder = fleet.recorder();
        this.hot = hot;
        this.pace = pace;
    }

    /** Adds clients of an edge. */
    void read(Member edge, int clients) {
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofVirtual().start(() -> run(edge)));
        }
    }

    /** Waits until so many more reads have been answered. */
    void awaitMore(long count) throws Exception {
        long from = recorder.reads();
        Await.until(
                count + " more reads",
                () -> recorder.reads() >= from + count,
                () -> "reads " + recorder.reads() + ", lost " + lost);
    }

    /** Requests that were not answered although their edge was up; the first thousand. */
    List<String> lost() {
        return List.copyOf(lost);
    }

    /** Ends everything. */
    void end() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(30));
        }
    }

    private void run(Member edge) {
        try {
            while (!stopped) {
                boolean answered = read(edge, hot.next());
                long most = answered ? 2 * pace.toMillis() : 100;
                Thread.sleep(most == 0 ? 0 : ThreadLocalRandom.current().nextLong(most));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean read(Member edge, String item) throws InterruptedException {
        boolean wasDown = edge.down();
        long start = recorder.now();
        String failure;
        try {
            HttpResponse<String> response =
                    client.send(request(edge, item), HttpResponse.BodyHandlers.ofString());
            long end = recorder.now();
            int status = response.statusCode();
            long version = status == 200 ? Origin.version(item, response.body()) : -1;
            recorder.add(
                    new Event.Read(
                            edge.name(), item, status, version, own(edge, response), start, end));
            if (status == 200) {
                return true;
            }
            failure = status + " " + response.headers().map();
        } catch (IOException e) {
            failure = e.toString();
            recorder.add(new Event.Read(edge.name(), item, 0, -1, failure, start, recorder.now()));
        }
        if (!wasDown && !edge.down() && lost.size() < MOST_LOST) {
            lost.add(edge.name() + " " + item + ": " + failure);
        }
        return false;
    }

    /** Waits until an edge serves an item: its site has come. */
    static void awaitServed(HttpClient client, Member edge, String item) throws Exception {
        Await.until(
                edge.name() + " serves " + item,
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

    private static HttpRequest request(Member edge, String item) {
        String host = Site.of(item).host();
        return HttpRequest.newBuilder(URI.create("http://" + host + ":" + edge.port() + "/" + item))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    /** What the edge itself did; a shield's member comes before it. */
    private static String own(Member edge, HttpResponse<String> response) {
        String all = String.join(", ", response.headers().allValues("Cache-Status"));
        int at = all.lastIndexOf(edge.name() + ";");
        return at < 0 ? all : all.substring(at);
    }
}

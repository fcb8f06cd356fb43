package dev.skerry.cli.up;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a router, until it sends clients to every edge. */
final class RouterWatch {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long EVERY_MILLIS = 50;

    private final HttpRequest list;
    private final List<Integer> ports;

    /** For a router that sends clients to edges at these ports. */
    RouterWatch(String router, List<Integer> ports) {
        this.ports = List.copyOf(ports);
        this.list =
                HttpRequest.newBuilder(URI.create(router + "/?format=json"))
                        .timeout(PATIENCE)
                        .build();
    }

    /**
     * Returns when all of them are in rotation.
     *
     * @throws IOException when they are not in time
     */
    void awaitEdges(long millis) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (long left = millis; left > 0; left -= EVERY_MILLIS) {
                String edges = client.send(list, HttpResponse.BodyHandlers.ofString()).body();
                if (ports.stream().allMatch(port -> edges.contains(":" + port + "/"))) {
                    return;
                }
                // A router tells nobody that an edge has come: it is asked again.
                never.await(EVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        throw new IOException("the router does not send clients to the edges; the log says more");
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.CacheSettings;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.metrics.Metrics;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UpstreamPartsTest {
    @Test
    void originsThatDifferByTheirPathAreOnePeerInTheMetrics() throws IOException {
        Site site =
                Site.standalone(
                        List.of(
                                Origin.of("http://origin.example/a"),
                                Origin.of("http://origin.example/b")),
                        CacheSettings.DEFAULTS);
        try (Metrics metrics = new Metrics();
                WatchedHttpClient client = WatchedHttpClient.create(ClientOptions.defaults())) {
            UpstreamParts parts =
                    new UpstreamParts(
                            "node",
                            client,
                            name -> {
                                throw new UnknownHostException(name);
                            },
                            () -> 0,
                            metrics,
                            null);
            parts.origins(site);
            List<String> shown =
                    metrics.scrape()
                            .lines()
                            .filter(line -> line.startsWith("skerry_upstream_in_flight"))
                            .toList();
            assertEquals(
                    List.of(
                            "skerry_upstream_in_flight{peer=\"origin.example:80\","
                                    + "site=\"default\",} 0.0"),
                    shown);
        }
    }
}

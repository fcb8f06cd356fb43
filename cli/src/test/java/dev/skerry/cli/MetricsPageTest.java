package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.store.disk.DiskCounters;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.NodeSettingsResult;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.edge.EdgeProcess;
import dev.skerry.proxy.node.CachingNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/metrics.md} has every metric of ours, with its kind and its labels, and no other. */
@Timeout(60)
final class MetricsPageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern TYPE = Pattern.compile("# TYPE (skerry_\\w+) (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("(skerry_\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir private Path folder;

    @Test
    void pageAndScrapeNameTheSameMetricsOfTheSameKindsWithTheSameLabels() throws Exception {
        assertEquals(onThePage(), scraped());
    }

    @Test
    void pageSaysWhatHappensOnADisk() throws Exception {
        List<String> named = new ArrayList<>();
        for (List<String> row : DocumentedWords.table("metrics.md", "disk events")) {
            named.add(DocumentedWords.plain(row.get(0)));
        }
        assertEquals(
                Arrays.stream(DiskCounters.Event.values())
                        .map(DiskCounters.Event::word)
                        .filter(word -> !word.startsWith("bytes-"))
                        .toList(),
                named);
    }

    /** Name to kind and labels, as in {@code gauge [peer, site]}. */
    private static Map<String, String> onThePage() throws IOException {
        Map<String, String> metrics = new TreeMap<>();
        for (List<String> row : DocumentedWords.rows("metrics.md")) {
            if (row.size() < 4) {
                continue;
            }
            Set<String> labels = new TreeSet<>();
            Matcher label = CODE.matcher(row.get(2));
            while (label.find()) {
                labels.add(label.group(1));
            }
            metrics.put(DocumentedWords.plain(row.get(0)), row.get(1) + " " + labels);
        }
        return metrics;
    }

    private Map<String, String> scraped() throws Exception {
        Map<String, String> all =
                new TreeMap<>(
                        scraped(
                                Map.of(
                                        "origin",
                                        List.of(NOBODY),
                                        "disk",
                                        List.of(folder.resolve("disk") + ":64m"))));
        Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef");
        all.putAll(
                scraped(
                        Map.of(
                                "control", List.of(NOBODY),
                                "token", List.of(token.toString()),
                                "state", List.of(folder.resolve("state").toString()))));
        all.putAll(scrapedFromTheControlPlane());
        return all;
    }

    private Map<String, String> scraped(Map<String, List<String>> upstream) throws Exception {
        try (CachingNode node = EdgeProcess.start(settings(upstream), running -> List.of());
                HttpClient client = HttpClient.newHttpClient()) {
            // A site's series come with its first request; that nobody is at the origin is all
            // right.
            get(client, "http://" + text(node.address()) + "/");
            return parsed(get(client, "http://" + text(node.adminAddress()) + "/metrics"));
        }
    }

    private Map<String, String> scrapedFromTheControlPlane() throws Exception {
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControlOptions options =
                new ControlOptions(
                        anywhere,
                        null,
                        folder.resolve("control"),
                        new ControlOptions.RouterOptions(anywhere, null, null, null, null));
        try (ControlPlane plane =
                        ControlPlane.start(
                                options, TimeSource.system()::nanoTime, InstantSource.system());
                HttpClient client = HttpClient.newHttpClient()) {
            String url = "http://" + text(plane.address()) + "/metrics";
            // A class of status has a series once there was an answer of it.
            get(client, url);
            return parsed(get(client, url));
        }
    }

    private NodeSettings settings(Map<String, List<String>> upstream) {
        Map<String, List<String>> flags = new TreeMap<>(upstream);
        flags.put("listen", List.of("127.0.0.1:0"));
        flags.put("admin", List.of("127.0.0.1:0"));
        flags.put("memory", List.of("32m"));
        flags.put("access-log", List.of(folder.resolve("access.log").toString()));
        NodeSettingsResult result = NodeSettingsSource.of(Role.EDGE).read(flags, Map.of());
        return assertInstanceOf(NodeSettingsResult.Ready.class, result, result::toString)
                .settings();
    }

    private static Map<String, String> parsed(String scrape) {
        Map<String, String> kinds = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (String line : scrape.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                kinds.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                Set<String> own =
                        labels.computeIfAbsent(
                                sample.group(1).replaceFirst("_(bucket|sum|count)$", ""),
                                name -> new TreeSet<>());
                Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
                while (label.find()) {
                    own.add(label.group(1));
                }
                own.remove("le");
            }
        }
        Map<String, String> metrics = new TreeMap<>();
        kinds.forEach((name, kind) ->
                metrics.put(name, kind + " " + labels.getOrDefault(name, Set.of())));
        return metrics;
    }

    private static String get(HttpClient client, String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String text(InetSocketAddress address) {
        return "127.0.0.1:" + address.getPort();
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.skerry.config.Origin;
import dev.skerry.config.node.AccessLogTarget;
import dev.skerry.config.node.Address;
import dev.skerry.config.node.Limits;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.Role;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real node in front of a scripted origin. When a test has ended, nothing may be left of it: no
 * fetch under way, and no byte in the store once everything is purged and asked for again.
 */
abstract class NodeScene {
    static final String NAME = "edge-1";
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    @TempDir Path directory;
    ScriptedOrigin origin;
    CachingNode node;
    private final List<RawClient> clients = new CopyOnWriteArrayList<>();
    private final List<Gate> gates = new ArrayList<>();
    private final Set<List<String>> asked = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private long revision;

    /** For nodes that are started from now on. */
    @Nullable Path debugToken;

    @BeforeEach
    void startOriginAndNode() throws IOException {
        origin = ScriptedOrigin.start();
        node = start(settings(NAME, Role.EDGE, null));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        gates.forEach(Gate::open);
        for (RawClient client : clients) {
            client.close();
        }
        threads.shutdown();
        threads.awaitTermination(30, TimeUnit.SECONDS);
        try {
            leavesNothing(node);
        } finally {
            node.close();
            origin.close();
        }
    }

    private void leavesNothing(CachingNode of) throws Exception {
        Await.until("no fetch is left", () -> metric("skerry_cache_fills") == 0);
        purge(Scope.EVERYTHING, "", Mode.HARD);
        origin.on(any -> true, any -> Reply.ok().field("Cache-Control", "no-store").body("gone"));
        // What a purge killed goes when it is asked for again: once a variant.
        for (int round = 0; round < 64 && metric("skerry_cache_objects") > 0; round++) {
            for (List<String> request : Set.copyOf(asked)) {
                String[] lines = request.subList(1, request.size()).toArray(String[]::new);
                try (RawClient client = RawClient.connect(of.address())) {
                    client.get(request.getFirst(), lines);
                }
            }
        }
        Await.until(
                "every byte of the store is free",
                () -> metric("skerry_cache_bytes") == 0,
                () -> metrics().replaceAll("(?m)^(?!skerry_(cache|http_conn)).*\n", ""));
    }

    NodeSettings settings(String name, Role role, @Nullable Path siteFile) {
        return new NodeSettings(
                role,
                name,
                null,
                ANY_PORT,
                null,
                ANY_PORT,
                null,
                debugToken,
                siteFile == null ? List.of(Origin.of(origin.url())) : List.of(),
                List.of(),
                null,
                64L << 20,
                null,
                List.of(),
                0,
                null,
                siteFile,
                null,
                new AccessLogTarget.Off(),
                null,
                Duration.ofSeconds(5),
                Limits.DEFAULTS,
                2);
    }

    CachingNode start(NodeSettings settings) throws IOException {
        return CachingNode.start(
                settings,
                (site, parts) -> parts.origins(site),
                null,
                FeedTap.NONE,
                any -> List.of());
    }

    /** Puts a node with this site, {@code default}, in place of the one without rules. */
    void withSite(String more) throws IOException {
        withSite("{url: \"" + origin.url() + "\"}", more);
    }

    void withSite(String originYaml, String more) throws IOException {
        node.close();
        Path file = directory.resolve("site.yaml");
        Files.writeString(
                file,
                "site: default\nhosts: [\"*\"]\norigins: [" + originYaml + "]\n" + more + "\n");
        node = start(settings(NAME, Role.EDGE, file));
    }

    // ---- clients ----

    RawClient client() throws IOException {
        RawClient client = RawClient.connect(node.address());
        clients.add(client);
        return client;
    }

    RawClient slowClient() throws IOException {
        RawClient client = RawClient.connectSlow(node.address().getPort(), 4096);
        clients.add(client);
        return client;
    }

    /** Sends a GET, whose response is still to be read. */
    RawClient ask(String target, String... lines) throws IOException {
        return ask(client(), target, lines);
    }

    RawClient ask(RawClient client, String target, String... lines) throws IOException {
        remember(target, lines);
        return client.request("GET", target, lines);
    }

    /**
     * Sends a GET and reads its response. A body's last byte may be here before the response is in
     * the store; so that the next request finds it there, the fetch's end is awaited, unless a gate
     * of the test holds one up.
     */
    RawResponse get(String target, String... lines) throws Exception {
        RawResponse response = getNow(target, lines);
        Await.until(
                "the fetch has ended",
                () ->
                        gates.stream().anyMatch(Gate::holdsSomebody)
                                || metric("skerry_cache_fills") == 0);
        return response;
    }

    private RawResponse getNow(String target, String... lines) throws IOException {
        remember(target, lines);
        try (RawClient client = RawClient.connect(node.address())) {
            return client.get(target, lines);
        }
    }

    RawResponse head(String target, String... lines) throws IOException {
        try (RawClient client = RawClient.connect(node.address())) {
            return client.request("HEAD", target, lines).readResponseToHead();
        }
    }

    RawResponse send(String method, String target, String body, String... lines)
            throws IOException {
        try (RawClient client = RawClient.connect(node.address())) {
            return client.requestWithBody(method, target, body, lines).readResponse();
        }
    }

    /** A request with a body on a thread and a connection of its own. */
    CompletableFuture<RawResponse> sendLater(String method, String target, String body) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return send(method, target, body);
                    } catch (IOException e) {
                        throw new AssertionError(method + " got no whole response", e);
                    }
                },
                threads);
    }

    /** A GET on a thread and a connection of its own. */
    CompletableFuture<RawResponse> getLater(String target, String... lines) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return getNow(target, lines);
                    } catch (IOException e) {
                        throw new AssertionError("GET " + target + " got no whole response", e);
                    }
                },
                threads);
    }

    List<CompletableFuture<RawResponse>> getLater(int count, String target, String... lines) {
        List<CompletableFuture<RawResponse>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(getLater(target, lines));
        }
        return all;
    }

    static RawResponse now(CompletableFuture<RawResponse> later) throws Exception {
        return later.get(30, TimeUnit.SECONDS);
    }

    private void remember(String target, String... lines) {
        List<String> request = new ArrayList<>(List.of(target));
        request.addAll(List.of(lines));
        asked.add(request);
    }

    // ---- the rest of the scene ----

    /** A gate that is opened at the end whatever happens. */
    Gate gate(String name) {
        Gate gate = new Gate(name);
        gates.add(gate);
        return gate;
    }

    /** Applies one purge record; it holds when this returns. */
    void purge(Scope scope, String value, Mode mode) {
        node.apply(List.of(new PurgeRecord(++revision, "default", scope, value, mode, 0)));
    }

    /** The sum of a family's samples. */
    double metric(String family) throws IOException {
        double sum = 0;
        for (String line : metrics().lines().toList()) {
            if (line.startsWith(family + " ") || line.startsWith(family + "{")) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    /** The sum of a family's samples that carry this label, as it is printed. */
    double metric(String family, String label) {
        double sum = 0;
        for (String line : metrics().lines().toList()) {
            if (line.startsWith(family + "{") && line.contains(label)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    String metrics() {
        try (RawClient client = RawClient.connect(node.adminAddress())) {
            return client.get("/metrics").text();
        } catch (IOException e) {
            throw new AssertionError("the admin port gave no metrics", e);
        }
    }

    static void assertPattern(long seed, long length, RawResponse response) {
        assertArrayEquals(PatternBytes.range(seed, 0, length), response.body());
    }

    static Reply cacheable() {
        return Reply.ok().field("Cache-Control", "max-age=1000");
    }

    /** A response that was stale for 100 s when it was sent, and may be used so for long. */
    static Reply stale(String more) {
        return Reply.ok().field("Cache-Control", "max-age=50" + more).field("Age", "150");
    }

    /** A field that has to be there. */
    static String field(RawResponse response, String name) {
        return Objects.requireNonNull(response.field(name), () -> "no " + name + " in " + response);
    }

    /** A field that has to be there. */
    static String field(ReceivedRequest request, String name) {
        return Objects.requireNonNull(request.field(name), () -> "no " + name + " in " + request);
    }

    static String status(RawResponse response) {
        return String.join(", ", response.fields("Cache-Status"));
    }
}

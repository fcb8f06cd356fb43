package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.TimeSource;
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
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node with a disk serves after it was closed and started again. */
@Tag("slow")
final class DiskRestartTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final String HOST = "Host: shop.example";

    @TempDir private Path directory;
    private final ManualClock clock = new ManualClock();
    private ScriptedOrigin origin;
    private @Nullable CachingNode node;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.start();
        restart();
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        origin.close();
    }

    @Test
    void aHitIsTheSameBytesAndItsAgeHasGoneOn() throws Exception {
        origin.on("/small", cacheable().field("X-Kept", "yes").pattern(1, 10_000));
        origin.on("/large", cacheable().pattern(2, 3_000_000));
        get("/small");
        get("/large");
        clock.advance(Duration.ofSeconds(30));
        restart();
        clock.advance(Duration.ofSeconds(12));

        RawResponse small = get("/small");
        RawResponse large = get("/large");

        assertArrayEquals(PatternBytes.range(1, 0, 10_000), small.body());
        assertArrayEquals(PatternBytes.range(2, 0, 3_000_000), large.body());
        assertEquals("42", small.field("Age"));
        assertEquals("42", large.field("Age"));
        assertEquals("yes", small.field("X-Kept"));
        assertTrue(status(small).contains("; hit"), status(small));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void whatWasPurgedStaysPurged() throws Exception {
        origin.on("/a", cacheable().field("Surrogate-Key", "red").body("a"));
        origin.on("/b", cacheable().body("b"));
        origin.on("/c", cacheable().body("c"));
        List.of("/a", "/b", "/c").forEach(this::get);
        purge(1, Scope.TAG, "red");
        purge(2, Scope.URL, "shop.example/b");
        restart();

        List.of("/a", "/b", "/c").forEach(this::get);

        assertEquals(2, origin.requests("/a").size());
        assertEquals(2, origin.requests("/b").size());
        assertEquals(1, origin.requests("/c").size());
        restart();
        List.of("/a", "/b", "/c").forEach(this::get);
        assertEquals(5, origin.requests().size(), "what was fetched since is from disk");
    }

    @Test
    void whatAnUnsafeMethodInvalidatedStaysInvalidated() throws Exception {
        origin.on("/a", cacheable().body("before"));
        get("/a");
        origin.on("/a", cacheable().body("after"));
        try (RawClient client = RawClient.connect(running().address())) {
            client.requestWithBody("POST", "/a", "x", HOST).readResponse();
        }
        restart();

        assertEquals("after", get("/a").text());
    }

    @Test
    void whatWasFreshenedStaysFresh() throws Exception {
        origin.on(
                "/a",
                request ->
                        request.field("If-None-Match") == null
                                ? Reply.ok()
                                        .field("Cache-Control", "max-age=10")
                                        .field("ETag", "\"1\"")
                                        .body("a")
                                : Reply.status(304)
                                        .field("Cache-Control", "max-age=1000")
                                        .field("ETag", "\"1\""));
        get("/a");
        clock.advance(Duration.ofSeconds(20));
        get("/a");
        clock.advance(Duration.ofSeconds(100));
        restart();

        RawResponse hit = get("/a");

        assertEquals("100", hit.field("Age"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void aDiskWithoutTheStateThatItWasUsedWithIsForgotten() throws Exception {
        origin.on("/a", cacheable().body("a"));
        get("/a");
        running().close();
        node = null;
        for (String name : List.of("identity", "ledger.journal")) {
            Path file = directory.resolve("state").resolve(name);
            Path away = Files.move(file, directory.resolve("away"));
            restart();
            get("/a");
            assertEquals(name.equals("identity") ? 2 : 3, origin.requests().size(), name);
            running().close();
            node = null;
            Files.delete(away);
        }
        restart();
        get("/a");
        assertEquals(3, origin.requests().size());
    }

    @Test
    void aNodeForAnotherOriginBeginsEmpty() throws Exception {
        origin.on("/a", cacheable().body("a"));
        get("/a");
        try (ScriptedOrigin other = ScriptedOrigin.start()) {
            other.on("/a", cacheable().body("b"));
            running().close();
            node = started(other.url());
            assertEquals("b", get("/a").text());
        }
        restart();
        assertEquals("a", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    private void restart() throws IOException {
        if (node != null) {
            node.close();
        }
        node = started(origin.url());
    }

    private CachingNode started(String from) throws IOException {
        NodeSettings settings =
                new NodeSettings(
                        Role.EDGE,
                        "edge-1",
                        null,
                        ANY_PORT,
                        null,
                        ANY_PORT,
                        null,
                        null,
                        List.of(Origin.of(from)),
                        List.of(),
                        null,
                        64L << 20,
                        null,
                        List.of(new NodeSettings.Disk(directory.resolve("disk"), 64L << 20)),
                        directory.resolve("state"),
                        null,
                        null,
                        new AccessLogTarget.Off(),
                        null,
                        Duration.ofSeconds(5),
                        Limits.DEFAULTS,
                        2);
        return CachingNode.start(
                settings,
                (site, parts) -> parts.origins(site),
                null,
                FeedTap.NONE,
                any -> List.of(),
                time());
    }

    private TimeSource time() {
        return new TimeSource() {
            @Override
            public long nanoTime() {
                return clock.getAsLong();
            }

            @Override
            public long wallMillis() {
                return clock.millis();
            }
        };
    }

    private CachingNode running() {
        return Objects.requireNonNull(node);
    }

    private void purge(long revision, Scope scope, String value) throws Exception {
        running()
                .apply(List.of(new PurgeRecord(revision, "default", scope, value, Mode.HARD, 0)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private RawResponse get(String target) {
        try (RawClient client = RawClient.connect(running().address())) {
            RawResponse response = client.get(target, HOST);
            Await.until("the fetch has ended", () -> metrics().contains("skerry_cache_fills 0"));
            return response;
        } catch (Exception e) {
            throw new AssertionError(target, e);
        }
    }

    private String metrics() {
        try (RawClient client = RawClient.connect(running().adminAddress())) {
            return client.get("/metrics").text();
        } catch (IOException e) {
            throw new AssertionError("the admin port gave no metrics", e);
        }
    }

    private static Reply cacheable() {
        return Reply.ok().field("Cache-Control", "max-age=1000");
    }

    private static String status(RawResponse response) {
        return String.join(", ", response.fields("Cache-Status"));
    }
}

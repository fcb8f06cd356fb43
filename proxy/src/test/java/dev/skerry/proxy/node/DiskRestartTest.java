package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node with a disk serves after it was closed and started again. */
@Tag("slow")
final class DiskRestartTest extends DiskScene {
    private final ManualClock clock = new ManualClock();

    DiskRestartTest() {
        super(64L << 20);
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
        List.of("/a", "/b", "/c").forEach(target -> get(target));
        purge(1, Scope.TAG, "red");
        purge(2, Scope.URL, "shop.example/b");
        restart();

        List.of("/a", "/b", "/c").forEach(target -> get(target));

        assertEquals(2, origin.requests("/a").size());
        assertEquals(2, origin.requests("/b").size());
        assertEquals(1, origin.requests("/c").size());
        restart();
        List.of("/a", "/b", "/c").forEach(target -> get(target));
        assertEquals(5, origin.requests().size(), "what was fetched since is from disk");
    }

    @Test
    void whatAnUnsafeMethodInvalidatedStaysInvalidated() throws Exception {
        origin.on("/a", cacheable().body("before"));
        get("/a");
        origin.on("/a", cacheable().body("after"));
        try (RawClient client = RawClient.connect(node.address())) {
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
        stop();
        for (String name : List.of("identity", "ledger.journal")) {
            Path file = directory.resolve("state").resolve(name);
            Path away = Files.move(file, directory.resolve("away"));
            restart();
            get("/a");
            assertEquals(name.equals("identity") ? 2 : 3, origin.requests().size(), name);
            stop();
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
            restart(other.url());
            assertEquals("b", get("/a").text());
        }
        restart();
        assertEquals("a", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Override
    TimeSource time() {
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

    private void purge(long revision, Scope scope, String value) throws Exception {
        node.apply(List.of(new PurgeRecord(revision, "default", scope, value, Mode.HARD, 0)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.Origin;
import dev.skerry.config.node.Role;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.hop.FleetKey;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.Representation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An edge behind a shield. {@link #node} is the edge. */
@Tag("slow")
class TwoHopsTest extends NodeScene {
    private CachingNode shield;

    @BeforeEach
    void putAShieldBetween() throws Exception {
        node.close();
        Path key = directory.resolve("fleet.key");
        Files.writeString(
                key, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        HopAuth auth =
                new HopAuth(
                        FleetKey.read(key), TimeSource.system()::wallMillis, new SecureRandom());
        shield =
                CachingNode.start(
                        settings("shield-1", Role.SHIELD, null),
                        (site, parts) -> parts.origins(site),
                        auth,
                        FeedTap.NONE,
                        any -> List.of());
        Origin toShield = Origin.of("http://127.0.0.1:" + shield.address().getPort());
        node =
                CachingNode.start(
                        settings(NAME, Role.EDGE, null),
                        (site, parts) -> parts.shields(site, List.of(toShield), null),
                        auth,
                        FeedTap.NONE,
                        any -> List.of());
    }

    @AfterEach
    void stopTheShield() {
        shield.close();
    }

    @Test
    void membersAndViaComeInTheOrderOfTheHops() throws Exception {
        origin.on("/a", cacheable().field("Cache-Status", "far; hit").pattern(1, 100_000));

        RawResponse miss = get("/a");
        RawResponse hit = get("/a");

        assertPattern(1, 100_000, miss);
        assertPattern(1, 100_000, hit);
        String way = "; fwd=uri-miss; fwd-status=200; stored; detail=cold";
        assertEquals("far; hit, shield-1" + way + ", edge-1" + way, status(miss));
        assertTrue(
                status(hit).startsWith("far; hit, shield-1" + way + ", edge-1; hit; ttl="),
                status(hit));
        assertEquals("1.1 shield-1, 1.1 edge-1", String.join(", ", hit.fields("Via")));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void octetsAndOrderSurviveTheSignedHop() throws Exception {
        String target = "/a//%e2?b=%7e&c|^'\"<>{}";
        String octets = BytesTest.octets();
        origin.on(
                target,
                cacheable()
                        .field("X-Name", octets)
                        .field("Set-Cookie", "a=1")
                        .field("x-name", "2")
                        .field("Set-Cookie", "b=2")
                        .body("x"));

        for (int i = 0; i < 2; i++) {
            RawResponse response = get(target, "X-Own: 2", "X-Own: " + octets, "x-own: 1");
            assertEquals(List.of(octets, "2"), response.fields("X-Name"));
            assertEquals(List.of("a=1", "b=2"), response.fields("Set-Cookie"));
        }
        assertEquals(1, origin.requests().size());
        assertEquals(List.of("2", octets, "1"), origin.requests().getFirst().fields("X-Own"));
    }

    @Test
    void theEdgeCodesAndTheShieldDoesNot() throws Exception {
        byte[] page = CodingScene.text(1, 50_000);
        origin.on("/a", cacheable().field("Content-Type", "text/html").body(page));

        RawResponse coded = get("/a", "Accept-Encoding: br");
        RawResponse plain = get("/a");

        assertEquals("br", coded.field("Content-Encoding"));
        assertArrayEquals(page, Decoded.of(coded));
        assertArrayEquals(page, plain.body());
        assertEquals(1, origin.requests().size());
        assertTrue(status(plain).contains("edge-1; hit"), status(plain));
    }

    @Test
    void nothingBetweenTheNodesIsShownToClientOrOrigin() throws Exception {
        origin.on("/a", cacheable().field("Surrogate-Key", "red").body("x"));

        RawResponse miss = get("/a", "Skerry-Need: 9");
        RawResponse hit = get("/a");

        for (RawResponse response : List.of(miss, hit)) {
            assertTrue(
                    response.lines().stream().noneMatch(line -> line.startsWith("Skerry-")),
                    response.toString());
        }
        assertTrue(
                origin.requests().getFirst().lines().stream()
                        .noneMatch(line -> line.startsWith("Skerry-")),
                origin.requests().toString());
    }

    @Test
    void tagsReachTheEdgeThroughTheShield() throws Exception {
        origin.on(
                any -> true,
                request -> cacheable().field("Surrogate-Key", "red").body("v" + request.order()));
        assertEquals("v1", get("/a").text());

        PurgeRecord red = new PurgeRecord(1, "default", Scope.TAG, "red", Mode.HARD, 0);
        shield.apply(List.of(red));
        purge(Scope.TAG, "red", Mode.HARD);

        RawResponse after = get("/a");
        assertEquals("v2", after.text());
        assertNull(after.field("Surrogate-Key"));
    }

    @Test
    void shieldThatHasNotHeardOfAPurgeCannotUndoIt() throws Exception {
        origin.on(any -> true, request -> cacheable().body("v" + request.order()));
        assertEquals("v1", get("/a").text());

        purge(Scope.URL, "localhost/a", Mode.HARD);

        assertEquals("v2", get("/a").text());
        assertEquals("v2", get("/a").text());
    }

    @Test
    void rule4AnAnswerThatAPurgeOvertookIsAskedForOnceMoreWithAllThatIsApplied() throws Exception {
        origin.on(
                any -> true,
                request -> cacheable().field("Surrogate-Key", "red").body("v" + request.order()));
        assertEquals("v1", get("/a").text());

        // The edge alone has heard of it, and asks for a key whose tags it does not know before the
        // head.
        purge(Scope.TAG, "red", Mode.HARD);

        assertEquals("v2", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void rule9AShieldThatIsBehindWhatItWillClaimAsksWithoutACondition() throws Exception {
        origin.on(
                any -> true,
                request ->
                        stale("")
                                .field("ETag", "\"1\"")
                                .field("Surrogate-Key", "red")
                                .body("v" + request.order()));
        get("/a");
        purge(Scope.TAG, "red", Mode.HARD);

        assertEquals("v2", get("/a").text());
        assertNull(origin.requests().get(1).field("If-None-Match"));
    }

    @Test
    void rangesAndConditionsWorkThroughBothHops() throws Exception {
        origin.on("/a", cacheable().field("ETag", "\"1\"").pattern(1, 100_000));
        get("/a");

        assertEquals(206, get("/a", "Range: bytes=5-9").status());
        assertEquals(304, get("/a", "If-None-Match: \"1\"").status());
        assertEquals("100000", head("/a").field("Content-Length"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void interimResponsesReachEverybodyWhoWaitsAtTheEdge() throws Exception {
        Gate head = gate("head");
        origin.on(
                "/a",
                cacheable()
                        .interim(102)
                        .interim(103, "Link", "</s.css>", "Surrogate-Key", "red")
                        .body("x")
                        .stallBeforeHead(head));
        RawClient leader = ask("/a");
        assertEquals(102, leader.readHead().status());
        List<String> hints = List.of("HTTP/1.1 103 Early Hints", "Link: </s.css>");
        assertEquals(hints, leader.readHead().lines());

        RawClient follower = ask("/a");
        assertEquals(102, follower.readHead().status());
        assertEquals(hints, follower.readHead().lines());
        head.open();

        assertEquals("x", leader.readResponse().text());
        assertEquals("x", follower.readResponse().text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void aValidationFreshensEveryFieldAtBothHops() throws Exception {
        origin.on(
                "/a",
                stale("")
                        .field("ETag", "\"1\"")
                        .field("Content-Type", "text/plain")
                        .field("Set-Cookie", "seen=once")
                        .body("x"),
                Reply.status(304)
                        .field("ETag", "\"1\"")
                        .field("Cache-Control", "max-age=600")
                        .field("Content-Type", "text/html")
                        .field("Set-Cookie", "seen=twice"));
        get("/a");

        for (RawResponse response : List.of(get("/a"), get("/a"))) {
            assertEquals("x", response.text());
            assertEquals("text/html", response.field("Content-Type"));
            assertEquals(List.of("seen=twice"), response.fields("Set-Cookie"));
        }
        assertEquals(2, origin.requests().size());
        assertTrue(status(get("/a")).contains("edge-1; hit"));
    }

    @Test
    void whatReplacesAPartIsAskedForOnceThoughNobodyStoresIt() throws Exception {
        origin.on(
                "/a",
                Reply.status(206)
                        .field("Cache-Control", "max-age=600")
                        .field("Content-Range", "bytes 0-4/10")
                        .body("01234"),
                Reply.ok().body("another whole"));
        assertEquals("01234", get("/a", "Range: bytes=0-4").text());

        assertEquals("another whole", get("/a").text());
        assertEquals("bytes=5-", origin.requests().getLast().field("Range"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void deadShieldIsSaidSoCompletely() throws Exception {
        shield.close();

        RawResponse response = get("/a");

        assertEquals(502, response.status());
        assertTrue(status(response).startsWith("edge-1; fwd=uri-miss; detail="), status(response));
    }

    @Test
    void rangesAreStoredAndCompletedOnBothTiers() throws Exception {
        origin.on(
                "/a",
                new Representation(1, 6L << 30)
                        .tag("\"v1\"")
                        .field("Surrogate-Key", "red")
                        .field("Cache-Control", "max-age=1000"));

        RawResponse first = get("/a", "Range: bytes=5000000000-5000000099");
        RawResponse more = get("/a", "Range: bytes=5000000000-5000000199");
        RawResponse hit = get("/a", "Range: bytes=5000000050-5000000149");
        purge(Scope.TAG, "red", Mode.HARD);
        RawResponse again = get("/a", "Range: bytes=5000000050-5000000149");

        assertArrayEquals(PatternBytes.range(1, 5_000_000_000L, 5_000_000_100L), first.body());
        assertArrayEquals(PatternBytes.range(1, 5_000_000_000L, 5_000_000_200L), more.body());
        assertEquals("bytes 5000000050-5000000149/6442450944", hit.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(1, 5_000_000_050L, 5_000_000_150L), hit.body());
        assertTrue(status(hit).contains("edge-1; hit"), status(hit));
        assertArrayEquals(hit.body(), again.body());
        assertEquals(
                List.of(
                        "bytes=5000000000-5000000099",
                        "bytes=5000000100-5000000199",
                        "bytes=5000000050-5000000149"),
                origin.requests().stream().map(request -> field(request, "Range")).toList());
    }
}

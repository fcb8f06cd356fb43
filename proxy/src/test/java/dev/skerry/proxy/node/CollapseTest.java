package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One fetch a key, whoever asks. */
class CollapseTest extends NodeScene {
    @Test
    void twoHundredClientsOfOneColdObjectCostOneRequest() throws Exception {
        Gate head = gate("head");
        origin.on("/a", cacheable().pattern(1, 200_000).stallBeforeHead(head));
        List<CompletableFuture<RawResponse>> clients = getLater(200, "/a");
        origin.awaitRequests(1);
        Await.until("200 clients are connected", () -> metric("skerry_http_connections") >= 200);

        head.open();

        int collapsed = 0;
        for (CompletableFuture<RawResponse> client : clients) {
            RawResponse response = now(client);
            assertPattern(1, 200_000, response);
            collapsed += status(response).contains("; collapsed") ? 1 : 0;
        }
        assertEquals(1, origin.requests().size());
        assertTrue(collapsed > 0, "nobody followed the fetch");
    }

    @Test
    void followersStreamWhileTheBodyGrows() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", cacheable().pattern(1, 1_000_000).stallAfter(300_000, rest));
        RawClient leader = ask("/a");
        origin.awaitRequests(1); // or the other might lead: they are on different I/O threads
        RawClient follower = ask("/a");

        RawResponse followed = follower.readHead();
        assertEquals("1000000", followed.field("Content-Length"));
        assertTrue(status(followed).contains("collapsed"), status(followed));
        assertArrayEquals(PatternBytes.range(1, 0, 300_000), follower.readBytes(300_000));
        leader.readHead();
        assertArrayEquals(PatternBytes.range(1, 0, 300_000), leader.readBytes(300_000));

        rest.open();
        assertArrayEquals(PatternBytes.range(1, 300_000, 1_000_000), follower.readBytes(700_000));
        assertArrayEquals(PatternBytes.range(1, 300_000, 1_000_000), leader.readBytes(700_000));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void slowFollowerDelaysNobody() throws Exception {
        int length = 4 << 20;
        Gate head = gate("head");
        origin.on("/a", cacheable().pattern(1, length).stallBeforeHead(head));
        RawClient slow = ask(slowClient(), "/a");
        origin.awaitRequests(1);
        List<CompletableFuture<RawResponse>> fast = getLater(3, "/a");
        head.open();

        for (CompletableFuture<RawResponse> client : fast) {
            assertPattern(1, length, now(client));
        }
        assertPattern(1, length, slow.readResponse());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void slowClientOfSomethingThatIsNotStoredGetsItWhole() throws Exception {
        int length = 6 << 20;
        origin.on("/a", Reply.ok().field("Cache-Control", "no-store").pattern(1, length));
        RawClient slow = ask(slowClient(), "/a");
        slow.readHead();

        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() < length) {
            body.writeBytes(slow.readBytes(Math.min(64 * 1024, length - body.size())));
        }

        assertArrayEquals(PatternBytes.range(1, 0, length), body.toByteArray());
    }

    @Test
    void leaderThatHangsUpChangesNothing() throws Exception {
        Gate head = gate("head");
        origin.on("/a", cacheable().pattern(1, 300_000).stallBeforeHead(head));
        RawClient leader = ask("/a");
        origin.awaitRequests(1);
        CompletableFuture<RawResponse> follower = getLater("/a");
        leader.reset();
        Await.until("the follower is there", () -> metric("skerry_http_connections") == 2);

        head.open();

        assertPattern(1, 300_000, now(follower));
        assertPattern(1, 300_000, get("/a"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void everybodyHangingUpStillLeavesTheObjectStored() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", cacheable().pattern(1, 300_000).stallAfter(1000, rest));
        RawClient leader = ask("/a");
        leader.readHead();
        leader.reset();

        rest.open();

        assertPattern(1, 300_000, get("/a"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void uncacheableHeadReleasesFollowersInParallelAndIsRemembered() throws Exception {
        Gate first = gate("first head");
        Gate others = gate("other heads");
        origin.on("/a", personal().stallBeforeHead(first), personal().stallBeforeHead(others));
        CompletableFuture<RawResponse> leader = getLater("/a");
        origin.awaitRequests(1);
        List<CompletableFuture<RawResponse>> followers = getLater(10, "/a");

        first.open();
        // The origin answers none of them before it has all of their requests.
        origin.awaitRequests(11);
        List<CompletableFuture<RawResponse>> later = getLater(5, "/a");
        origin.awaitRequests(16);
        others.open();

        assertEquals("mine", now(leader).text());
        for (CompletableFuture<RawResponse> follower : followers) {
            assertEquals("mine", now(follower).text());
        }
        for (CompletableFuture<RawResponse> one : later) {
            RawResponse response = now(one);
            assertTrue(status(response).contains("detail=hit-for-miss"), status(response));
        }
    }

    @Test
    void hitForMissEndsWithAResponseThatMayBeShared() throws Exception {
        origin.on("/a", personal(), cacheable().body("ours"));

        get("/a");
        assertEquals("ours", get("/a").text());
        assertTrue(status(get("/a")).contains("; hit"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void hitForMissEndsWithAPurge() throws Exception {
        origin.on("/a", personal());
        get("/a");
        assertTrue(status(get("/a")).contains("detail=hit-for-miss"));

        purge(Scope.URL, "localhost/a", Mode.HARD);

        assertTrue(status(get("/a")).contains("detail=cold"));
    }

    @Test
    void whatOnlyCredentialsKeepFromSharingIsSharedByThoseWithoutThem() throws Exception {
        Gate first = gate("first head");
        Gate second = gate("second head");
        Gate others = gate("other heads");
        origin.on(
                "/a",
                cacheable().body("for one").stallBeforeHead(first),
                cacheable().body("for all").stallBeforeHead(second),
                cacheable().body("for another").stallBeforeHead(others));
        CompletableFuture<RawResponse> leader = getLater("/a", "Authorization: Basic x");
        origin.awaitRequests(1);
        List<CompletableFuture<RawResponse>> waiting = getLater(5, "/a");
        Await.until("all are connected", () -> metric("skerry_http_connections") >= 6);
        first.open();
        assertEquals("for one", now(leader).text());
        origin.awaitRequests(2);

        List<CompletableFuture<RawResponse>> later = getLater(5, "/a");
        List<CompletableFuture<RawResponse>> authorized =
                getLater(2, "/a", "Authorization: Basic y");
        origin.awaitRequests(4); // these two do not wait for what the others share
        others.open();
        for (CompletableFuture<RawResponse> one : authorized) {
            RawResponse response = now(one);
            assertEquals("for another", response.text());
            assertTrue(status(response).contains("detail=hit-for-miss"), status(response));
        }
        second.open();

        for (CompletableFuture<RawResponse> one : waiting) {
            assertEquals("for all", now(one).text());
        }
        for (CompletableFuture<RawResponse> one : later) {
            assertEquals("for all", now(one).text());
        }
        assertEquals(4, origin.requests().size());
        assertTrue(status(get("/a")).contains("; hit"));
    }

    @Test
    void serverErrorsAreNotRememberedAsUncacheable() throws Exception {
        origin.on("/a", Reply.status(503).body("busy"));

        get("/a");
        RawResponse next = get("/a");

        assertEquals(503, next.status());
        assertTrue(status(next).contains("detail=cold"), status(next));
    }

    @Test
    void followersWithOtherSelectingValuesRegroup() throws Exception {
        Gate head = gate("first head");
        origin.on(
                "/v",
                request -> {
                    String kind = field(request, "X-Kind");
                    Reply reply = cacheable().field("Vary", "X-Kind").body("kind " + kind);
                    return kind.equals("a") ? reply.stallBeforeHead(head) : reply;
                });
        CompletableFuture<RawResponse> leader = getLater("/v", "X-Kind: a");
        origin.awaitRequests(1);
        Map<String, List<CompletableFuture<RawResponse>>> followers = new HashMap<>();
        for (String kind : List.of("a", "b", "c")) {
            followers.put(kind, getLater(5, "/v", "X-Kind: " + kind));
        }
        Await.until("all are connected", () -> metric("skerry_http_connections") == 16);

        head.open();

        assertEquals("kind a", now(leader).text());
        for (Map.Entry<String, List<CompletableFuture<RawResponse>>> kind : followers.entrySet()) {
            for (CompletableFuture<RawResponse> follower : kind.getValue()) {
                assertEquals("kind " + kind.getKey(), now(follower).text());
            }
        }
        List<String> kinds = new ArrayList<>();
        origin.requests().forEach(request -> kinds.add(field(request, "X-Kind")));
        assertEquals(List.of("a", "b", "c"), kinds.stream().sorted().toList());
    }

    @Test
    void followersOfResponseThatMustAlwaysBeValidatedAreValidatedInParallel() throws Exception {
        Reply whole =
                Reply.ok().field("Cache-Control", "no-cache").field("ETag", "\"1\"").body("x");
        origin.on("/a", whole);
        get("/a"); // stored when this returns, since there is no gate yet
        Gate first = gate("first answer");
        Gate others = gate("other answers");
        origin.on(
                "/a",
                Reply.status(304).field("ETag", "\"1\"").stallBeforeHead(first),
                Reply.status(304).field("ETag", "\"1\"").stallBeforeHead(others));
        // Purged, so that it is no longer remembered as not to be shared.
        purge(Scope.URL, "localhost/other", Mode.HARD);
        CompletableFuture<RawResponse> leader = getLater("/a");
        origin.awaitRequests(2);
        List<CompletableFuture<RawResponse>> followers = getLater(6, "/a");
        Await.until("all are connected", () -> metric("skerry_http_connections") == 7);

        first.open();
        origin.awaitRequests(8);
        others.open();

        assertEquals("x", now(leader).text());
        for (CompletableFuture<RawResponse> follower : followers) {
            assertEquals("x", now(follower).text());
        }
        assertEquals("\"1\"", origin.requests().getLast().field("If-None-Match"));
    }

    private static Reply personal() {
        return Reply.ok().field("Cache-Control", "private").body("mine");
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Origins that accept and then do not answer, or not to the end: everybody is freed in time. */
@Tag("slow")
class HungOriginTest extends NodeScene {
    private static final int CROWD = 40;

    private void withTimeouts(String timeouts) throws IOException {
        withSite("{url: \"" + origin.url() + "\", timeouts: {" + timeouts + "}}", "");
    }

    @Test
    void followersOfAFetchThatHangsAreAnsweredAtTheLimitByOneRequest() throws Exception {
        withTimeouts("first-byte: 500ms");
        Gate never = gate("never");
        origin.on("/a", cacheable().body("late").stallBeforeHead(never));

        List<CompletableFuture<RawResponse>> clients = getLater(CROWD, "/a");

        for (CompletableFuture<RawResponse> client : clients) {
            RawResponse response = now(client);
            assertEquals(504, response.status());
            assertEquals("edge-1; fwd=uri-miss; detail=first-byte-timeout", status(response));
        }
        assertTrue(origin.requests().size() < CROWD, "nobody followed the fetch");
        assertEquals(
                CROWD,
                metric("skerry_cache_failed_answers_total", "reason=\"first-byte-timeout\""));
    }

    @Test
    void followersOfAValidationThatHangsGetTheStaleResponseAtTheLimit() throws Exception {
        withTimeouts("first-byte: 500ms");
        String control = "max-age=1000, stale-if-error=1000";
        origin.on("/a", Reply.ok().field("Cache-Control", control).body("old"));
        get("/a");
        purge(Scope.URL, "localhost/a", Mode.SOFT);
        Gate never = gate("never");
        origin.on("/a", cacheable().body("late").stallBeforeHead(never));

        List<CompletableFuture<RawResponse>> clients = getLater(CROWD, "/a");

        for (CompletableFuture<RawResponse> client : clients) {
            RawResponse response = now(client);
            assertEquals("old", response.text());
            assertTrue(
                    status(response).endsWith("; detail=stale-if-error.purged-soft"),
                    status(response));
        }
        assertEquals(2, origin.requests().size());
    }

    @Test
    void followersOfABodyThatStallsAreCutAndNothingIsStored() throws Exception {
        withTimeouts("between-bytes: 500ms");
        Gate never = gate("never");
        origin.on(
                "/a",
                cacheable().pattern(1, 50_000).stallAfter(20_000, never),
                cacheable().body("whole"));
        List<RawClient> clients = new ArrayList<>();
        List<RawResponse> heads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawClient client = ask("/a");
            clients.add(client);
            heads.add(client.readHead());
        }
        assertEquals(1, origin.requests().size());

        for (int i = 0; i < clients.size(); i++) {
            RawClient client = clients.get(i);
            RawResponse head = heads.get(i);
            assertEquals(200, head.status());
            assertThrows(
                    IOException.class,
                    () -> client.readBody(head, OutputStream.nullOutputStream()));
        }
        Await.until("the fetch has ended", () -> metric("skerry_cache_fills") == 0);
        assertEquals(0, metric("skerry_cache_objects"));
        assertEquals(1, metric("skerry_upstream_broken_bodies_total"));
        assertEquals("whole", get("/a").text());
    }

    @Test
    void staleResponseStandsInForNothingOnceAHeadHasCome() throws Exception {
        withTimeouts("between-bytes: 500ms");
        origin.on("/a", stale(", stale-if-error=1000").body("old"));
        get("/a");
        Gate never = gate("never");
        origin.on("/a", cacheable().pattern(1, 50_000).stallAfter(20_000, never));
        RawClient client = ask("/a");
        RawResponse head = client.readHead();

        assertThrows(
                IOException.class, () -> client.readBody(head, OutputStream.nullOutputStream()));
    }

    @Test
    void everyFailureBeforeTheHeadIsAnAnswerAndCountedByItsReason() throws Exception {
        withTimeouts("first-byte: 500ms");
        Gate never = gate("never");
        origin.on("/hung", cacheable().body("late").stallBeforeHead(never));
        origin.on("/reset", Reply.ok().resetBeforeHead());
        origin.on("/closed", Reply.ok().cutBeforeHead());
        origin.on("/garbage", Reply.raw("SMTP ready\r\n\r\n").closeSilently());

        assertFails(504, "first-byte-timeout", "/hung");
        assertFails(502, "reset", "/reset");
        assertFails(502, "reset", "/closed");
        assertFails(502, "protocol", "/garbage");
        never.open();
        origin.stop();
        assertFails(502, "connect", "/refused");

        assertEquals(2, metric("skerry_cache_failed_answers_total", "reason=\"reset\""));
        assertEquals(1, metric("skerry_cache_failed_answers_total", "reason=\"protocol\""));
        assertEquals(1, metric("skerry_cache_failed_answers_total", "reason=\"connect\""));
        assertEquals(5, metric("skerry_cache_failed_answers_total"));
    }

    private void assertFails(int status, String reason, String target) throws Exception {
        RawResponse response = now(getLater(target));
        assertEquals(status, response.status());
        assertEquals("edge-1; fwd=uri-miss; detail=" + reason, status(response));
    }

    @Test
    void aHundredObjectsThatFailAtOnceCostTheirNeighbourNothing() throws Exception {
        origin.on(any -> true, any -> Reply.ok().resetBeforeHead());
        origin.on("/healthy", Reply.ok().field("Cache-Control", "no-store").body("well"));

        for (int round = 0; round < 3; round++) {
            List<CompletableFuture<RawResponse>> failing = new ArrayList<>();
            List<CompletableFuture<RawResponse>> healthy = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                failing.add(getLater("/failing-" + i));
                healthy.add(getLater("/healthy"));
            }
            for (CompletableFuture<RawResponse> one : failing) {
                RawResponse response = now(one);
                assertEquals(502, response.status());
                assertEquals("edge-1; fwd=uri-miss; detail=reset", status(response));
            }
            for (CompletableFuture<RawResponse> one : healthy) {
                assertEquals("well", now(one).text());
            }
        }
        assertEquals(300, metric("skerry_cache_failed_answers_total"));
    }

    /** The same when nothing but failing objects is asked for until the breaker has opened. */
    @Test
    void objectsThatFailFirstCostTheirNeighbourNothingLater() throws Exception {
        origin.on(any -> true, any -> Reply.ok().resetBeforeHead());
        origin.on("/healthy", Reply.ok().field("Cache-Control", "no-store").body("well"));
        for (int i = 0; i < 100; i++) {
            assertEquals(502, now(getLater("/failing-" + i)).status());
        }
        assertTrue(metric("skerry_upstream_breaker_openings_total") > 0, "it never opened");

        assertEquals("well", now(getLater("/healthy")).text());
    }

    @Test
    void objectsThatHangCostTheirNeighbourNothing() throws Exception {
        withTimeouts("first-byte: 500ms");
        Gate never = gate("never");
        origin.on(any -> true, any -> Reply.ok().body("late").stallBeforeHead(never));
        origin.on("/healthy", Reply.ok().field("Cache-Control", "no-store").body("well"));

        List<CompletableFuture<RawResponse>> hanging = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            hanging.add(getLater("/hanging-" + i));
        }
        origin.awaitRequests(100);
        assertEquals("well", now(getLater("/healthy")).text());
        for (CompletableFuture<RawResponse> one : hanging) {
            assertEquals(504, now(one).status());
        }
        assertEquals("well", now(getLater("/healthy")).text());
        assertEquals(0, metric("skerry_upstream_breaker_openings_total"));
    }
}

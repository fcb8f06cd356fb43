package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stale responses: validated, refreshed behind, or served for want of better. */
class RevalidationTest extends NodeScene {
    private static final String TIMEOUTS = ", timeouts: {first-byte: 200ms, connect: 1s}}";

    @Test
    void confirmedResponseIsFreshAgainAndKeepsItsBody() throws Exception {
        origin.on(
                "/a",
                stale("").field("ETag", "\"1\"").body("x"),
                Reply.status(304).field("ETag", "\"1\"").field("Cache-Control", "max-age=1000"));
        get("/a");

        RawResponse confirmed = get("/a");
        RawResponse hit = get("/a");

        assertEquals("x", confirmed.text());
        assertTrue(
                status(confirmed).startsWith("edge-1; fwd=stale; fwd-status=304; ttl="),
                status(confirmed));
        assertTrue(status(confirmed).endsWith("; detail=revalidated.expired"), status(confirmed));
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertEquals("max-age=1000", hit.field("Cache-Control"));
        assertEquals("\"1\"", origin.requests().get(1).field("If-None-Match"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void viaAndEditsStaySingleAfterManyRevalidations() throws Exception {
        withSite(
                "defaults: {response-fields: {set: {X-Set: s}, add: {X-Add: mine}, remove: [X-Gone]}}");
        Reply confirm = Reply.status(304).field("ETag", "\"1\"").field("Age", "150");
        origin.on(
                "/a",
                stale("")
                        .field("ETag", "\"1\"")
                        .field("Via", "1.1 far")
                        .field("X-Add", "theirs")
                        .field("X-Gone", "1")
                        .body("x"),
                confirm,
                confirm,
                confirm,
                confirm);
        RawResponse last = get("/a");

        for (int i = 0; i < 4; i++) {
            last = get("/a");
        }

        assertEquals(5, origin.requests().size());
        assertEquals(List.of("1.1 far", "1.1 edge-1"), last.fields("Via"));
        assertEquals(List.of("s"), last.fields("X-Set"));
        assertEquals(List.of("theirs", "mine"), last.fields("X-Add"));
        assertNull(last.field("X-Gone"));
        assertEquals("x", last.text());
    }

    @Test
    void confirmationOfSomethingElseIsAskedAgainWithoutCondition() throws Exception {
        origin.on(
                "/a",
                stale("").field("ETag", "\"1\"").body("old"),
                Reply.status(304).field("ETag", "\"2\""),
                cacheable().field("ETag", "\"2\"").body("new"));
        get("/a");

        assertEquals("new", get("/a").text());
        assertEquals("new", get("/a").text());
        assertEquals(3, origin.requests().size());
        assertNull(origin.requests().get(2).field("If-None-Match"));
    }

    @Test
    void newRepresentationReplacesTheStoredOne() throws Exception {
        origin.on(
                "/a",
                stale("").field("ETag", "\"1\"").body("old"),
                cacheable().field("ETag", "\"2\"").body("new"));
        get("/a");

        assertEquals("new", get("/a").text());
        assertEquals("new", get("/a").text());
        assertEquals(2, origin.requests().size());
        assertEquals(1, metric("skerry_cache_objects"));
    }

    @Test
    void whatMayNotBeStoredEndsTheStoredResponseToo() throws Exception {
        origin.on(
                "/a",
                stale("").field("ETag", "\"1\"").body("old"),
                Reply.status(404).field("Cache-Control", "no-store").body("gone"),
                Reply.status(503).body("busy"));
        get("/a");

        assertEquals(404, get("/a").status());
        assertEquals(503, get("/a").status());
        assertEquals(0, metric("skerry_cache_objects"));
    }

    @Test
    void refreshBehindServesAtOnceAndAsksOnce() throws Exception {
        Gate refresh = gate("refresh");
        origin.on(
                "/a",
                stale(", stale-while-revalidate=1000").field("ETag", "\"1\"").body("old"),
                cacheable().field("ETag", "\"2\"").body("new").stallBeforeHead(refresh));
        get("/a");
        Await.until("it is stored", () -> metric("skerry_cache_fills") == 0);

        for (int i = 0; i < 20; i++) {
            RawResponse response = get("/a");
            assertEquals("old", response.text());
            assertTrue(status(response).endsWith("; detail=stale.expired"), status(response));
        }
        origin.awaitRequests(2);
        refresh.open();

        Await.until("the new one is served", () -> get("/a").text().equals("new"));
        assertEquals(2, origin.requests().size());
        assertEquals(1, metric("skerry_cache_refreshes_total"));
        assertEquals("\"1\"", origin.requests().get(1).field("If-None-Match"));
    }

    @Test
    void clientThatHangsUpDoesNotEndTheRefreshItBegan() throws Exception {
        Gate refresh = gate("refresh");
        origin.on(
                "/a",
                stale(", stale-while-revalidate=1000").body("old"),
                cacheable().body("new").stallBeforeHead(refresh));
        get("/a");
        Await.until("it is stored", () -> metric("skerry_cache_fills") == 0);
        RawClient leaving = ask("/a");
        leaving.readHead();
        leaving.reset();
        origin.awaitRequests(2);

        refresh.open();

        Await.until("the new one is served", () -> get("/a").text().equals("new"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void staleResponseIsServedOnServerError() throws Exception {
        origin.on("/a", stale("").body("old"), Reply.status(503).body("busy"));
        get("/a");

        RawResponse response = get("/a");

        assertEquals("old", response.text());
        assertTrue(
                status(response)
                        .matches(
                                "edge-1; fwd=stale; fwd-status=503; ttl=-1\\d\\d; detail=stale-if-error.expired"),
                status(response));
        assertTrue(Integer.parseInt(field(response, "Age")) >= 150);
    }

    @Test
    void staleResponseIsServedToHeadOnServerError() throws Exception {
        origin.on("/a", stale("").body("old"), Reply.status(503).body("busy"));
        get("/a");

        RawResponse response = head("/a");

        assertEquals(200, response.status());
        assertEquals("3", response.field("Content-Length"));
        assertTrue(status(response).contains("stale-if-error"), status(response));
    }

    @Test
    void staleResponseIsServedOnReset() throws Exception {
        origin.on("/a", stale("").body("old"), Reply.ok().resetBeforeHead());
        get("/a");

        RawResponse response = get("/a");

        assertEquals("old", response.text());
        assertTrue(status(response).contains("detail=stale-if-error"), status(response));
    }

    @Test
    void staleResponseIsServedWhenNobodyListens() throws Exception {
        origin.on("/a", stale("").body("old"));
        get("/a");
        origin.stop();

        assertEquals("old", get("/a").text());
        assertEquals(502, get("/cold").status());
        origin.restart();
    }

    @Test
    void staleResponseIsServedOnTimeout() throws Exception {
        withSite("{url: \"" + origin.url() + "\"" + TIMEOUTS, "");
        origin.on("/a", stale("").body("old"), Reply.ok().stallBeforeHead(gate("never in time")));
        get("/a");
        Await.until("it is stored", () -> metric("skerry_cache_fills") == 0);

        assertEquals("old", get("/a").text());
    }

    @Test
    void mustRevalidateIsNeverServedStale() throws Exception {
        origin.on("/a", stale(", must-revalidate").body("old"), Reply.status(503).body("busy"));
        origin.on(
                "/b",
                stale(", must-revalidate, stale-while-revalidate=1000").body("old"),
                cacheable().body("new"));
        get("/a");
        get("/b");

        assertEquals("busy", get("/a").text());
        assertEquals("new", get("/b").text());
    }

    @Test
    void failureWithoutAnythingStoredIsACompleteResponse() throws Exception {
        withSite("{url: \"" + origin.url() + "\"" + TIMEOUTS, "");
        origin.on("/late", Reply.ok().stallBeforeHead(gate("never in time")));
        origin.on("/reset", Reply.ok().resetBeforeHead());
        origin.on("/noise", Reply.raw("no http\r\n\r\n").close());

        RawResponse late = get("/late");
        RawResponse reset = get("/reset");
        RawResponse noise = get("/noise");

        assertEquals(504, late.status());
        assertEquals(502, reset.status());
        assertEquals(502, noise.status());
        assertEquals("edge-1; fwd=uri-miss; detail=first-byte-timeout", status(late));
        assertEquals("edge-1; fwd=uri-miss; detail=reset", status(reset));
        assertNotNull(noise.field("Content-Length"));
    }

    @Test
    void originThatComesLaterIsFound() throws Exception {
        origin.on("/a", cacheable().body("x"));
        origin.stop();
        assertEquals(502, get("/a").status());

        origin.restart();

        Await.until("the origin is asked again", () -> get("/a").status() == 200);
    }
}

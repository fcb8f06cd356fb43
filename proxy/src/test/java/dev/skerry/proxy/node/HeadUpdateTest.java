package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a HEAD that went to the origin makes of the stored response (RFC 9111 §4.3.5). */
@Tag("slow")
class HeadUpdateTest extends NodeScene {
    @Test
    void headOfTheSameRepresentationFreshensIt() throws Exception {
        origin.on(
                "/a",
                stale("").field("X", "1").field("Y", "1").body("x"),
                cacheable().field("X", "2").body("x"));
        get("/a");

        RawResponse head = headToTheEnd("/a");
        RawResponse hit = get("/a");

        assertEquals("2", head.field("X"));
        assertTrue(status(hit).startsWith("edge-1; hit; ttl="), status(hit));
        assertEquals("x", hit.text());
        assertEquals("2", hit.field("X"));
        assertEquals("1", hit.field("Y"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void headIsSentWithTheStoredValidatorAndA304Freshens() throws Exception {
        origin.on(
                "/a",
                stale("").field("ETag", "\"1\"").body("x"),
                Reply.status(304).field("ETag", "\"1\"").field("Cache-Control", "max-age=1000"));
        get("/a");

        RawResponse head = headToTheEnd("/a");

        assertEquals("HEAD", origin.requests().get(1).method());
        assertEquals("\"1\"", origin.requests().get(1).field("If-None-Match"));
        assertEquals(200, head.status());
        assertEquals("1", head.field("Content-Length"));
        assertTrue(
                status(head).startsWith("edge-1; fwd=stale; fwd-status=304; ttl="), status(head));
        assertEquals("x", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void headOfAnotherRepresentationEndsTheStoredOne() throws Exception {
        Reply one = stale("").field("ETag", "\"1\"").body("one");
        origin.on("/tag", one, stale("").field("ETag", "\"2\"").body("two"));
        origin.on("/length", stale("").body("one"), stale("").body("three"));
        origin.on("/gone", stale("").body("one"), Reply.status(410).body(""));
        for (String target : new String[] {"/tag", "/length", "/gone"}) {
            get(target);
            assertEquals(1, metric("skerry_cache_objects"), target);

            headToTheEnd(target);

            assertEquals(0, metric("skerry_cache_objects"), target);
        }
    }

    @Test
    void errorToAHeadLeavesTheStoredResponse() throws Exception {
        origin.on(
                "/a",
                stale(", must-revalidate").field("ETag", "\"1\"").body("x"),
                Reply.status(503).body("busy"),
                Reply.status(304).field("ETag", "\"1\""));
        get("/a");

        assertEquals(503, headToTheEnd("/a").status());

        assertEquals("x", get("/a").text());
        assertEquals("\"1\"", origin.requests().get(2).field("If-None-Match"));
    }

    @Test
    void headNeverMakesAKeyHitForMiss() throws Exception {
        origin.on("/a", cacheable().body("one"), cacheable().body("three"));
        get("/a");
        purge(Scope.EVERYTHING, "", Mode.SOFT);
        headToTheEnd("/a");

        RawResponse miss = get("/a");

        assertTrue(status(miss).contains("; stored; detail=cold"), status(miss));
    }

    @Test
    void refreshBehindAHeadFetchesTheBody() throws Exception {
        origin.on(
                "/a",
                stale(", stale-while-revalidate=1000").body("old"),
                cacheable().body("new one"));
        get("/a");

        RawResponse head = headToTheEnd("/a");

        assertTrue(status(head).contains("; detail=stale.expired"), status(head));
        Await.until("the new one is served", () -> get("/a").text().equals("new one"));
        assertEquals("GET", origin.requests().get(1).method());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void softPurgeIsLiftedByAHeadWithTheSameStrongTagAlone() throws Exception {
        origin.on("/strong", etag("\"1\""));
        origin.on("/weak", etag("W/\"1\""));
        for (String target : new String[] {"/strong", "/weak"}) {
            get(target);
            purge(Scope.URL, "localhost" + target, Mode.SOFT);
            headToTheEnd(target);
        }

        assertTrue(status(get("/strong")).startsWith("edge-1; hit"));
        assertTrue(status(get("/weak")).contains("detail=purged-soft"));
        assertNull(origin.requests("/weak").get(1).field("If-None-Match"));
    }

    private static Reply etag(String tag) {
        return cacheable().field("ETag", tag).body("x");
    }

    private RawResponse headToTheEnd(String target) throws Exception {
        double fetches = metric("skerry_upstream_requests_total");
        RawResponse response = head(target);
        Await.until("no fetch is left", () -> metric("skerry_cache_fills") == 0);
        assertEquals(fetches + 1, metric("skerry_upstream_requests_total"));
        return response;
    }
}

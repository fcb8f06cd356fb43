package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes from the store, and what may get there. */
class HitTest extends NodeScene {
    @Test
    void missIsFollowedByHitWithTheSameBytesAndFields() throws Exception {
        origin.on("/a", cacheable().field("Content-Type", "x/y").pattern(1, 100_000));

        RawResponse miss = get("/a");
        RawResponse hit = get("/a");

        assertPattern(1, 100_000, miss);
        assertPattern(1, 100_000, hit);
        assertEquals("edge-1; fwd=uri-miss; fwd-status=200; stored; detail=cold", status(miss));
        assertTrue(status(hit).matches("edge-1; hit; ttl=\\d+"), status(hit));
        assertNull(miss.field("Age"));
        assertTrue(field(hit, "Age").matches("\\d+"));
        assertEquals(List.of("1.1 edge-1"), miss.fields("Via"));
        assertEquals(List.of("1.1 edge-1"), hit.fields("Via"));
        assertEquals("x/y", hit.field("Content-Type"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void emptyBodyIsStoredToo() throws Exception {
        origin.on("/empty", cacheable().body(""));
        origin.on("/none", Reply.status(204).field("Cache-Control", "max-age=1000"));

        assertEquals(200, get("/empty").status());
        assertEquals(0, get("/empty").body().length);
        assertEquals(204, get("/none").status());
        RawResponse hit = get("/none");

        assertEquals(204, hit.status());
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertNull(hit.field("Content-Length"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void ageFromUpstreamCountsOn() throws Exception {
        origin.on("/a", cacheable().field("Age", "500").body("x"));

        assertEquals("500", get("/a").field("Age"));
        RawResponse hit = get("/a");

        assertTrue(Integer.parseInt(field(hit, "Age")) >= 500, hit.toString());
        assertTrue(status(hit).matches("edge-1; hit; ttl=(49\\d|500)"), status(hit));
    }

    @Test
    void headIsAnsweredFromStoredGet() throws Exception {
        origin.on("/a", cacheable().field("ETag", "\"1\"").pattern(2, 70_000));
        get("/a");

        RawResponse head = head("/a");

        assertEquals(200, head.status());
        assertEquals("70000", head.field("Content-Length"));
        assertEquals("\"1\"", head.field("ETag"));
        assertTrue(status(head).contains("; hit"), status(head));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void coldHeadGoesToTheOriginAsHeadAndStoresNothing() throws Exception {
        origin.on("/a", cacheable().pattern(2, 70_000));

        RawResponse head = head("/a");

        assertEquals("70000", head.field("Content-Length"));
        assertEquals("HEAD", origin.requests().getFirst().method());
        assertPattern(2, 70_000, get("/a"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void responseWithSetCookieIsSharedOnlyIfItSaysSo() throws Exception {
        origin.on("/quiet", Reply.ok().field("Set-Cookie", "a=1").body("q"));
        origin.on("/public", cacheable().field("Set-Cookie", "a=1").body("p"));

        get("/quiet");
        get("/quiet");
        get("/public");

        assertEquals(2, origin.requests("/quiet").size());
        assertEquals("a=1", get("/public").field("Set-Cookie"));
    }

    @Test
    void responseToAuthorizationIsSharedOnlyIfItSaysSo() throws Exception {
        origin.on("/mine", cacheable().body("m"));
        origin.on("/ours", Reply.ok().field("Cache-Control", "public, max-age=1000").body("o"));

        get("/mine", "Authorization: Basic abc");
        get("/mine", "Authorization: Basic abc");
        get("/ours", "Authorization: Basic abc");
        get("/ours");

        assertEquals(2, origin.requests("/mine").size());
        assertEquals(1, origin.requests("/ours").size());
    }

    @Test
    void hostIsPartOfTheKey() throws Exception {
        origin.on("/a", request -> cacheable().body(field(request, "X-Forwarded-Host")));

        assertEquals("one.example", get("/a", "Host: one.example").text());
        assertEquals("two.example", get("/a", "Host: two.example").text());
        assertEquals("one.example", get("/a", "Host: ONE.example").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void http10ClientGetsBodyOfUnknownLengthUntilTheConnectionCloses() throws Exception {
        origin.on("/a", cacheable().pattern(3, 50_000).chunked());
        RawClient cold = client().send("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n");

        RawResponse miss = cold.readResponse();

        assertNull(miss.field("Transfer-Encoding"));
        assertPattern(3, 50_000, miss);
        assertTrue(cold.closedByPeer());
        RawClient warm = client().send("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n");
        RawResponse hit = warm.readResponse();
        assertEquals("50000", hit.field("Content-Length"));
        assertPattern(3, 50_000, hit);
        assertPattern(3, 50_000, get("/a"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void interimResponseReachesTheClientThatBeganTheFetch() throws Exception {
        origin.on("/a", cacheable().interim(103, "Link", "</s.css>; rel=preload").body("x"));

        RawResponse miss = get("/a");
        RawResponse hit = get("/a");

        assertEquals(1, miss.interims().size());
        assertEquals(103, miss.interims().getFirst().status());
        assertEquals("</s.css>; rel=preload", miss.interims().getFirst().field("Link"));
        assertEquals(List.of(), hit.interims());
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a site document says, seen by clients and origin. */
@Tag("slow")
class SiteRulesTest extends NodeScene {
    @Test
    void redirectsAndRefusalsNeedNoOrigin() throws Exception {
        withSite(
                """
                rules:
                  - match: {path: "/old/**"}
                    redirect: {to: "/new/{rest}", status: 301}
                  - match: {path: "/secret/**"}
                    deny: {status: 403}
                """);

        RawResponse moved = get("/old/a/b?c=1");
        RawResponse denied = get("/secret/x");

        assertEquals(301, moved.status());
        assertEquals("/new/a/b?c=1", moved.field("Location"));
        assertEquals("edge-1; detail=redirect", status(moved));
        assertEquals(403, denied.status());
        assertEquals("edge-1; detail=denied", status(denied));
        assertEquals(0, origin.requests().size());
    }

    @Test
    void hostOfNobodyIsMisdirected() throws Exception {
        withSite("");
        node.close();
        java.nio.file.Path file = directory.resolve("one.yaml");
        java.nio.file.Files.writeString(
                file,
                "site: default\nhosts: [one.example]\norigins: [{url: \""
                        + origin.url()
                        + "\"}]\n");
        node = start(settings(NAME, dev.skerry.config.node.Role.EDGE, file));

        assertEquals(421, get("/a", "Host: two.example").status());
        assertEquals(404, get("/a", "Host: one.example").status());
    }

    @Test
    void fieldsAreEditedTowardTheOriginAndTheClient() throws Exception {
        withSite(
                """
                defaults:
                  request-fields: {set: {X-From: skerry}, remove: [Cookie]}
                  response-fields: {set: {X-Served: yes}, remove: [Server], add: {X-More: m}}
                """);
        origin.on("/a", cacheable().field("Server", "secret/1").field("X-More", "o").body("x"));

        RawResponse miss = get("/a", "Cookie: a=b");
        RawResponse hit = get("/a");

        assertEquals("skerry", origin.requests().getFirst().field("X-From"));
        assertNull(origin.requests().getFirst().field("Cookie"));
        for (RawResponse response : List.of(miss, hit)) {
            assertNull(response.field("Server"));
            assertEquals("yes", response.field("X-Served"));
            assertEquals(List.of("o", "m"), response.fields("X-More"));
        }
    }

    @Test
    void originSeesTheQueryThatIsKeyed() throws Exception {
        withSite("defaults: {query: [v, w]}");
        origin.on(any -> true, request -> cacheable().body(request.target()));

        assertEquals("/a?v=1&w=2", get("/a?w=2&utm=x&v=1").text());
        assertEquals("/a?v=1&w=2", get("/a?v=1&w=2&utm=y").text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void headAndColdRangeAskForTheQueryThatIsKeyed() throws Exception {
        withSite("defaults: {query: [v]}");
        origin.always(cacheable().body("x"));

        head("/a?utm=x&v=1");
        get("/a?utm=x&v=1", "Range: bytes=5-9");

        assertEquals("/a?v=1", origin.requests().get(0).target());
        assertEquals("/a?v=1", origin.requests().get(1).target());
    }

    @Test
    void passRuleLeavesTheQueryAndTheConditionsAlone() throws Exception {
        withSite("defaults: {query: ignore}\nrules: [{match: {path: \"/api/**\"}, pass: true}]");
        origin.always(cacheable().body("x"));

        get("/api/a?b=c", "If-None-Match: \"1\"");
        RawResponse again = get("/api/a?b=c");

        assertEquals("/api/a?b=c", origin.requests().getFirst().target());
        assertEquals("\"1\"", origin.requests().getFirst().field("If-None-Match"));
        assertTrue(status(again).endsWith("fwd=bypass; fwd-status=200; detail=rule-pass"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void lifetimesByStatusGoBeforeWhatTheResponseSays() throws Exception {
        withSite("defaults: {ttl: 1h, status-ttl: {404: 10m, 5xx: 1m, 200: 0s}}");
        origin.on("/200", cacheable().body("x"));
        origin.on("/301", Reply.status(301).field("Location", "/").body(""));
        origin.on("/404", Reply.status(404).body("none"));
        origin.on("/500", Reply.status(500).body("failed"));
        origin.on("/private", Reply.status(404).field("Cache-Control", "private").body("none"));

        for (String target : List.of("/200", "/301", "/404", "/500", "/private")) {
            get(target);
            get(target);
        }

        assertEquals(2, origin.requests("/200").size());
        assertEquals(1, origin.requests("/301").size());
        assertEquals(1, origin.requests("/404").size());
        assertEquals(1, origin.requests("/500").size());
        assertEquals(2, origin.requests("/private").size());
    }

    @Test
    void tagsOfARuleCanBePurged() throws Exception {
        withSite("rules: [{match: {path: \"/s/**\"}, tags: [static]}]");
        origin.on(any -> true, request -> cacheable().body("v" + request.order()));
        get("/s/a");
        get("/t/a");

        purge(Scope.TAG, "static", Mode.HARD);

        assertEquals("v3", get("/s/a").text());
        assertEquals("v2", get("/t/a").text());
    }

    @Test
    void clientDirectivesCountOnlyWhereTheyAreHonoured() throws Exception {
        withSite("rules: [{match: {path: \"/h\"}, cache: {client-cache-control: honour}}]");
        origin.on(any -> true, request -> cacheable().body("v" + request.order()));
        get("/i");
        get("/h");

        assertEquals("v1", get("/i", "Cache-Control: no-cache").text());
        RawResponse honoured = get("/h", "Cache-Control: no-cache");
        assertEquals("v3", honoured.text());
        assertTrue(status(honoured).contains("fwd=request"), status(honoured));
    }

    @Test
    void varyCapHoldsAtTheLimitAndDropsTheOldestPastIt() throws Exception {
        withSite("defaults: {vary-cap: 3}");
        origin.on(
                "/v",
                request -> cacheable().field("Vary", "X-Kind").body("k" + request.field("X-Kind")));
        for (String kind : List.of("1", "2", "3", "1", "2", "3")) {
            assertEquals("k" + kind, get("/v", "X-Kind: " + kind).text());
        }
        assertEquals(3, origin.requests().size());

        get("/v", "X-Kind: 4");

        assertEquals(3, metric("skerry_cache_objects"));
    }
}

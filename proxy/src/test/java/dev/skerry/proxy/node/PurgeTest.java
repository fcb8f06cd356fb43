package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a purge kills, and what it leaves alone; also while something is being fetched. */
class PurgeTest extends NodeScene {
    private final AtomicInteger versions = new AtomicInteger();

    private void versioned() {
        origin.on(
                any -> true,
                request ->
                        cacheable()
                                .field("Surrogate-Key", "t" + request.path().replace('/', '-'))
                                .body("v" + versions.incrementAndGet()));
    }

    private void assertPurged(Scope scope, String value, String target) throws Exception {
        String before = get(target, "Host: one.example").text();
        assertEquals(before, get(target, "Host: one.example").text());
        purge(scope, value, Mode.HARD);
        RawResponse after = get(target, "Host: one.example");
        assertTrue(!before.equals(after.text()), scope + " " + value + " did not purge " + target);
        assertTrue(status(after).endsWith("detail=purged"), status(after));
    }

    private void assertKept(Scope scope, String value, String target) throws Exception {
        String before = get(target, "Host: one.example").text();
        purge(scope, value, Mode.HARD);
        assertEquals(before, get(target, "Host: one.example").text());
    }

    @Test
    void everyScopeKillsWhatItNames() throws Exception {
        versioned();
        assertPurged(Scope.URL, "one.example/a/b?c=1", "/a/b?c=1");
        assertPurged(Scope.PREFIX, "one.example/a", "/a/b?c=1");
        assertPurged(Scope.TAG, "t-a-b", "/a/b?c=1");
        assertPurged(Scope.HOST, "one.example", "/a/b?c=1");
        assertPurged(Scope.EVERYTHING, "", "/a/b?c=1");
    }

    @Test
    void noScopeKillsWhatItDoesNotName() throws Exception {
        versioned();
        assertKept(Scope.URL, "one.example/a/b", "/a/b?c=1");
        assertKept(Scope.URL, "two.example/a/b?c=1", "/a/b?c=1");
        assertKept(Scope.PREFIX, "one.example/a/bb", "/a/b?c=1");
        assertKept(Scope.PREFIX, "one.example/aa", "/a/b?c=1");
        assertKept(Scope.TAG, "t-a", "/a/b?c=1");
        assertKept(Scope.HOST, "two.example", "/a/b?c=1");
    }

    @Test
    void allVariantsOfAUrlDie() throws Exception {
        origin.on(
                "/v",
                request ->
                        cacheable()
                                .field("Vary", "X-Kind")
                                .body(request.field("X-Kind") + versions.incrementAndGet()));
        assertEquals("a1", get("/v", "X-Kind: a").text());
        assertEquals("b2", get("/v", "X-Kind: b").text());

        purge(Scope.URL, "localhost/v", Mode.HARD);

        assertEquals("a3", get("/v", "X-Kind: a").text());
        assertEquals("b4", get("/v", "X-Kind: b").text());
    }

    @Test
    void purgedIsNotServedStaleWhenTheOriginFails() throws Exception {
        origin.on(
                "/a", cacheable().field("ETag", "\"1\"").body("old"), Reply.status(503).body("b"));
        get("/a");

        purge(Scope.URL, "localhost/a", Mode.HARD);

        assertEquals(503, get("/a").status());
        assertNull(origin.requests().get(1).field("If-None-Match"));
    }

    @Test
    void whatWasBeingFetchedWhenThePurgeCameIsNotUsedAfterwards() throws Exception {
        Gate head = gate("first head");
        origin.on("/a", cacheable().body("old").stallBeforeHead(head), cacheable().body("new"));
        CompletableFuture<RawResponse> before = getLater("/a");
        origin.awaitRequests(1);

        purge(Scope.URL, "localhost/a", Mode.HARD);
        assertEquals("new", get("/a").text());
        head.open();

        assertEquals("old", now(before).text());
        assertEquals("new", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void bodyThatIsBeingReceivedWhenThePurgeComesIsNotUsedAfterwards() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", cacheable().pattern(1, 9000).stallAfter(10, rest), cacheable().body("new"));
        RawClient before = ask("/a");
        before.readHead();

        purge(Scope.EVERYTHING, "", Mode.HARD);
        assertEquals("new", get("/a").text());
        rest.open();

        before.readBytes(9000);
        assertEquals("new", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void tagOfAResponseBeingFetchedIsPurgedWithIt() throws Exception {
        Gate head = gate("first head");
        origin.on(
                "/a",
                cacheable().field("Surrogate-Key", "red").body("old").stallBeforeHead(head),
                cacheable().field("Surrogate-Key", "red").body("new"));
        CompletableFuture<RawResponse> before = getLater("/a");
        origin.awaitRequests(1);
        purge(Scope.TAG, "red", Mode.HARD);
        // The tags are known only with the head, so this one may wait, but must not get the old.
        CompletableFuture<RawResponse> after = getLater("/a");

        head.open();

        assertEquals("old", now(before).text());
        assertEquals("new", now(after).text());
        assertEquals("new", get("/a").text());
    }

    @Test
    void rule8WhatIsPurgedWhileItIsValidatedDoesNotStandInForAFailure() throws Exception {
        Gate head = gate("head");
        origin.on(
                "/a",
                stale(", stale-if-error=1000").body("old"),
                Reply.status(503).body("down").stallBeforeHead(head));
        get("/a");
        CompletableFuture<RawResponse> waiting = getLater("/a");
        origin.awaitRequests(2);
        purge(Scope.URL, "localhost/a", Mode.HARD);

        head.open();

        assertEquals("down", now(waiting).text());
    }

    @Test
    void rule10AConfirmationWithoutTagsTakesNoneAway() throws Exception {
        origin.on(
                "/a",
                stale("").field("ETag", "\"1\"").field("Surrogate-Key", "red").body("old"),
                Reply.status(304).field("ETag", "\"1\"").field("Cache-Control", "max-age=1000"),
                cacheable().body("new"));
        get("/a");
        assertEquals("old", get("/a").text());
        assertEquals(2, origin.requests().size());

        purge(Scope.TAG, "red", Mode.HARD);

        assertEquals("new", get("/a").text());
    }

    @Test
    void softlyPurgedIsValidatedByAStrongTag() throws Exception {
        origin.on(
                "/a",
                cacheable().field("ETag", "\"1\"").body("x"),
                Reply.status(304).field("ETag", "\"1\""));
        get("/a");

        purge(Scope.URL, "localhost/a", Mode.SOFT);
        RawResponse confirmed = get("/a");

        assertEquals("x", confirmed.text());
        assertTrue(status(confirmed).endsWith("detail=revalidated.purged-soft"), status(confirmed));
        assertEquals("\"1\"", origin.requests().get(1).field("If-None-Match"));
        assertTrue(status(get("/a")).contains("; hit"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void softlyPurgedIsFetchedAnewWhenItsValidatorIsWeak() throws Exception {
        origin.on(
                "/a",
                cacheable()
                        .field("ETag", "W/\"1\"")
                        .field("Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT")
                        .body("old"),
                cacheable().body("new"));
        get("/a");

        purge(Scope.URL, "localhost/a", Mode.SOFT);

        assertEquals("new", get("/a").text());
        assertNull(origin.requests().get(1).field("If-None-Match"));
        assertNull(origin.requests().get(1).field("If-Modified-Since"));
    }

    @Test
    void softlyPurgedIsServedWhileItIsRefreshedWhereThatIsAllowed() throws Exception {
        Gate refresh = gate("refresh");
        origin.on(
                "/a",
                Reply.ok()
                        .field("Cache-Control", "max-age=1000, stale-while-revalidate=1000")
                        .body("old"),
                cacheable().body("new").stallBeforeHead(refresh));
        get("/a");
        Await.until("it is stored", () -> metric("skerry_cache_fills") == 0);

        purge(Scope.TAG, "none", Mode.SOFT);
        purge(Scope.EVERYTHING, "", Mode.SOFT);
        RawResponse stale = get("/a");
        origin.awaitRequests(2);

        assertEquals("old", stale.text());
        assertTrue(status(stale).endsWith("detail=stale.purged-soft"), status(stale));
    }

    @Test
    void softlyPurgedIsServedWhenTheOriginFails() throws Exception {
        origin.on("/a", cacheable().body("old"), Reply.status(503).body("b"));
        get("/a");

        purge(Scope.URL, "localhost/a", Mode.SOFT);

        assertEquals("old", get("/a").text());
    }

    @Test
    void purgeNamesTheUrlAsItIsKeyed() throws Exception {
        withSite("defaults: {query: [v]}");
        versioned();
        String before = get("/a?v=1&utm=2").text();

        purge(Scope.URL, "localhost/a?other=3&v=1", Mode.HARD);

        assertTrue(!before.equals(get("/a?v=1").text()));
    }

    @Test
    void tagFieldsAreNotShownToClients() throws Exception {
        versioned();

        assertNull(get("/a").field("Surrogate-Key"));
        assertNull(get("/a").field("Surrogate-Key"));
    }
}

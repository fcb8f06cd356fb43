package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A POST's response that says that it is the target's representation (RFC 9110 §9.3.3). */
@Tag("slow")
class PostReuseTest extends NodeScene {
    @Test
    void postThatNamesItsOwnTargetAnswersLaterGets() throws Exception {
        origin.on("/a", reusable("/a").body("posted"));

        RawResponse post = send("POST", "/a", "x");
        stored(1);
        RawResponse get = get("/a");

        assertEquals("posted", post.text());
        assertEquals("edge-1; fwd=method; fwd-status=200; stored; detail=method", status(post));
        assertEquals("posted", get.text());
        assertTrue(status(get).startsWith("edge-1; hit"), status(get));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void everyPostGoesToTheOriginAndReplacesWhatIsStored() throws Exception {
        origin.on("/a", reusable("/a").body("1"), reusable("/a").body("2"));

        send("POST", "/a", "x");
        stored(1);
        send("POST", "/a", "x");
        stored(2);

        assertEquals("2", get("/a").text());
        assertEquals(2, origin.requests().size());
        assertEquals(1, metric("skerry_cache_objects"));
    }

    @Test
    void postWithoutThatAnswersNobodyElse() throws Exception {
        origin.on("/elsewhere", reusable("/b").body("posted"), Reply.ok().body("got"));
        origin.on(
                "/heuristic",
                Reply.ok()
                        .field("Content-Location", "/heuristic")
                        .field("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
                        .body("posted"),
                Reply.ok().body("got"));
        origin.on(
                "/created",
                Reply.status(201)
                        .field("Cache-Control", "max-age=1000")
                        .field("Content-Location", "/created")
                        .body("posted"),
                Reply.ok().body("got"));
        for (String target : new String[] {"/elsewhere", "/heuristic", "/created"}) {
            send("POST", target, "x");

            assertEquals("got", get(target).text(), target);
        }
    }

    @Test
    void postOfARangeOrWithCredentialsAnswersNobodyElse() throws Exception {
        origin.on("/range", reusable("/range").body("posted"), Reply.ok().body("got"));
        origin.on("/login", reusable("/login").body("posted"), Reply.ok().body("got"));

        send("POST", "/range", "x", "Range: bytes=0-1");
        send("POST", "/login", "x", "Authorization: Basic eDp5");

        assertEquals("got", get("/range").text());
        assertEquals("got", get("/login").text());
    }

    @Test
    void postWithAQueryThatTheKeyLacksAnswersNobodyElse() throws Exception {
        withSite("defaults: {query: [v]}");
        origin.on("/a?v=1&more=2", reusable("/a?v=1&more=2").body("posted"));
        origin.on("/a?v=1", Reply.ok().body("got"));

        send("POST", "/a?v=1&more=2", "x");

        assertEquals("got", get("/a?v=1").text());
    }

    @Test
    void fetchInFlightWhileAPostInvalidatesIsNotUsedAgain() throws Exception {
        Gate slow = gate("slow");
        origin.on(
                request -> request.method().equals("GET"),
                request -> cacheable().body("before").stallAfter(1, slow));
        origin.on(
                request -> request.method().equals("POST"),
                request -> reusable("/a").body("posted"));
        CompletableFuture<RawResponse> before = getLater("/a");
        origin.awaitRequests(1);

        send("POST", "/a", "x");
        stored(1);
        slow.open();

        assertEquals("before", now(before).text());
        assertEquals("posted", get("/a").text());
        assertEquals("posted", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void postThatAnotherChangeOvertookAnswersNobodyElse() throws Exception {
        Gate slow = gate("slow");
        origin.on(
                request -> request.method().equals("POST"),
                request -> reusable("/a").body("old").stallBeforeHead(slow));
        origin.on(request -> request.method().equals("PUT"), request -> Reply.status(204));
        origin.on(request -> request.method().equals("GET"), request -> cacheable().body("new"));
        CompletableFuture<RawResponse> post = sendLater("POST", "/a", "x");
        origin.awaitRequests(1);

        send("PUT", "/a", "x");
        slow.open();

        assertEquals("old", now(post).text());
        assertEquals("new", get("/a").text());
    }

    /** A client may have the last byte before the response is in the store. */
    private void stored(int times) throws Exception {
        Await.until("it is stored", () -> metric("skerry_cache_stores_total") == times);
    }

    private static Reply reusable(String location) {
        return cacheable().field("Content-Location", location);
    }
}

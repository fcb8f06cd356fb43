package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A 304 is about one variant, whoever waits for it (RFC 9111 §4.3.4). */
@Tag("slow")
class ConfirmedVariantTest extends TimedScene {
    /** All variants have one date, so that any of them is confirmed by any other's. */
    private static final String DATE = "Wed, 01 Jan 2020 00:00:00 GMT";

    @Test
    void followerOfAnotherVariantIsNotAnsweredWithTheOneThatWasConfirmed() throws Exception {
        Gate gate = gate("confirmation");
        Reply dated =
                Reply.ok()
                        .field("Cache-Control", "max-age=10")
                        .field("Last-Modified", DATE)
                        .field("Vary", "X");
        origin.on(
                "/a",
                request ->
                        request.field("If-Modified-Since") == null
                                ? dated.body("body " + request.field("X"))
                                : Reply.status(304)
                                        .field("Cache-Control", "max-age=0")
                                        .stallBeforeHead(gate));
        get("/a", "X: 1");
        pass(11);
        CompletableFuture<RawResponse> leader = getLater("/a", "X: 1");
        origin.awaitRequests(2);
        CompletableFuture<RawResponse> follower = getLater("/a", "X: 2");
        Await.until("the follower is there", () -> metric("skerry_http_connections") == 2);

        gate.open();

        assertEquals("body 1", now(leader).text());
        assertEquals("body 2", now(follower).text());
        assertEquals("body 2", get("/a", "X: 2").text());
    }
}

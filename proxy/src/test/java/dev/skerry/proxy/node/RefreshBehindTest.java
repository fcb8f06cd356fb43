package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * RFC 5861 §3: what is stale is served at once, and exactly one refresh runs behind, however many
 * ask and whatever becomes of it.
 */
@Tag("slow")
class RefreshBehindTest extends NodeScene {
    private static final int CROWD = 500;

    private static Reply old() {
        return stale(", stale-while-revalidate=1000").field("ETag", "\"1\"").body("old");
    }

    private void assertAllAreServedAtOnce() throws Exception {
        List<CompletableFuture<RawResponse>> clients = getLater(CROWD, "/a");
        for (CompletableFuture<RawResponse> client : clients) {
            RawResponse response = now(client);
            assertEquals("old", response.text());
            assertTrue(status(response).endsWith("; detail=stale.expired"), status(response));
        }
    }

    @Test
    void oneRefreshServesACrowd() throws Exception {
        origin.on("/a", old());
        get("/a");
        Gate refresh = gate("refresh");
        origin.on("/a", cacheable().body("new").stallBeforeHead(refresh));

        assertAllAreServedAtOnce();
        assertEquals(1, metric("skerry_cache_refreshes_total"));
        refresh.open();

        Await.until("the new one is served", () -> get("/a").text().equals("new"));
        assertEquals(2, origin.requests().size());
    }

    /** After a refresh that failed, nobody asks for as long as the back-off lasts: a second. */
    private void assertOneRefreshThatFails(Reply failing) throws Exception {
        origin.on("/a", old(), failing);
        get("/a");
        long began = System.nanoTime();

        assertAllAreServedAtOnce();
        Await.until("the refresh has ended", () -> metric("skerry_cache_fills") == 0);
        assertAllAreServedAtOnce();

        long seconds = (System.nanoTime() - began) / 1_000_000_000L;
        // The origin may see one of them twice: over a kept connection that broke, and a new one.
        double refreshes = metric("skerry_cache_refreshes_total");
        assertTrue(
                refreshes >= 1 && refreshes <= 1 + seconds,
                refreshes + " refreshes within " + seconds + " s");
    }

    @Test
    void oneRefreshThatIsResetIsEnough() throws Exception {
        assertOneRefreshThatFails(Reply.ok().resetBeforeHead());
    }

    @Test
    void oneRefreshThatIsAnsweredWithAServerErrorIsEnough() throws Exception {
        assertOneRefreshThatFails(Reply.status(503).body("busy"));
    }

    @Test
    void oneRefreshWhoseBodyBreaksOffIsEnough() throws Exception {
        assertOneRefreshThatFails(cacheable().pattern(1, 50_000).cutAfter(100));
    }

    @Test
    void oneRefreshThatIsConfirmedForNothingIsEnough() throws Exception {
        assertOneRefreshThatFails(Reply.raw("nonsense\r\n\r\n").closeSilently());
    }
}

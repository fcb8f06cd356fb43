package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A response that varies by what is different from client to client. */
@Tag("slow")
class VariantCapTest extends NodeScene {
    private static final int CAP = 64;
    private static final int CLIENTS = 2000;

    @Test
    void theNewestVariantsAreKeptAndTheOthersCounted() throws Exception {
        origin.on(
                "/a",
                asked ->
                        Reply.ok()
                                .field("Cache-Control", "max-age=1000")
                                .field("Vary", "User-Agent")
                                .body(asked.field("User-Agent") + "x".repeat(4000)));
        RawClient client = client();
        for (int i = 0; i < CLIENTS - CAP; i++) {
            client.get("/a", agent(i));
        }
        for (int i = CLIENTS - CAP; i < CLIENTS; i++) {
            ask(client, "/a", agent(i)).readResponse();
        }
        Await.until("all is stored", () -> metric("skerry_cache_fills") == 0);

        assertEquals(CAP, metric("skerry_cache_objects"));
        assertEquals(CLIENTS - CAP, metric("skerry_cache_vary_cap_total", "site=\"default\""));
        // 4 KB of body and one of head and blocks each
        assertTrue(metric("skerry_cache_bytes") < CAP * 16_384, metrics());
        for (int i = CLIENTS - CAP; i < CLIENTS; i++) {
            RawResponse kept = client.get("/a", agent(i));
            assertTrue(status(kept).startsWith("edge-1; hit"), status(kept));
            assertTrue(kept.text().startsWith("agent/" + i + "x"), kept.text());
        }
        assertEquals(CLIENTS, origin.requests().size());
        RawResponse gone = get("/a", agent(CLIENTS - CAP - 1));
        assertTrue(status(gone).contains("fwd=vary-miss"), status(gone));
        assertEquals(CAP, metric("skerry_cache_objects"));
    }

    private static String agent(int i) {
        return "User-Agent: agent/" + i;
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why a request was not answered from the store: one reason each, the true one. */
@Tag("slow")
class MissReasonTest extends NodeScene {
    @Test
    void whatAnUnsafeRequestKilledWasInvalidatedNotPurged() throws Exception {
        origin.on("/a", cacheable().body("x"));
        get("/a");
        send("DELETE", "/a", "");
        assertReason("invalidated", get("/a"));

        purge(Scope.URL, "localhost/a", Mode.HARD);
        assertReason("purged", get("/a"));
    }

    @Test
    void whatMadeRoomForOthersWasEvicted() throws Exception {
        origin.on(
                request -> request.target().startsWith("/big"),
                request -> cacheable().pattern(1, 1 << 20));
        for (int i = 0; i < 100; i++) {
            get("/big/" + i);
        }

        int evicted = 0;
        for (int i = 0; i < 100; i++) {
            evicted += status(get("/big/" + i)).endsWith("detail=evicted") ? 1 : 0;
        }
        assertTrue(evicted >= 20, "evicted " + evicted);
        assertReason("cold", get("/big/100"));
    }

    @Test
    void whatDoesNotFitIsSaidToHaveNoRoom() throws Exception {
        origin.on("/a", Reply.ok().field("Cache-Control", "max-age=9").chunked().pattern(1, 1));
        origin.on("/huge", cacheable().pattern(1, 20L << 20));

        assertReason("cold", get("/a"));
        assertTrue(status(get("/huge")).endsWith("; detail=cold.too-large"));
    }

    @Test
    void theReasonsInTheMetricsSumUpToWhatWasNoHit() throws Exception {
        origin.on("/a", cacheable().field("Vary", "X").body("x"));
        origin.on("/private", Reply.ok().field("Cache-Control", "private").body("x"));
        origin.on("/reset", Reply.ok().resetBeforeHead());
        int misses = 0;
        int hits = 0;
        for (String target : new String[] {"/a", "/private", "/reset"}) {
            get(target);
            misses++;
        }
        get("/a", "X: 1");
        send("POST", "/a", "");
        get("/a");
        misses += 3;
        get("/a");
        hits++;

        assertEquals(misses, sum("reason=\"[a-z-]+\""));
        assertEquals(hits, sum("reason=\"\""));
    }

    private double sum(String label) {
        double sum = 0;
        for (String line : metrics().lines().toList()) {
            if (line.matches("skerry_http_requests_total\\{.*" + label + ".*")) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    private static void assertReason(String word, RawResponse response) {
        assertTrue(status(response).endsWith("; detail=" + word), status(response));
    }
}

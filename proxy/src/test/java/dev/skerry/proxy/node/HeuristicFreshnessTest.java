package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long is a response fresh that does not say so? RFC 9111 §4.2.2. */
@Tag("slow")
class HeuristicFreshnessTest extends TimedScene {
    private Reply modified(int status, long secondsAgo) {
        return Reply.status(status)
                .field("Date", date(0))
                .field("Last-Modified", date(-secondsAgo))
                .body(status == 204 ? "" : "x");
    }

    @Test
    void aTenthOfTheTimeSinceItChanged() throws Exception {
        origin.on("/in", modified(200, 5000));
        origin.on("/out", modified(200, 5000));
        assertTrue(reusedAfter(499, "/in"));
        assertFalse(reusedAfter(500, "/out"));
    }

    @Test
    void aDayAtMost() throws Exception {
        origin.on("/in", modified(200, 100L * 86_400));
        origin.on("/out", modified(200, 100L * 86_400));
        assertTrue(reusedAfter(86_399, "/in"));
        assertFalse(reusedAfter(86_400, "/out"));
    }

    @Test
    void onlyForStatusesThatAllowIt() throws Exception {
        for (int status : List.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501)) {
            origin.on("/" + status, modified(status, 90_000));
            assertTrue(reusedAfter(1, "/" + status), "status " + status);
        }
        for (int status : List.of(201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 504, 599)) {
            origin.on("/" + status, modified(status, 90_000));
            assertFalse(reusedAfter(1, "/" + status), "status " + status);
        }
        origin.on("/public", modified(599, 90_000).field("Cache-Control", "public"));
        assertTrue(reusedAfter(1, "/public"));
    }

    @Test
    void notWhereTheResponseSaysSomething() throws Exception {
        for (String control : List.of("max-age=0", "no-cache", "max-age=oops", "s-maxage=0")) {
            String target = "/" + control;
            origin.on(target, modified(200, 90_000).field("Cache-Control", control));
            assertFalse(reusedAfter(1, target), control);
        }
        origin.on("/expires", modified(200, 90_000).field("Expires", "0"));
        assertFalse(reusedAfter(1, "/expires"));
    }

    @Test
    void aChangeInTheFutureIsNoReason() throws Exception {
        origin.on("/a", modified(200, -90_000));
        assertFalse(reusedAfter(1, "/a"));
    }

    @Test
    void aHitOnAGuessSaysSo() throws Exception {
        origin.on("/guessed", modified(200, 5000));
        origin.on("/said", cacheable().body("x"));
        get("/guessed");
        get("/said");
        assertEquals("edge-1; hit; ttl=500; detail=heuristic", status(get("/guessed")));
        assertEquals("edge-1; hit; ttl=1000", status(get("/said")));
    }
}

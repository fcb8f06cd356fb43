package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ranges and conditions of coded responses, and what becomes of these in time. */
@Tag("slow")
class CodingConditionsTest extends CodingScene {
    @Test
    void rangesOfACodedResponseAreOfItsCodedBytes() throws Exception {
        origin.on("/a", page(text(1, 50_000)).field("ETag", "\"5\""));
        getCoded("/a", BR);
        byte[] whole = getCoded("/a", BR).body();

        RawResponse part = get("/a", BR, "Range: bytes=10-99");
        assertEquals(206, part.status());
        assertEquals("bytes 10-99/" + whole.length, part.field("Content-Range"));
        assertEquals("br", part.field("Content-Encoding"));
        assertArrayEquals(Arrays.copyOfRange(whole, 10, 100), part.body());

        // Weak, so that nobody glues parts of two encodings together.
        RawResponse weak = get("/a", BR, "Range: bytes=10-99", "If-Range: W/\"5;br\"");
        assertEquals(200, weak.status());
        assertArrayEquals(whole, weak.body());
        RawResponse beyond = get("/a", BR, "Range: bytes=" + whole.length + "-");
        assertEquals(416, beyond.status());
        assertEquals("bytes */" + whole.length, beyond.field("Content-Range"));
    }

    @Test
    void whoHasTheBeginningOfTheUncodedBodyGetsItsRest() throws Exception {
        byte[] page = text(1, 50_000);
        origin.on("/a", page(page).field("ETag", "\"5\""));
        getCoded("/a", BR);

        RawResponse rest = get("/a", BR, "Range: bytes=1000-", "If-Range: \"5\"");

        assertEquals(206, rest.status());
        assertNull(rest.field("Content-Encoding"));
        assertArrayEquals(Arrays.copyOfRange(page, 1000, page.length), rest.body());
    }

    @Test
    void aDateDoesNotTellCodingsApart() throws Exception {
        String date = "Thu, 01 Jan 2026 00:00:00 GMT";
        origin.on("/a", page(text(1, 50_000)).field("Last-Modified", date));
        getCoded("/a", BR);

        assertEquals(200, get("/a", BR, "Range: bytes=10-99", "If-Range: " + date).status());
        assertEquals(206, get("/a", "Range: bytes=10-99", "If-Range: " + date).status());
    }

    @Test
    void clientsConditionsHoldForEveryCoding() throws Exception {
        origin.on("/a", page(text(1, 50_000)).field("ETag", "\"5\""));
        getCoded("/a", BR);

        for (String tag : List.of("W/\"5;br\"", "W/\"5;gzip\"", "\"5\"")) {
            RawResponse none = get("/a", BR, "If-None-Match: \"x\", " + tag);
            assertEquals(304, none.status());
            assertEquals(tag, none.field("ETag"));
            assertEquals("Accept-Encoding", none.field("Vary"));
        }
        assertEquals(200, get("/a", BR, "If-None-Match: \"5;br\"").status());
        assertEquals(200, get("/a", BR, "If-None-Match: W/\"6;br\"").status());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void theOriginSeesItsOwnTagsInConditions() throws Exception {
        origin.on("/a", Reply.status(412));

        send("PUT", "/a", "x", "If-Match: W/\"5;br\", \"6\"");
        assertEquals("\"5\", \"6\"", field(origin.requests().getLast(), "If-Match"));
        send("DELETE", "/a", "", "If-None-Match: W/\"5;gzip\"");
        assertEquals("\"5\"", field(origin.requests().getLast(), "If-None-Match"));
    }

    @Test
    void anOrigins304ConfirmsWhatTheClientHas() throws Exception {
        withSite("rules: [{match: {}, pass: true}]");
        origin.on("/a", Reply.status(304).field("ETag", "\"5\""));

        RawResponse none = get("/a", BR, "If-None-Match: W/\"5;br\"");

        assertEquals(304, none.status());
        assertEquals("W/\"5;br\"", none.field("ETag"));
        assertEquals("\"5\"", field(origin.requests().getLast(), "If-None-Match"));
    }

    @Test
    void headersThatARevalidationBroughtAreOnTheNextCodedHit() throws Exception {
        byte[] page = text(1, 50_000);
        origin.on(
                "/a",
                Reply.ok()
                        .field("Cache-Control", "max-age=50")
                        .field("Age", "150")
                        .field("ETag", "\"5\"")
                        .field("Content-Type", "text/html")
                        .field("X-Round", "1")
                        .body(page),
                Reply.status(304)
                        .field("ETag", "\"5\"")
                        .field("Cache-Control", "max-age=1000")
                        .field("X-Round", "2"));
        getCoded("/a", BR);
        RawResponse confirmed = getCoded("/a", BR);
        RawResponse hit = getCoded("/a", BR);

        assertEquals("2", confirmed.field("X-Round"));
        assertEquals("2", hit.field("X-Round"));
        assertEquals("W/\"5;br\"", hit.field("ETag"));
        assertArrayEquals(page, Decoded.of(hit));
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertEquals(1, metric("skerry_coding_runs_total"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void afterAPurgeTheNewContentIsCoded() throws Exception {
        origin.on("/a", page(text(1, 50_000)), page(text(2, 50_000)));
        getCoded("/a", BR);
        purge(Scope.EVERYTHING, "", Mode.HARD);

        for (int round = 0; round < 2; round++) {
            assertArrayEquals(text(2, 50_000), Decoded.of(getCoded("/a", BR)));
        }
        assertEquals(2, metric("skerry_coding_runs_total"));
        assertEquals(2, metric("skerry_cache_objects"));
    }
}

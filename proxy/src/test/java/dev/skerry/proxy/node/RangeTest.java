package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Ranges and conditions, answered from what is stored or still being received. */
class RangeTest extends NodeScene {
    private static final int LENGTH = 500_000;

    private void stored() throws Exception {
        origin.on(
                "/a",
                cacheable()
                        .field("ETag", "\"1\"")
                        .field("Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT")
                        .pattern(1, LENGTH));
        get("/a");
    }

    private static void assertPart(RawResponse response, int from, int to) {
        assertEquals(206, response.status());
        assertEquals(
                "bytes " + from + "-" + (to - 1) + "/" + LENGTH, response.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(1, from, to), response.body());
    }

    @Test
    void singleRangesComeFromTheStore() throws Exception {
        stored();

        assertPart(get("/a", "Range: bytes=0-0"), 0, 1);
        assertPart(get("/a", "Range: bytes=100-299999"), 100, 300_000);
        assertPart(get("/a", "Range: bytes=499999-"), 499_999, LENGTH);
        assertPart(get("/a", "Range: bytes=499000-900000"), 499_000, LENGTH);
        assertPart(get("/a", "Range: bytes=-10"), LENGTH - 10, LENGTH);
        assertPart(get("/a", "Range: bytes=-900000"), 0, LENGTH);
        assertEquals(1, origin.requests().size());
    }

    @Test
    void severalRangesComeAsMultipart() throws Exception {
        stored();

        RawResponse response = get("/a", "Range: bytes=0-9,1000-1999,-5");

        assertEquals(206, response.status());
        String type = field(response, "Content-Type");
        assertTrue(type.startsWith("multipart/byteranges; boundary="), type);
        String body = new String(response.body(), StandardCharsets.ISO_8859_1);
        assertTrue(body.contains("bytes 0-9/500000\r\n\r\n" + part(0, 10) + "\r\n--"));
        assertTrue(body.contains("bytes 1000-1999/500000\r\n\r\n" + part(1000, 2000) + "\r\n--"));
        assertTrue(body.contains("bytes 499995-499999/500000\r\n\r\n" + part(499_995, LENGTH)));
        assertEquals(1, origin.requests().size());
    }

    private static String part(int from, int to) {
        return new String(PatternBytes.range(1, from, to), StandardCharsets.ISO_8859_1);
    }

    @Test
    void clientThatLeavesAMultipartBodyHalfwayKeepsNothing() throws Exception {
        stored();
        RawClient leaving = ask(slowClient(), "/a", "Range: bytes=0-200000,200002-499999");
        leaving.readHead();

        leaving.reset();

        assertPart(get("/a", "Range: bytes=0-0"), 0, 1);
    }

    @Test
    void rangeOutsideIsUnsatisfiable() throws Exception {
        stored();

        RawResponse response = get("/a", "Range: bytes=500000-");

        assertEquals(416, response.status());
        assertEquals("bytes */500000", response.field("Content-Range"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void ifRangeDecidesBetweenPartAndWhole() throws Exception {
        stored();

        assertPart(get("/a", "Range: bytes=5-9", "If-Range: \"1\""), 5, 10);
        assertPart(get("/a", "Range: bytes=5-9", "If-Range: Thu, 01 Jan 2015 00:00:00 GMT"), 5, 10);
        RawResponse other = get("/a", "Range: bytes=5-9", "If-Range: \"2\"");
        assertEquals(200, other.status());
        assertPattern(1, LENGTH, other);
        assertEquals(1, origin.requests().size());
    }

    @Test
    void rangeOfAGrowingBodyIsServedWhenItsBytesAreThere() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", cacheable().pattern(1, LENGTH).stallAfter(300_000, rest));
        RawClient leader = ask("/a");
        leader.readHead();
        leader.readBytes(300_000);

        RawResponse there = get("/a", "Range: bytes=1000-1999");
        RawClient waiting = ask("/a", "Range: bytes=299990-300009");
        RawResponse head = waiting.readHead();
        assertArrayEquals(PatternBytes.range(1, 299_990, 300_000), waiting.readBytes(10));
        rest.open();

        assertPart(there, 1000, 2000);
        assertEquals("bytes 299990-300009/500000", head.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(1, 300_000, 300_010), waiting.readBytes(10));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void rangeFromTheFirstByteOnFetchesTheWhole() throws Exception {
        origin.on("/a", cacheable().pattern(1, LENGTH));

        assertPart(get("/a", "Range: bytes=0-"), 0, LENGTH);
        assertPattern(1, LENGTH, get("/a"));

        assertNull(origin.requests().getFirst().field("Range"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void otherColdRangesPassAsTheyAre() throws Exception {
        origin.on(
                "/a",
                Reply.status(206)
                        .field("Cache-Control", "max-age=1000")
                        .field("Content-Range", "bytes 5-9/500000")
                        .body("part!"),
                cacheable().pattern(1, LENGTH));

        RawResponse part = get("/a", "Range: bytes=5-9", "If-Range: \"1\"");

        assertEquals(206, part.status());
        assertEquals("part!", part.text());
        assertEquals("bytes 5-9/500000", part.field("Content-Range"));
        assertTrue(status(part).endsWith("detail=range-cold"), status(part));
        assertEquals("bytes=5-9", origin.requests().getFirst().field("Range"));
        assertEquals("\"1\"", origin.requests().getFirst().field("If-Range"));
        assertPattern(1, LENGTH, get("/a"));
    }

    @Test
    void conditionsAreAnsweredFromTheStore() throws Exception {
        stored();

        RawResponse same = get("/a", "If-None-Match: \"0\", W/\"1\"");
        RawResponse since = get("/a", "If-Modified-Since: Thu, 01 Jan 2015 00:00:00 GMT");
        RawResponse other = get("/a", "If-None-Match: \"2\"");

        assertEquals(304, same.status());
        assertEquals("\"1\"", same.field("ETag"));
        assertEquals(0, same.body().length);
        assertEquals(304, since.status());
        assertEquals(200, other.status());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void conditionsAreAnsweredFromAFetchToo() throws Exception {
        origin.on("/a", cacheable().field("ETag", "\"1\"").pattern(1, LENGTH));

        RawResponse cold = get("/a", "If-None-Match: \"1\"");

        assertEquals(304, cold.status());
        assertNull(origin.requests().getFirst().field("If-None-Match"));
        assertPattern(1, LENGTH, get("/a"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void ifMatchIsForTheOriginToJudge() throws Exception {
        stored();
        origin.on("/a", Reply.status(412).body("no"));

        assertEquals(412, get("/a", "If-Match: \"7\"").status());
        assertEquals("\"7\"", origin.requests().getLast().field("If-Match"));
    }
}

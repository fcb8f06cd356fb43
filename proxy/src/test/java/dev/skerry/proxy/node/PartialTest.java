package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.Representation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts of responses: stored, served, completed, and never mixed. */
@Tag("slow")
class PartialTest extends PartialScene {
    private static final long LARGE = 6L << 30;

    @Test
    void rangesInsideOfAStoredPartAreHits() throws Exception {
        serve();

        assertPart(range("100-199"), 1, 100, 200);
        RawResponse all = range("100-199");
        RawResponse inside = range("150-160");
        RawResponse several = range("100-109,190-199");

        assertPart(all, 1, 100, 200);
        assertPart(inside, 1, 150, 161);
        assertHit(inside);
        String parts = new String(several.body(), StandardCharsets.ISO_8859_1);
        assertEquals(206, several.status());
        assertTrue(parts.contains("bytes 190-199/500000"), parts);
        assertEquals(List.of("100-199"), asked());
        assertNull(origin.requests().getFirst().field("If-Range"));
    }

    @Test
    void suffixIsAskedForWordForWordAndStoredWhereItLies() throws Exception {
        serve();

        assertPart(range("-1000"), 1, LENGTH - 1000, LENGTH);

        assertPart(range("-10"), 1, LENGTH - 10, LENGTH);
        assertPart(range("499500-"), 1, 499_500, LENGTH);
        assertEquals(List.of("-1000"), asked());
    }

    @Test
    void conditionsAndHeadAreAnsweredFromAPart() throws Exception {
        serve();
        range("100-199");

        RawResponse head = head("/a");
        RawResponse same = get("/a", "If-None-Match: \"v1\"");
        RawResponse held = get("/a", "Range: bytes=100-109", "If-Range: \"v1\"");
        RawResponse outside = range("500000-");

        assertEquals(200, head.status());
        assertEquals("500000", head.field("Content-Length"));
        assertNull(head.field("Content-Range"));
        assertEquals(304, same.status());
        assertPart(held, 1, 100, 110);
        assertEquals(416, outside.status());
        assertEquals("bytes */500000", outside.field("Content-Range"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void clientsIfRangeGoesUpstreamWhileNothingIsStored() throws Exception {
        serve();

        RawResponse other = get("/a", "Range: bytes=5-9", "If-Range: \"v0\"");

        assertEquals("\"v0\"", last().field("If-Range"));
        assertEquals(200, other.status());
        assertPattern(1, LENGTH, other);
        assertPart(range("-10"), 1, LENGTH - 10, LENGTH);
        assertEquals(1, origin.requests().size());
    }

    @Test
    void unsatisfiableRangePassesAndSpoilsNothing() throws Exception {
        serve();

        RawResponse none = range("900000-");

        assertEquals(416, none.status());
        assertEquals("bytes */500000", none.field("Content-Range"));
        List<CompletableFuture<RawResponse>> others = getLater(10, "/a", "Range: bytes=0-99");
        for (CompletableFuture<RawResponse> other : others) {
            assertPart(now(other), 1, 0, 100);
        }
        assertEquals(List.of("900000-", "0-99"), asked());
    }

    @Test
    void partThatCannotBePlacedIsPassedOnAndNotStored() throws Exception {
        for (String place :
                List.of("bytes 5-9/*", "bytes 4-9/10", "bytes 9-5/10", "pages 5-9/10")) {
            origin.on(
                    "/a",
                    request ->
                            Reply.status(206)
                                    .field("Cache-Control", "max-age=1000")
                                    .field("Content-Range", place)
                                    .body("part!"));
            for (int i = 0; i < 2; i++) {
                RawResponse part = range("5-9");
                assertEquals(206, part.status());
                assertEquals(place, part.field("Content-Range"));
                assertEquals("part!", part.text());
                assertTrue(status(part).endsWith("range-cold.partial"), status(part));
            }
        }
        assertEquals(8, origin.requests().size());
    }

    @Test
    void partThatMayNotBeStoredIsNot() throws Exception {
        serve(new Representation(1, LENGTH).tag("\"v1\"").field("Cache-Control", "no-store"));

        assertPart(range("0-9"), 1, 0, 10);
        assertPart(range("0-9"), 1, 0, 10);

        assertEquals(2, origin.requests().size());
    }

    @Test
    void differentRangesOfOneObjectAreFetchedSideBySideAndEqualOnesOnce() throws Exception {
        Gate all = gate("all");
        origin.on("/a", request -> current.get().apply(request).stallBeforeHead(all));
        List<CompletableFuture<RawResponse>> first = getLater(5, "/a", "Range: bytes=0-99");
        List<CompletableFuture<RawResponse>> second = getLater(5, "/a", "Range: bytes=5000-5099");
        origin.awaitRequests(2);
        List<CompletableFuture<RawResponse>> inside = getLater(5, "/a", "Range: bytes=10-19");
        all.open();

        for (int i = 0; i < 5; i++) {
            assertPart(now(first.get(i)), 1, 0, 100);
            assertPart(now(second.get(i)), 1, 5000, 5100);
            assertPart(now(inside.get(i)), 1, 10, 20);
        }
        Await.until("the fetches have ended", () -> metric("skerry_cache_fills") == 0);
        assertEquals(2, origin.requests().size());
        assertHit(range("0-99"));
        assertHit(range("5000-5099"));
        assertEquals(1, metric("skerry_cache_objects"));
    }

    @Test
    void followersReadFromARangeThatIsStillComing() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", request -> current.get().apply(request).stallAfter(1000, rest));
        RawClient leader = ask("/a", "Range: bytes=100000-109999");
        assertEquals(206, leader.readHead().status());
        leader.readBytes(1000);

        RawResponse there = get("/a", "Range: bytes=100100-100199");
        RawClient waiting = ask("/a", "Range: bytes=100990-101009");
        assertEquals(206, waiting.readHead().status());
        assertArrayEquals(PatternBytes.range(1, 100_990, 101_000), waiting.readBytes(10));
        rest.open();

        assertPart(there, 1, 100_100, 100_200);
        assertArrayEquals(PatternBytes.range(1, 101_000, 101_010), waiting.readBytes(10));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void anyPlaceOfALargeObjectCostsOnlyItsBytes() throws Exception {
        serve(fresh(new Representation(1, LARGE)).tag("\"v1\""));
        long four = 4L << 30;

        assertPart(range("-1000"), 1, LARGE - 1000, LARGE, LARGE);
        assertPart(range((four - 50) + "-" + (four + 49)), 1, four - 50, four + 50, LARGE);
        assertPart(range("0-99"), 1, 0, 100, LARGE);
        assertPart(range((four - 5) + "-" + (four + 4)), 1, four - 5, four + 5, LARGE);
        assertPart(range((four + 40) + "-" + (four + 59)), 1, four + 40, four + 60, LARGE);

        assertEquals(
                List.of(
                        "-1000",
                        (four - 50) + "-" + (four + 49),
                        "0-99",
                        (four + 50) + "-" + (four + 59)),
                asked());
    }

    @Test
    void openRangeOfALargeObjectStreamsFromTheStoreOn() throws Exception {
        serve(fresh(new Representation(1, LARGE)).tag("\"v1\""));
        long five = 5L << 30;
        range(five + "-" + (five + 999));

        RawClient client = ask(slowClient(), "/a", "Range: bytes=" + five + "-");
        RawResponse head = client.readHead();

        assertEquals(
                "bytes " + five + "-" + (LARGE - 1) + "/" + LARGE, head.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(1, five, five + 200_000), client.readBytes(200_000));
        assertEquals((five + 1000) + "-", asked().getLast());
    }
}

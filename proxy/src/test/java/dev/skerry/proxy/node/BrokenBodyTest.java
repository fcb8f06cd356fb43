package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** Bodies that break off or lie: clients see it, and the store never does. */
class BrokenBodyTest extends NodeScene {
    /** The first response is cut, the second is whole. */
    private void assertCutAndNotStored(Reply broken) throws Exception {
        origin.on("/a", broken, cacheable().body("whole"));
        RawClient client = ask("/a");
        RawResponse head = client.readHead();

        assertEquals(200, head.status());
        assertThrows(
                IOException.class, () -> client.readBody(head, OutputStream.nullOutputStream()));

        assertEquals("whole", get("/a").text());
        assertEquals("whole", get("/a").text());
        assertEquals(2, origin.requests().size());
        assertEquals(1, metric("skerry_upstream_broken_bodies_total"));
    }

    @Test
    void bodyShorterThanItsLengthIsCutAndNotStored() throws Exception {
        assertCutAndNotStored(cacheable().pattern(1, 50_000).cutAfter(30_000));
    }

    @Test
    void bodyOneByteShortIsCutAndNotStored() throws Exception {
        assertCutAndNotStored(cacheable().pattern(1, 50_000).announce(50_001).close());
    }

    @Test
    void chunkedBodyWithoutItsLastChunkIsCutAndNotStored() throws Exception {
        assertCutAndNotStored(cacheable().pattern(1, 50_000).chunked().cutAfter(50_000));
    }

    @Test
    void bodyOfLengthZeroByItsCutIsCutAndNotStored() throws Exception {
        assertCutAndNotStored(cacheable().pattern(1, 50_000).cutAfter(0));
    }

    @Test
    void followersSeeTheCutToo() throws Exception {
        Gate cut = gate("cut");
        origin.on(
                "/a",
                cacheable().pattern(1, 50_000).stallAfter(20_000, cut).cutAfter(30_000),
                cacheable().body("whole"));
        RawClient leader = ask("/a");
        RawResponse leaderHead = leader.readHead();
        RawClient follower = ask("/a");
        RawResponse followerHead = follower.readHead();

        cut.open();

        assertThrows(
                IOException.class,
                () -> leader.readBody(leaderHead, OutputStream.nullOutputStream()));
        assertThrows(
                IOException.class,
                () -> follower.readBody(followerHead, OutputStream.nullOutputStream()));
        assertEquals("whole", get("/a").text());
    }

    @Test
    void bytesBeyondTheLengthNeverAnswerAnotherRequest() throws Exception {
        origin.on(
                "/a",
                cacheable()
                        .body("right")
                        .surplus("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"));
        origin.on("/b", cacheable().body("b"));

        assertEquals("right", get("/a").text());
        assertEquals("b", get("/b").text());
        assertEquals("right", get("/a").text());
        assertEquals(1.0, metric("skerry_upstream_surplus_total"));
        assertEquals("close", origin.requests().getLast().field("Connection"));
    }

    @Test
    void unknownTransferCodingIsReadToTheCloseAndStoredWithoutTheField() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nTransfer-Encoding: ";
        origin.on("/a", Reply.raw(head + "foo\r\n\r\nbytes as they came").closeSilently());

        RawResponse miss = get("/a");
        RawResponse hit = get("/a");

        assertEquals("bytes as they came", miss.text());
        assertEquals("bytes as they came", hit.text());
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertNull(hit.field("Transfer-Encoding"));
        assertEquals("18", hit.field("Content-Length"));
    }

    @Test
    void codingInsideChunksIsRefused() throws Exception {
        origin.on(
                "/a",
                Reply.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"));

        assertEquals(502, get("/a").status());
    }

    @Test
    void bodyDelimitedByACleanCloseIsWhole() throws Exception {
        origin.on("/a", cacheable().pattern(1, 50_000).closeDelimited());

        assertPattern(1, 50_000, get("/a"));
        assertPattern(1, 50_000, get("/a"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void staleResponseStaysWhenItsReplacementBreaksOff() throws Exception {
        origin.on(
                "/a",
                stale(", stale-while-revalidate=1000").body("old"),
                cacheable().pattern(1, 50_000).cutAfter(100));
        get("/a");
        get("/a");
        origin.awaitRequests(2);

        assertEquals("old", get("/a").text());
    }

    @Test
    void responseWithTwoLengthsIsRefused() throws Exception {
        origin.on(
                "/a",
                Reply.raw(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"));

        RawResponse response = get("/a");

        assertEquals(502, response.status());
        assertTrue(status(response).endsWith("detail=protocol"), status(response));
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are coded while they come. */
@Tag("slow")
class CodingStreamsTest extends CodingScene {
    @Test
    void largeStoredResponseIsSentWhileItIsCoded() throws Exception {
        byte[] page = text(1, 3_000_000);
        origin.on("/a", page(page));
        get("/a");

        RawResponse first = getCoded("/a", BR);
        RawResponse second = getCoded("/a", BR);

        assertNull(first.field("Content-Length"));
        assertArrayEquals(page, Decoded.of(first));
        assertArrayEquals(first.body(), second.body());
        assertEquals(1, metric("skerry_coding_runs_total"));
    }

    @Test
    void twoHundredClientsOfOneColdObjectCostOneRequestAndOneEncoding() throws Exception {
        Gate head = gate("head");
        byte[] page = text(1, 400_000);
        origin.on("/a", page(page).stallBeforeHead(head));
        List<CompletableFuture<RawResponse>> clients = getLater(200, "/a", BR);
        origin.awaitRequests(1);
        Await.until("200 clients are connected", () -> metric("skerry_http_connections") >= 200);

        head.open();

        for (CompletableFuture<RawResponse> client : clients) {
            RawResponse response = now(client);
            assertEquals("br", response.field("Content-Encoding"));
            assertArrayEquals(page, Decoded.of(response));
        }
        assertEquals(1, origin.requests().size());
        assertEquals(1, metric("skerry_coding_runs_total"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip"})
    void whatASlowOriginHasSentIsNotHeldBack(String coding) throws Exception {
        Gate rest = gate("rest");
        byte[] page = text(1, 20_000);
        origin.on("/a", page(page).chunked().stallAfter(3000, rest));
        RawClient client = ask("/a", "Accept-Encoding: " + coding);
        RawResponse head = client.readHead();
        assertEquals(coding, head.field("Content-Encoding"));

        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        byte[] sent = Arrays.copyOf(page, 3000);
        while (!Arrays.equals(sent, Decoded.beginning(coding, coded.toByteArray(), 3000))) {
            assertTrue(chunk(client, coded));
        }
        rest.open();
        while (chunk(client, coded)) {
            // until the last one
        }
        assertArrayEquals(page, Decoded.of(coding, coded.toByteArray()));
    }

    @Test
    void whatMayNotBeStoredIsCodedOnItsWay() throws Exception {
        byte[] page = text(1, 300_000);
        origin.on(
                "/a",
                Reply.ok()
                        .field("Cache-Control", "no-store")
                        .field("Content-Type", "application/problem+json; charset=utf-8")
                        .body(page));

        for (int round = 0; round < 2; round++) {
            RawResponse response = getCoded("/a", BR);
            assertEquals("br", response.field("Content-Encoding"));
            assertArrayEquals(page, Decoded.of(response));
        }
        assertEquals(2, origin.requests().size());
        assertEquals(0, metric("skerry_cache_objects"));
    }

    @Test
    void aBodyThatBreaksOffBreaksOffCodedToo() throws Exception {
        origin.on("/a", page(text(1, 300_000)).cutAfter(200_000), page(text(2, 300_000)));
        RawClient client = ask("/a", BR);

        assertThrows(IOException.class, client::readResponse);
        Await.until("the encoding has ended", () -> metric("skerry_coding_under_way") == 0);
        assertEquals(1, metric("skerry_coding_failed_total"));
        assertArrayEquals(text(2, 300_000), Decoded.of(getCoded("/a", BR)));
    }

    @Test
    void headHasTheFieldsOfTheCodedResponse() throws Exception {
        origin.on("/a", page(text(1, 50_000)).field("ETag", "\"5\""));
        get("/a");

        RawResponse before = head("/a", BR);
        RawResponse coded = getCoded("/a", BR);
        RawResponse after = head("/a", BR);

        assertEquals("br", before.field("Content-Encoding"));
        assertEquals("W/\"5;br\"", before.field("ETag"));
        assertNull(before.field("Content-Length"));
        assertEquals(Integer.toString(coded.body().length), after.field("Content-Length"));
        assertEquals("br", after.field("Content-Encoding"));
        assertEquals(1, metric("skerry_coding_runs_total"));
    }

    @Test
    void headOfWhatIsNotStoredHasTheFieldsThatAGetWouldGet() throws Exception {
        origin.on("/1023", page(text(1, 1023)));
        origin.on("/1024", page(text(1, 1024)).field("ETag", "\"5\""));

        RawResponse plain = head("/1024");
        RawResponse coded = head("/1024", BR);
        RawResponse small = head("/1023", BR);

        assertEquals("Accept-Encoding", plain.field("Vary"));
        assertEquals("\"5\"", plain.field("ETag"));
        assertEquals("1024", plain.field("Content-Length"));
        assertEquals("Accept-Encoding", coded.field("Vary"));
        assertEquals("br", coded.field("Content-Encoding"));
        assertEquals("W/\"5;br\"", coded.field("ETag"));
        assertNull(coded.field("Content-Length"));
        assertNull(small.field("Vary"));
        assertEquals("1023", small.field("Content-Length"));
        assertEquals(0, metric("skerry_coding_runs_total"));
    }

    /** Reads one chunk (RFC 9112 §7.1); false for the last. */
    private static boolean chunk(RawClient client, ByteArrayOutputStream to) throws Exception {
        int size = Integer.parseInt(line(client), 16);
        to.write(client.readBytes(size));
        client.readText(2);
        return size > 0;
    }
}

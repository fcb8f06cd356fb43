package dev.skerry.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ScriptedOriginTest {
    private final ScriptedOrigin origin = ScriptedOrigin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void answersWithStatusFieldsAndBodyAndRemembersTheRequest() throws Exception {
        origin.on("/a?b=1", Reply.status(203).field("X-Bytes", "\u00e9\u00ff").body("hello"));
        try (RawClient client = RawClient.connect(origin.port())) {
            RawResponse response = client.get("/a?b=1", "Host: h", "X-One: 1", "x-one: 2");
            assertEquals(
                    List.of("HTTP/1.1 203 Scripted", "X-Bytes: \u00e9\u00ff", "Content-Length: 5"),
                    response.lines());
            assertEquals("hello", response.text());
        }
        ReceivedRequest request = origin.awaitRequest(0);
        assertEquals("GET", request.method());
        assertEquals("/a?b=1", request.target());
        assertEquals("/a", request.path());
        assertEquals(List.of("1", "2"), request.fields("X-ONE"));
        assertEquals(0, request.bodyLength());
        assertEquals(1, request.connection());
    }

    @Test
    void repliesOfASequenceComeInOrderAndTheLastStays() throws Exception {
        origin.on("/", Reply.ok().body("1"), Reply.ok().body("2"), Reply.ok().body("3"));
        try (RawClient client = RawClient.connect(origin.port())) {
            assertEquals("1", client.get("/").text());
            assertEquals("2", client.get("/").text());
            assertEquals("3", client.get("/").text());
            assertEquals("3", client.get("/").text());
            assertEquals(404, client.get("/other").status());
        }
        assertEquals(1, origin.connections());
        assertEquals(4, origin.requests("/").size());
    }

    @Test
    void aPatternIsSentUnderEveryFraming() throws Exception {
        origin.on("/length", Reply.ok().pattern(7, 100_003));
        origin.on("/chunked", Reply.ok().pattern(7, 100_003).chunked(1000).trailer("T", "v"));
        origin.on("/close", Reply.ok().pattern(7, 100_003).closeDelimited());
        byte[] expected = PatternBytes.range(7, 0, 100_003);
        try (RawClient client = RawClient.connect(origin.port())) {
            assertArrayEquals(expected, client.get("/length").body());
            RawResponse chunked = client.get("/chunked");
            assertArrayEquals(expected, chunked.body());
            assertEquals(List.of("T: v"), chunked.trailers());
            assertArrayEquals(expected, client.get("/close").body());
            assertTrue(client.closedByPeer());
        }
    }

    @Test
    void headIsAnsweredWithoutABody() throws Exception {
        origin.on("/", Reply.ok().body("hello"));
        try (RawClient client = RawClient.connect(origin.port())) {
            RawResponse head = client.request("HEAD", "/").readResponseToHead();
            assertEquals("5", head.field("Content-Length"));
            assertEquals("hello", client.get("/").text());
        }
    }

    @Test
    void stallsBeforeTheHeadAndWithinTheBodyUntilTheGatesOpen() throws Exception {
        Gate head = new Gate("head");
        Gate body = new Gate("body");
        origin.on("/", Reply.ok().body("abcdef").stallBeforeHead(head).stallAfter(3, body));
        try (RawClient client = RawClient.connect(origin.port())) {
            client.request("GET", "/");
            head.awaitArrival();
            assertFalse(client.hasBytes());
            head.open();
            RawResponse response = client.readHead();
            assertEquals("abc", client.readText(3));
            body.awaitArrival();
            assertFalse(client.hasBytes());
            body.open();
            assertEquals("def", client.readText(3));
            assertEquals("6", response.field("Content-Length"));
        }
    }

    @Test
    void cutsAndLiesAreSeenByTheClient() throws Exception {
        origin.on("/cut", Reply.ok().body("abcdef").cutAfter(2));
        origin.on("/chunked-cut", Reply.ok().body("abcdef").chunked().cutAfter(2));
        origin.on("/short", Reply.ok().body("abc").announce(10).closeSilently());
        origin.on("/before", Reply.ok().cutBeforeHead());
        for (String target : List.of("/cut", "/chunked-cut", "/short", "/before")) {
            try (RawClient client = RawClient.connect(origin.port())) {
                assertThrows(EOFException.class, () -> client.get(target), target);
            }
        }
    }

    @Test
    void aResetArrivesAsAReset() throws Exception {
        origin.on("/", Reply.ok().resetBeforeHead());
        try (RawClient client = RawClient.connect(origin.port())) {
            assertThrows(SocketException.class, () -> client.get("/"));
        }
    }

    @Test
    void interimResponsesAndSurplusBytesAreSent() throws Exception {
        origin.on("/", Reply.ok().interim(103, "Link", "</x>").body("ok").surplus("HTTP/1.1 200"));
        try (RawClient client = RawClient.connect(origin.port())) {
            RawResponse response = client.get("/");
            assertEquals(103, response.interims().getFirst().status());
            assertEquals("</x>", response.interims().getFirst().field("Link"));
            assertEquals("ok", response.text());
            assertEquals("HTTP/1.1 200", client.readText(12));
        }
    }

    @Test
    void rawBytesAreSentAsTheyAre() throws Exception {
        origin.on("/", Reply.raw("HTTP/1.1 200 X\nA:b\r\n\r\n").closeSilently());
        try (RawClient client = RawClient.connect(origin.port())) {
            assertEquals("HTTP/1.1 200 X\nA:b\r\n\r\n", client.request("GET", "/").readToEnd());
        }
    }

    @Test
    void requestBodiesAreCountedAndDigested() throws Exception {
        origin.on("/", Reply.status(204));
        try (RawClient client = RawClient.connect(origin.port())) {
            client.requestWithBody("POST", "/", "hello").readResponse();
            client.send(
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
            client.readResponse();
            client.send("POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, client.readHead().status());
            client.send("hello");
            assertEquals(204, client.readResponse().status());
        }
        for (ReceivedRequest request : origin.awaitRequests(3)) {
            assertEquals(5, request.bodyLength());
            assertEquals("hello", request.bodyText());
            // printf hello | sha256sum
            assertEquals(
                    "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                    request.bodySha256());
        }
    }

    @Test
    void anEarlyReplyDoesNotWaitForTheRequestBody() throws Exception {
        origin.on("/", Reply.status(413).beforeRequestBody());
        try (RawClient client = RawClient.connect(origin.port())) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
            assertEquals(413, client.readResponse().status());
            assertTrue(client.closedByPeer());
        }
        assertFalse(origin.awaitRequest(0).bodyReceived());
    }

    @Test
    void stopsAndRestartsOnTheSamePort() throws Exception {
        origin.always(Reply.ok());
        int port = origin.port();
        try (RawClient client = RawClient.connect(port)) {
            client.get("/");
            origin.stop();
            assertTrue(client.closedByPeer());
        }
        assertThrows(ConnectException.class, () -> RawClient.connect(port).close());
        origin.awaitOpenConnections(0);
        origin.restart();
        try (RawClient client = RawClient.connect(port)) {
            assertEquals(200, client.get("/").status());
        }
        assertEquals(2, origin.connections());
    }

    @Test
    void theLatestRouteDecides() throws Exception {
        origin.always(Reply.status(500)).on("/", Reply.ok()).on("/", Reply.status(201));
        try (RawClient client = RawClient.connect(origin.port())) {
            assertEquals(201, client.get("/").status());
            assertEquals(500, client.get("/x").status());
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        origin.on("/1", Reply.ok().body("one")).on("/2", Reply.ok().body("two"));
        try (RawClient client = RawClient.connect(origin.port())) {
            client.request("GET", "/1").request("GET", "/2").shutdownOutput();
            assertEquals("one", client.readResponse().text());
            assertEquals("two", client.readResponse().text());
            assertTrue(client.closedByPeer());
        }
    }

    @Test
    void aPatternCheckerNoticesOneWrongByte() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(PatternBytes.range(3, 10, 20));
        PatternBytes.checker(3, 10).write(bytes.toByteArray());
        byte[] wrong = bytes.toByteArray();
        wrong[9] ^= 1;
        assertThrows(AssertionError.class, () -> PatternBytes.checker(3, 10).write(wrong, 0, 10));
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes past the cache: bodies, methods, and what they invalidate. */
class PassTest extends NodeScene {
    private static final int UPLOAD = 32 << 20;
    private static final int PIECE = 1 << 20;

    private static byte[] piece(int number) {
        return PatternBytes.range(9, (long) number * PIECE, (long) (number + 1) * PIECE);
    }

    private static String uploadDigest() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < UPLOAD / PIECE; i++) {
            digest.update(piece(i));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void uploadWithLengthIsStreamed() throws Exception {
        origin.on("/up", Reply.status(201).body("done"));
        RawClient client =
                client().send(
                                "PUT /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                        + UPLOAD
                                        + "\r\n\r\n");
        client.send(piece(0));
        // The origin has the head before the client has sent the rest.
        origin.awaitRequests(1);
        for (int i = 1; i < UPLOAD / PIECE; i++) {
            client.send(piece(i));
        }

        RawResponse response = client.readResponse();

        assertEquals(201, response.status());
        assertEquals(UPLOAD, origin.requests().getFirst().bodyLength());
        assertEquals(uploadDigest(), origin.requests().getFirst().bodySha256());
        assertEquals(
                Integer.toString(UPLOAD), origin.requests().getFirst().field("Content-Length"));
    }

    @Test
    void chunkedUploadIsStreamed() throws Exception {
        origin.on("/up", Reply.status(201).body("done"));
        RawClient client =
                client().send(
                                "POST /up HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < UPLOAD / PIECE; i++) {
            client.send(Integer.toHexString(PIECE) + "\r\n").send(piece(i)).send("\r\n");
        }

        RawResponse response = client.send("0\r\n\r\n").readResponse();

        assertEquals(201, response.status());
        assertEquals(uploadDigest(), origin.requests().getFirst().bodySha256());
        assertEquals("chunked", origin.requests().getFirst().field("Transfer-Encoding"));
    }

    @Test
    void clientThatLeavesItsUploadHalfwayLeavesNothingBehind() throws Exception {
        origin.on("/up", Reply.status(201).body("done"));
        RawClient client =
                client().send(
                                "PUT /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
        client.send(new byte[5000]);
        origin.awaitRequests(1);

        client.reset();

        origin.awaitOpenConnections(0);
        origin.on("/up", cacheable().body("fine"));
        assertEquals("fine", get("/up").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "PROPFIND", "X-OWN", "QUERY"})
    void everyMethodPassesWithItsBody(String method) throws Exception {
        origin.on("/m", request -> cacheable().body(request.method()));

        for (int i = 1; i <= 2; i++) {
            RawResponse response = send(method, "/m", "body of " + method);
            assertEquals(method, response.text());
            assertTrue(status(response).endsWith("; detail=method"), status(response));
            assertEquals("body of " + method, origin.requests().getLast().bodyText());
            assertEquals(i, origin.requests().size());
        }
    }

    @Test
    void optionsPasses() throws Exception {
        origin.on("/o", Reply.status(204).field("Allow", "GET"));

        RawResponse response = client().request("OPTIONS", "/o").readResponse();

        assertEquals(204, response.status());
        assertEquals("GET", response.field("Allow"));
    }

    @Test
    void getWithBodyPasses() throws Exception {
        origin.on("/g", cacheable().body("answer"));

        send("GET", "/g", "question");
        RawResponse second = send("GET", "/g", "another");

        assertEquals("answer", second.text());
        assertEquals("another", origin.requests().getLast().bodyText());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void unsafeSuccessInvalidatesItsTargetAndLocation() throws Exception {
        origin.on("/a", request -> answer(request.method(), "Location", "/b"));
        origin.on("/b", request -> cacheable().body("b" + request.order()));
        origin.on("/c", request -> cacheable().body("c" + request.order()));
        assertEquals("GET1", get("/a").text());
        assertEquals("b2", get("/b").text());
        assertEquals("c3", get("/c").text());

        assertEquals(201, send("POST", "/a", "x").status());

        assertEquals("GET5", get("/a").text());
        assertEquals("b6", get("/b").text());
        assertEquals("c3", get("/c").text());
    }

    private Reply answer(String method, String name, String value) {
        return method.equals("GET")
                ? cacheable().body("GET" + origin.requests().size())
                : Reply.status(201).field(name, value);
    }

    @Test
    void unsafeFailureInvalidatesNothing() throws Exception {
        origin.on(
                "/a",
                request ->
                        request.method().equals("GET")
                                ? cacheable().body("x")
                                : Reply.status(500).body("failed"));
        get("/a");

        assertEquals(500, send("POST", "/a", "x").status());

        assertTrue(status(get("/a")).contains("; hit"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void whatWasBeingFetchedWhenItsUrlChangedIsNotUsedAfterwards() throws Exception {
        Gate rest = gate("rest");
        origin.on(
                "/a",
                request ->
                        request.method().equals("POST")
                                ? Reply.status(204)
                                : request.order() == 1
                                        ? cacheable().pattern(1, 900).stallAfter(10, rest)
                                        : cacheable().body("new"));
        RawClient before = ask("/a");
        before.readHead();

        send("POST", "/a", "x");
        rest.open();

        before.readBytes(900);
        assertEquals("new", get("/a").text());
    }

    @Test
    void loopEndsAtTheNodeThatSeesItself() throws Exception {
        RawResponse response = get("/a", "CDN-Loop: other, skerry; node=edge-1; x=1");

        assertEquals(508, response.status());
        assertEquals("edge-1; detail=loop", status(response));
        assertEquals(0, origin.requests().size());
        origin.on("/a", cacheable().body("x"));
        assertEquals(200, get("/a", "CDN-Loop: other").status());
        assertEquals(
                "other, skerry;node=edge-1",
                String.join(", ", origin.requests().getFirst().fields("CDN-Loop")));
    }

    @Test
    void aRouterThatAsksWhetherTheNodeIsAliveIsNoClient() throws Exception {
        String probe = "CDN-Loop: skerry;node=edge-1";
        RawClient router = client();
        RawResponse alive = router.request("HEAD", "/", probe).readResponseToHead();

        assertEquals(204, alive.status());
        assertEquals("no-store", alive.field("Cache-Control"));
        assertFalse(metrics().contains("skerry_http_requests_total{"), metrics());
        // It came back through a node: a loop, and counted.
        assertEquals(
                508,
                router.request("HEAD", "/", probe, "Via: 1.1 x").readResponseToHead().status());
        Await.until("counted", () -> metrics().contains("reason=\"loop\""));
        assertEquals(0, origin.requests().size());
    }

    @Test
    void notModifiedOfTheOriginPassesToTheClientThatAsked() throws Exception {
        withSite("rules: [{match: {path: \"/p/**\"}, pass: true}]");
        origin.on("/p/a", Reply.status(304).field("ETag", "\"1\"").field("Content-Length", "77"));

        RawResponse response = get("/p/a", "If-None-Match: \"1\"");

        assertEquals(304, response.status());
        assertEquals("\"1\"", origin.requests().getFirst().field("If-None-Match"));
        assertTrue(status(response).contains("fwd=bypass"), status(response));
    }

    @Test
    void fieldBytesOutsideAsciiPassBothWays() throws Exception {
        String latin =
                new String(new byte[] {'g', 'r', (byte) 0xfc, 'n'}, StandardCharsets.ISO_8859_1);
        origin.on("/a", cacheable().field("X-Say", latin).body("x"));

        assertEquals(latin, get("/a", "X-Ask: " + latin).field("X-Say"));
        assertEquals(latin, get("/a").field("X-Say"));
        assertEquals(latin, origin.requests().getFirst().field("X-Ask"));
    }
}

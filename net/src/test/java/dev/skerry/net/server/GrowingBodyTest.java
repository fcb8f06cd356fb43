package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Bodies that come while they are sent. */
final class GrowingBodyTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Test
    void everyPieceReachesTheClientBeforeTheNextIsThere() throws Exception {
        ScriptedBody body = new ScriptedBody(-1);
        try (TestServer server = serve(body);
                RawConnection client = server.connect()) {
            client.send(GET);
            assertTrue(client.head().contains("Transfer-Encoding: chunked"));
            for (int i = 0; i < 50; i++) {
                body.append("piece " + i);
                String size = client.line();
                byte[] piece = client.exactly(Integer.parseInt(size, 16));
                assertEquals("piece " + i, new String(piece, StandardCharsets.US_ASCII));
                assertEquals("", client.line());
            }
            body.finish();
            assertEquals("0", client.line());
            assertEquals("", client.line());
            // 10 pieces of 7 bytes and 40 of 8.
            assertEquals("200 390 true", end());
            assertEquals(1, body.closes());
        }
    }

    @Test
    void headLeavesBeforeTheFirstByteOfTheBody() throws Exception {
        ScriptedBody body = new ScriptedBody(5);
        try (TestServer server = serve(body);
                RawConnection client = server.connect()) {
            client.send(GET);
            assertTrue(client.head().contains("Content-Length: 5"));
            body.append("he");
            body.append("llo");
            body.finish();
            assertEquals("hello", new String(client.exactly(5), StandardCharsets.US_ASCII));
            assertEquals("200 5 true", end());
        }
    }

    @Test
    void unknownLengthEndsWithTheConnectionInHttp10() throws Exception {
        ScriptedBody body = new ScriptedBody(-1);
        body.append("all of it");
        body.finish();
        try (TestServer server = serve(body);
                RawConnection client = server.connect()) {
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            RawConnection.Answer answer = client.receive();
            assertEquals("all of it", answer.text());
            assertEquals("close", answer.field("Connection"));
            assertEquals("", answer.field("Transfer-Encoding"));
        }
    }

    @Test
    void failingBodyCutsTheConnection() throws Exception {
        for (String request : List.of(GET, "GET / HTTP/1.0\r\n\r\n")) {
            ScriptedBody body = new ScriptedBody(-1);
            try (TestServer server = serve(body);
                    RawConnection client = server.connect()) {
                client.send(request);
                client.head();
                body.append("abc");
                client.exactly(request.equals(GET) ? 8 : 3);
                body.fail();
                assertCut(client);
                assertEquals("200 3 false", end());
                assertEquals(1, body.closes());
            }
        }
    }

    /** Not the clean end that an HTTP/1.0 client would take for the end of the body. */
    private static void assertCut(RawConnection client) throws IOException {
        int next;
        try {
            next = client.socket().getInputStream().read();
        } catch (IOException expected) {
            return;
        }
        assertEquals("a reset", "read " + next);
    }

    @Test
    void bodyShorterOrLongerThanAnnouncedCutsTheConnection() throws Exception {
        for (int announced : new int[] {4, 2}) {
            ScriptedBody body = new ScriptedBody(announced);
            body.append("abc");
            body.finish();
            try (TestServer server = serve(body);
                    RawConnection client = server.connect()) {
                client.send(GET);
                assertTrue(end().endsWith("false"));
                assertEquals(1, body.closes());
            }
        }
    }

    @Test
    void headAnswerClosesTheBodyUnread() throws Exception {
        ScriptedBody body = new ScriptedBody(77);
        try (TestServer server = serve(body);
                RawConnection client = server.connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("77", client.receiveToHead().field("Content-Length"));
            assertEquals("200 0 true", end());
            assertEquals(1, body.closes());
        }
    }

    @Test
    void clientThatVanishesWhileParkedReleasesTheBody() throws Exception {
        ScriptedBody body = new ScriptedBody(-1);
        try (TestServer server = serve(body)) {
            try (RawConnection client = server.connect()) {
                client.send(GET);
                client.head();
                client.socket().setSoLinger(true, 0);
            }
            for (int i = 0; i < 1000 && ends.isEmpty(); i++) {
                body.append("x".repeat(1000));
                Thread.onSpinWait();
            }
            assertTrue(end().endsWith("false"));
            assertEquals(1, body.closes());
        }
    }

    @Test
    void abortCutsAParkedResponse() throws Exception {
        BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
        ScriptedBody body = new ScriptedBody(-1);
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.onEnd(this::ended);
                            exchange.send(new ResponseHead(200, FieldList.EMPTY), body);
                            exchanges.add(exchange);
                        });
                RawConnection client = server.connect()) {
            client.send(GET);
            client.head();
            Exchange exchange = exchanges.poll(5, TimeUnit.SECONDS);
            assertTrue(exchange != null, "no exchange");
            exchange.abort();
            assertCut(client);
            assertEquals("200 0 false", end());
            assertEquals(1, body.closes());
        }
    }

    @Test
    void slowReadersAndFastOnesGetTheSameBytes() throws Exception {
        byte[] all = new byte[4 << 20];
        new Random(3).nextBytes(all);
        List<ScriptedBody> bodies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            bodies.add(new ScriptedBody(i % 2 == 0 ? all.length : -1));
        }
        BlockingQueue<ScriptedBody> unused = new LinkedBlockingQueue<>(bodies);
        try (TestServer server =
                TestServer.start(exchange ->
                        exchange.send(new ResponseHead(200, FieldList.EMPTY), unused.remove()))) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < bodies.size(); i++) {
                clients.add(server.connect().send(GET));
            }
            Thread writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int at = 0; at < all.length; at += 1 << 16) {
                                    ByteBuffer piece = ByteBuffer.wrap(all, at, 1 << 16);
                                    bodies.forEach(body -> body.append(piece.slice()));
                                }
                                bodies.forEach(ScriptedBody::finish);
                            });
            for (RawConnection client : clients) {
                assertArrayEquals(all, client.receive().content());
                client.close();
            }
            assertTrue(writer.join(Duration.ofSeconds(10)), "the writer hangs");
        }
    }

    @Test
    void clientThatTakesNothingIsCutAfterTheWriteTimeout() throws Exception {
        ServerLimits limits =
                ServerLimits.DEFAULT.withTimeouts(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(100));
        ScriptedBody body = new ScriptedBody(64 << 20);
        body.append(ByteBuffer.allocate(64 << 20));
        body.finish();
        try (TestServer server = TestServer.start(limits, sending(body));
                RawConnection client = server.connect()) {
            client.send(GET);
            assertTrue(end().endsWith("false"));
            assertFalse(client.head().isEmpty());
        }
    }

    private ExchangeHandler sending(BodySource body) {
        return exchange -> {
            exchange.onEnd(this::ended);
            exchange.send(new ResponseHead(200, FieldList.EMPTY), body);
        };
    }

    private TestServer serve(BodySource body) throws IOException {
        return TestServer.start(sending(body));
    }

    private void ended(int status, long bytes, boolean whole) {
        ends.add(status + " " + bytes + " " + whole);
    }

    private String end() throws InterruptedException {
        String end = ends.poll(5, TimeUnit.SECONDS);
        return end == null ? "the exchange did not end" : end;
    }
}

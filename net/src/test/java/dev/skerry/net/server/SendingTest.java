package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses over plain HTTP/1. */
final class SendingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void bodyOfKnownLengthIsSentWithContentLengthAndTheConnectionGoesOn() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.send(
                                        head(200, "X-Name", "caf\u00e9"),
                                        TestServer.body("hello")));
                RawConnection client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                RawConnection.Answer answer = client.send(GET).receive();
                assertEquals("hello", answer.text());
                assertEquals("5", answer.field("Content-Length"));
                assertEquals("caf\u00e9", answer.field("X-Name"));
                assertEquals("", answer.field("Connection"));
            }
        }
    }

    @Test
    void dispatchedHandlerAnswersFromAVirtualThread() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.dispatch(
                                        () -> exchange.send(head(200), TestServer.body("later"))));
                RawConnection client = server.connect()) {
            assertEquals("later", client.send(GET).receive().text());
            assertEquals("later", client.send(GET).receive().text());
        }
    }

    @Test
    void storedResponseIsSentAsItIsAndReleasedOnce() throws Exception {
        byte[] body = new byte[1024];
        new Random(7).nextBytes(body);
        CountDownLatch released = new CountDownLatch(2);
        try (TestServer server = TestServer.start(stored(body, released));
                RawConnection client = server.connect()) {
            RawConnection.Answer answer = client.send(GET).receive();
            assertArrayEquals(body, answer.content());
            assertEquals("yes", answer.field("X-Stored"));
            assertEquals("hit", answer.field("Cache-Status"));
            assertArrayEquals(body, client.send(GET).receive().content());
            assertTrue(released.await(5, TimeUnit.SECONDS), "buffers were not released");
        }
    }

    @Test
    void taskOfAnotherThreadAnswersOnTheConnectionsThread() throws Exception {
        byte[] body = new byte[2000];
        new Random(9).nextBytes(body);
        CountDownLatch released = new CountDownLatch(2);
        ExchangeHandler stored = stored(body, released);
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.dispatch(
                                        () -> exchange.execute(() -> stored.handle(exchange))));
                RawConnection client = server.connect()) {
            assertArrayEquals(body, client.send(GET).receive().content());
            assertArrayEquals(body, client.send(GET).receive().content());
            assertTrue(released.await(5, TimeUnit.SECONDS), "buffers were not released");
        }
    }

    @Test
    void taskThatFailsIsAnsweredLikeAHandlerThatFails() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.dispatch(() ->
                                        exchange.execute(() -> {
                                            throw new IllegalArgumentException();
                                        })));
                RawConnection client = server.connect()) {
            assertEquals(500, client.send(GET).receive().status());
        }
    }

    /** Around 48 KiB, which a head and what follows it have room for. */
    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1000, 40_000, 48_000, 49_000, 49_152, 50_000, 200_000})
    void aBodyInPiecesArrivesWholeWhereverTheHeadsRoomEnds(int length) throws Exception {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        AtomicLong counted = new AtomicLong();
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.onEnd((status, bytes, whole) -> counted.addAndGet(bytes));
                            exchange.send(head(200), inPieces(body, 1000));
                        });
                RawConnection client = server.connect()) {
            assertArrayEquals(body, client.send(GET).receive().content());
            assertArrayEquals(body, client.send(GET).receive().content());
            client.send(GET).receive();
            assertTrue(counted.get() >= 2L * length, counted + " bytes counted");
        }
    }

    private static ScriptedBody inPieces(byte[] body, int size) {
        ScriptedBody source = new ScriptedBody(body.length);
        for (int at = 0; at < body.length; at += size) {
            source.append(ByteBuffer.wrap(body, at, Math.min(size, body.length - at)).slice());
        }
        source.finish();
        return source;
    }

    @Test
    void largeStoredResponseSurvivesShortWrites() throws Exception {
        byte[] body = new byte[20 << 20];
        new Random(8).nextBytes(body);
        CountDownLatch released = new CountDownLatch(2);
        try (TestServer server = TestServer.start(stored(body, released));
                RawConnection client = server.connect()) {
            client.send(GET + GET);
            assertArrayEquals(body, client.receive().content());
            assertArrayEquals(body, client.receive().content());
            assertTrue(released.await(5, TimeUnit.SECONDS), "buffers were not released");
        }
    }

    @Test
    void headIsAnsweredWithTheLengthAndWithoutTheBody() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (TestServer server = TestServer.start(stored(new byte[1234], released));
                RawConnection client = server.connect()) {
            RawConnection.Answer answer =
                    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").receiveToHead();
            assertEquals("1234", answer.field("Content-Length"));
            assertEquals(1234, client.send(GET).receive().content().length);
        }
    }

    private static ExchangeHandler stored(byte[] body, CountDownLatch released) {
        ByteBuffer content = ByteBuffer.allocateDirect(body.length).put(body).flip();
        ByteBuffer lines =
                ByteBuffer.wrap("X-Stored: yes\r\n".getBytes(StandardCharsets.ISO_8859_1));
        return exchange ->
                exchange.sendStored(
                        200, lines, "Cache-Status: hit\r\n", content, released::countDown);
    }

    private static ResponseHead head(int status, String... fields) {
        return new ResponseHead(status, FieldList.of(fields));
    }
}

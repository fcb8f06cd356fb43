package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Request bodies, wanted or not, and the limits on them. */
final class RequestBodyTest {
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

    private final BlockingQueue<Integer> failures = new LinkedBlockingQueue<>();

    @Test
    void largeUploadStreamsThrough() throws Exception {
        int blocks = 64 * 16;
        byte[] block = new byte[64 * 1024];
        CRC32 expected = new CRC32();
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31);
        }
        for (int i = 0; i < blocks; i++) {
            expected.update(block);
        }
        try (TestServer server = TestServer.start(this::checksum);
                RawConnection client = server.connect()) {
            client.send(post("Content-Length: " + (long) blocks * block.length));
            for (int i = 0; i < blocks; i++) {
                client.send(block);
            }
            assertEquals(Long.toHexString(expected.getValue()), client.receive().text());
            assertEquals("0", client.send(NEXT).receive().text());
        }
    }

    @Test
    void uploadWaitsForASlowReader() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.dispatch(() -> {
                                    awaitGate(gate);
                                    answerChecksum(exchange);
                                }));
                RawConnection client = server.connect()) {
            byte[] body = new byte[32 << 20];
            client.send(post("Content-Length: " + body.length));
            Thread sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(body);
                                } catch (IOException e) {
                                    failures.add(-1);
                                }
                            });
            assertTrue(!sender.join(Duration.ofMillis(200)), "32 MiB went nowhere");
            gate.countDown();
            assertEquals(200, client.receive().status());
            assertTrue(failures.isEmpty(), "the upload broke");
        }
    }

    @Test
    void continueIsSentWhenTheBodyIsFirstRead() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.dispatch(() -> {
                                    awaitGate(gate);
                                    answerChecksum(exchange);
                                }));
                RawConnection client = server.connect()) {
            client.send(post("Expect: 100-continue\r\nContent-Length: 3"));
            client.socket().setSoTimeout(200);
            try {
                assertEquals("nothing", client.line());
            } catch (java.net.SocketTimeoutException expected) {
                client.socket().setSoTimeout(5000);
            }
            gate.countDown();
            assertEquals(100, client.receive().status());
            client.send("abc");
            assertEquals(200, client.receive().status());
            client.send(NEXT);
            assertEquals(200, client.receive().status());
        }
    }

    @Test
    void finalAnswerInsteadOfContinueEndsTheConnection() throws Exception {
        try (TestServer server = TestServer.start(exchange -> answer(exchange, 403));
                RawConnection client = server.connect()) {
            client.send(post("Expect: 100-continue\r\nContent-Length: 3"));
            RawConnection.Answer answer = client.receive();
            assertEquals(403, answer.status());
            assertEquals("close", answer.field("Connection"));
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void theConnectionGoesOnWhenAllThatWasAnnouncedHasBeenRead() throws Exception {
        try (TestServer server = TestServer.start(RequestBodyTest::readWhatWasAnnounced);
                RawConnection client = server.connect()) {
            for (int length : new int[] {1, 1000, 100_000}) {
                client.send(post("Content-Length: " + length) + "x".repeat(length));
                RawConnection.Answer answer = client.receive();
                assertEquals(Integer.toString(length), answer.text());
                assertEquals("", answer.field("Connection"));
            }
        }
    }

    private static void readWhatWasAnnounced(Exchange exchange) {
        exchange.dispatch(() -> {
            try {
                int length = (int) exchange.requestBodyLength();
                int read = exchange.requestBody().readNBytes(length).length;
                exchange.send(
                        new ResponseHead(200, FieldList.EMPTY),
                        TestServer.body(Integer.toString(read)));
            } catch (IOException e) {
                exchange.abort();
            }
        });
    }

    @Test
    void smallUnwantedBodyIsReadAndTheConnectionGoesOn() throws Exception {
        try (TestServer server = TestServer.start(exchange -> answer(exchange, 404));
                RawConnection client = server.connect()) {
            client.send(post("Content-Length: 1000") + "x".repeat(1000) + NEXT);
            assertEquals("", client.receive().field("Connection"));
            assertEquals(404, client.receive().status());
        }
    }

    @Test
    void largeUnwantedBodyEndsTheConnectionAfterTheAnswer() throws Exception {
        try (TestServer server = TestServer.start(exchange -> answer(exchange, 404));
                RawConnection client = server.connect()) {
            client.send(post("Content-Length: 500000") + "x".repeat(200_000));
            RawConnection.Answer answer = client.receive();
            assertEquals(404, answer.status());
            assertEquals("close", answer.field("Connection"));
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void bodyThatStallsIsAnswered408() throws Exception {
        ServerLimits limits =
                ServerLimits.DEFAULT.withBody(
                        1000, Duration.ofMillis(100), 0, Duration.ofSeconds(9));
        try (TestServer server = TestServer.start(limits, this::checksum);
                RawConnection client = server.connect()) {
            client.send(post("Content-Length: 10") + "abc");
            RawConnection.Answer answer = client.receive();
            assertEquals(408, answer.status());
            assertEquals("close", answer.field("Connection"));
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void bodyThatDripsIsAnswered408() throws Exception {
        // No client can be so fast, and this one sends a byte only when the last has been read.
        ServerLimits limits =
                ServerLimits.DEFAULT.withBody(
                        1_000_000, Duration.ofSeconds(9), 1_000_000_000, Duration.ofMillis(1));
        Semaphore wanted = new Semaphore(1);
        ExchangeHandler reading =
                exchange -> exchange.dispatch(() -> readByBytes(exchange, wanted));
        try (TestServer server = TestServer.start(limits, reading);
                RawConnection client = server.connect()) {
            client.send(post("Content-Length: 1000000"));
            Thread dripping =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    while (wanted.tryAcquire(20, TimeUnit.SECONDS)) {
                                        client.send("x");
                                    }
                                } catch (IOException | InterruptedException e) {
                                    return;
                                }
                            });
            assertEquals(408, client.receive().status());
            assertTrue(client.isClosedByServer(), "still open");
            dripping.interrupt();
            assertTrue(dripping.join(Duration.ofSeconds(5)), "the client hangs");
        }
    }

    private static void readByBytes(Exchange exchange, Semaphore wanted) {
        try (InputStream in = exchange.requestBody()) {
            while (in.read() >= 0) {
                wanted.release();
            }
            answer(exchange, 200);
        } catch (RequestBodyFailure e) {
            answer(exchange, e.status());
        } catch (IOException e) {
            exchange.abort();
        }
    }

    @Test
    void clientThatLeavesEndsTheRead() throws Exception {
        try (TestServer server = TestServer.start(this::checksum)) {
            try (RawConnection client = server.connect()) {
                client.send(post("Content-Length: 10") + "abc");
            }
            Integer status = failures.poll(5, TimeUnit.SECONDS);
            assertEquals(499, status);
        }
    }

    private static String post(String fields) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
    }

    private void checksum(Exchange exchange) {
        exchange.dispatch(() -> answerChecksum(exchange));
    }

    private void answerChecksum(Exchange exchange) {
        CRC32 sum = new CRC32();
        byte[] some = new byte[10_000];
        try (InputStream in = exchange.requestBody()) {
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                sum.update(some, 0, count);
            }
            exchange.send(
                    new ResponseHead(200, FieldList.EMPTY),
                    TestServer.body(Long.toHexString(sum.getValue())));
        } catch (RequestBodyFailure e) {
            failures.add(e.status());
            answer(exchange, e.status());
        } catch (IOException e) {
            failures.add(0);
            exchange.abort();
        }
    }

    private static void answer(Exchange exchange, int status) {
        exchange.send(new ResponseHead(status, FieldList.EMPTY), null);
    }

    private static void awaitGate(CountDownLatch gate) {
        try {
            if (!gate.await(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the gate was never opened");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

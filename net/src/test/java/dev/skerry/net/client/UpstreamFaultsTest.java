package dev.skerry.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.net.client.ClientFailure.Kind;
import dev.skerry.net.client.HttpClient.Timeouts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class UpstreamFaultsTest extends UpstreamFaultsScene {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration NONE = Duration.ZERO;

    private void untilTheEnd() throws InterruptedException {
        assertTrue(over.await(20, TimeUnit.SECONDS), "the test did not end");
    }

    private ClientFailure failureWithin(HttpClient.Response response) {
        IOException broken = assertThrows(IOException.class, () -> Requests.readAll(response));
        assertEquals(0, client.stats().open());
        return assertInstanceOf(ClientFailure.class, broken.getCause());
    }

    @Test
    void closedOrResetBeforeAnyResponse() throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            try (ScriptedPeer peer =
                    ScriptedPeer.of(line -> {
                        line.head();
                        if (reset) {
                            line.reset();
                        }
                    })) {
                ClientFailure failure = failure(Requests.to(peer));
                assertEquals(Kind.RESET, failure.kind());
                assertFalse(failure.reused());
                assertTrue(failure.requestSent());
            }
        }
    }

    @Test
    void aCutBodyIsAFailureHoweverItIsFramed() throws Exception {
        for (String framing : List.of("Content-Length: 99", "Transfer-Encoding: chunked", "X: y")) {
            for (boolean reset : new boolean[] {false, true}) {
                if (framing.equals("X: y") && !reset) {
                    continue; // That is how a body that runs to the close ends.
                }
                CountDownLatch read = new CountDownLatch(1);
                try (ScriptedPeer peer =
                        ScriptedPeer.of(line -> {
                            line.head();
                            line.send(OK + framing + "\r\n\r\n4\r\nabcd\r\n");
                            read.await();
                            if (reset) {
                                line.reset();
                            }
                        })) {
                    HttpClient.Response response = client.send(Requests.to(peer).build());
                    assertTrue(response.read(ByteBuffer.allocate(1)) > 0);
                    read.countDown();
                    assertEquals(Kind.RESET, failureWithin(response).kind());
                    response.close();
                }
            }
        }
    }

    @Test
    void aBodyThatRunsToTheCloseIsWholeAtACleanEnd() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send("HTTP/1.0 200 OK\r\n\r\nall of it");
                })) {
            assertEquals("all of it", Requests.to(peer).exchange(client));
            assertEquals(0, client.stats().open());
        }
    }

    @Test
    void brokenFramingIsTheProtocolsFault() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send(
                            OK
                                    + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"
                                    + "\r\n0\r\n\r\n");
                    assertTrue(line.closed());
                })) {
            assertEquals(Kind.PROTOCOL, failure(Requests.to(peer)).kind());
            peer.verify();
        }
    }

    @Test
    void nobodyListening() throws Exception {
        InetSocketAddress free;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = (InetSocketAddress) server.getLocalSocketAddress();
        }
        ClientFailure failure = failure(Requests.to(free));
        assertEquals(Kind.CONNECT, failure.kind());
        assertFalse(failure.requestSent());
        assertEquals(0, client.stats().open());
    }

    @Test
    void anUnresolvedAddressCannotBeConnectedTo() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("origin.example", 80);
        assertEquals(Kind.CONNECT, failure(Requests.to(nowhere)).kind());
    }

    @Test
    void manyAtOnceGetTheirOwnAnswers() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    for (String head = line.head(); !head.isEmpty(); head = line.head()) {
                        line.ok(head.split(" ", -1)[1]);
                    }
                })) {
            List<CompletableFuture<Void>> callers = new java.util.ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "/" + i + "-";
                CompletableFuture<Void> done = new CompletableFuture<>();
                callers.add(done);
                Thread.startVirtualThread(() -> {
                    try {
                        for (int n = 0; n < 50; n++) {
                            Requests request = Requests.to(peer).target(name + n);
                            assertEquals(name + n, request.exchange(client));
                        }
                        done.complete(null);
                    } catch (Exception | AssertionError wrong) {
                        done.completeExceptionally(wrong);
                    }
                });
            }
            for (CompletableFuture<Void> caller : callers) {
                caller.get(15, TimeUnit.SECONDS);
            }
            assertTrue(peer.connections() <= 16, "connections: " + peer.connections());
            assertEquals(800, client.stats().opened() + client.stats().reused());
            assertEquals(client.stats().open(), client.stats().idle());
        }
    }

    @Test
    void connectingEndsAtItsOwnLimit() throws Exception {
        // A listener whose backlog is full answers no SYN.
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket one = new Socket();
                Socket two = new Socket()) {
            one.connect(server.getLocalSocketAddress(), 1000);
            two.connect(server.getLocalSocketAddress(), 1000);
            InetSocketAddress full = (InetSocketAddress) server.getLocalSocketAddress();
            assertEquals(
                    Kind.CONNECT_TIMEOUT,
                    failure(Requests.to(full).timeouts(new Timeouts(SHORT, NONE, NONE, NONE)))
                            .kind());
            assertEquals(
                    Kind.TOTAL_TIMEOUT,
                    failure(Requests.to(full).timeouts(new Timeouts(NONE, NONE, NONE, SHORT)))
                            .kind());
        }
    }

    @Test
    void theFirstByteHasItsOwnLimitWhichInterimResponsesDoNotMove() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 20");
                    untilTheEnd();
                })) {
            Requests request = Requests.to(peer).timeouts(new Timeouts(NONE, SHORT, NONE, NONE));
            assertEquals(Kind.FIRST_BYTE_TIMEOUT, failure(request).kind());
            assertEquals(1, request.interim.size());
        }
    }

    @Test
    void theBodyHasALimitBetweenBytesAndInAll() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send(OK + "Content-Length: 9\r\n\r\nab");
                    untilTheEnd();
                })) {
            Timeouts between = new Timeouts(NONE, NONE, SHORT, NONE);
            assertEquals(
                    Kind.BETWEEN_BYTES_TIMEOUT,
                    failureWithin(client.send(Requests.to(peer).timeouts(between).build())).kind());
            Timeouts total = new Timeouts(NONE, NONE, NONE, SHORT);
            assertEquals(
                    Kind.TOTAL_TIMEOUT,
                    failureWithin(client.send(Requests.to(peer).timeouts(total).build())).kind());
        }
    }

    @Test
    void aRequestBodyThatNobodyTakesEndsAtTheLimitBetweenBytes() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.of(line -> untilTheEnd())) {
            InputStream endless =
                    new InputStream() {
                        @Override
                        public int read() {
                            return 'x';
                        }
                    };
            Requests request =
                    Requests.to(peer)
                            .method("PUT")
                            .body(endless, -1)
                            .timeouts(new Timeouts(NONE, NONE, SHORT, NONE));
            assertEquals(Kind.BETWEEN_BYTES_TIMEOUT, failure(request).kind());
        }
    }

    @Test
    void anUnreadableRequestBodyIsItsReadersFault() throws Exception {
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("gone");
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        return read();
                    }
                };
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    assertTrue(line.closed());
                })) {
            ClientFailure failure = failure(Requests.to(peer).method("PUT").body(broken, -1));
            assertEquals(Kind.REQUEST_BODY, failure.kind());
            assertTrue(failure.requestSent());
            InputStream shorter = new java.io.ByteArrayInputStream(new byte[3]);
            assertEquals(
                    Kind.REQUEST_BODY,
                    failure(Requests.to(peer).method("PUT").body(shorter, 4)).kind());
            peer.verify();
            assertEquals(0, client.stats().open());
        }
    }

    @Test
    void aResponseGivenBeforeTheRequestIsWholeIsReceived() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        InputStream body =
                new InputStream() {
                    private int given;

                    @Override
                    public int read() throws IOException {
                        if (given++ == 1) {
                            try {
                                answered.await();
                            } catch (InterruptedException interrupted) {
                                throw new IOException(interrupted);
                            }
                        }
                        return 'x';
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        into[offset] = (byte) read();
                        return 1;
                    }
                };
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                    answered.countDown();
                    while (!line.closed()) {
                        // Takes what is still under way.
                    }
                })) {
            Requests request = Requests.to(peer).method("PUT").body(body, 1L << 40);
            try (HttpClient.Response response = client.send(request.build())) {
                assertEquals(413, response.head().status());
                assertEquals("no", Requests.readAll(response));
            }
            assertEquals(0, client.stats().open());
            peer.verify();
        }
    }

    @Test
    void interruptingTheCallerCancels() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    asked.countDown();
                    assertTrue(line.closed());
                })) {
            CompletableFuture<Kind> kind = new CompletableFuture<>();
            Thread caller =
                    Thread.startVirtualThread(
                            () -> kind.complete(failure(Requests.to(peer)).kind()));
            assertTrue(asked.await(5, TimeUnit.SECONDS));
            caller.interrupt();
            assertEquals(Kind.CANCELLED, kind.get(5, TimeUnit.SECONDS));
            peer.verify();
        }
    }

    @Test
    void aClosedClientSendsNothing() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.of(line -> line.head())) {
            client.close();
            assertEquals(Kind.CANCELLED, failure(Requests.to(peer)).kind());
            assertEquals(0, peer.connections());
        }
    }

    @Test
    void connectionsAreBoundedAndIdleOnesGiveWay() throws Exception {
        ScriptedPeer.Script serve =
                line -> {
                    while (!line.head().isEmpty()) {
                        line.send(OK + "Content-Length: 2\r\n\r\na");
                        untilTheEnd();
                    }
                };
        ScriptedPeer.Script quick =
                line -> {
                    while (!line.head().isEmpty()) {
                        line.ok("quick");
                    }
                };
        ClientOptions two = new ClientOptions(8, Duration.ofSeconds(55), 2, List.of());
        try (WatchedHttpClient small = WatchedHttpClient.create(two);
                ScriptedPeer busy = ScriptedPeer.of(serve);
                ScriptedPeer idle = ScriptedPeer.of(quick);
                HttpClient.Response one = small.send(Requests.to(busy).build())) {
            assertEquals("quick", Requests.to(idle).exchange(small));
            try (HttpClient.Response second = small.send(Requests.to(busy).build())) {
                ClientFailure refused =
                        assertThrows(
                                ClientFailure.class,
                                () -> small.send(Requests.to(idle).build()).close());
                assertEquals(Kind.CONNECT, refused.kind());
                assertEquals(2, second.announcedLength());
            }
            assertEquals(2, one.announcedLength());
            assertEquals("quick", Requests.to(idle).exchange(small));
        }
    }
}

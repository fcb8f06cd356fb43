package dev.skerry.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.ClientFailure.Kind;
import dev.skerry.net.client.HttpClient.Timeouts;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that say something, or go, before they have been sent the whole of a request. */
@Timeout(30)
class EarlyAnswerTest {
    private static final String NO = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";

    private WatchedHttpClient client;

    @BeforeEach
    void open() throws IOException {
        client = WatchedHttpClient.create(ClientOptions.defaults());
    }

    @AfterEach
    void close() {
        client.close();
    }

    private String exchange(ScriptedPeer peer, Pausing body, long length) throws Exception {
        return Requests.to(peer).method("POST").body(body, length).exchange(client);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 50_000_000})
    void aRefusalIsReceivedWhileTheSourceOfTheBodyPauses(long length) throws Exception {
        Pausing body = new Pausing(1000);
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.body(1000);
                    line.send(NO);
                    assertTrue(line.closed());
                })) {
            assertEquals("no", exchange(peer, body, length));
            assertTrue(body.isClosed());
            peer.verify();
            assertEquals(0, client.stats().open());
        }
    }

    @Test
    void aRefusalIsReceivedBeforeAnyByteOfTheBody() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send(NO);
                    assertTrue(line.closed());
                })) {
            assertEquals("no", exchange(peer, new Pausing(0), 50_000_000));
            peer.verify();
        }
    }

    @Test
    void aRefusalIsReceivedFromAPeerThatClosesAfterIt() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.body(1000);
                    line.send(NO);
                })) {
            assertEquals("no", exchange(peer, new Pausing(1000), 50_000_000));
        }
    }

    @Test
    void aRefusalIsReceivedFromAPeerThatTakesNoMore() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return 'x';
                    }

                    @Override
                    public int read(byte[] into, int offset, int length) {
                        return length;
                    }
                };
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send(NO);
                    assertTrue(received.await(20, TimeUnit.SECONDS));
                })) {
            // Nothing but the response ends the writing.
            Duration none = Duration.ZERO;
            Requests request =
                    Requests.to(peer)
                            .method("POST")
                            .body(endless, -1)
                            .timeouts(new Timeouts(none, none, none, none));
            assertEquals("no", request.exchange(client));
            received.countDown();
            peer.verify();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatGoesWhileTheSourcePausesIsNoticed(boolean resets) throws Exception {
        Pausing body = new Pausing(1000);
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.body(1000);
                    if (resets) {
                        line.reset();
                    }
                })) {
            ClientFailure failure =
                    assertThrows(ClientFailure.class, () -> exchange(peer, body, 50_000_000));
            assertEquals(Kind.RESET, failure.kind());
            assertTrue(failure.requestSent());
            assertTrue(body.isClosed());
            assertEquals(0, client.stats().open());
        }
    }

    @Test
    void interimResponsesAreReportedWhileTheSourcePauses() throws Exception {
        Pausing body = new Pausing(2);
        CompletableFuture<ResponseHead> heard = new CompletableFuture<>();
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    for (String head = line.head(); !head.isEmpty(); head = line.head()) {
                        line.body(2);
                        line.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                        line.ok(line.body(2));
                    }
                })) {
            Requests request = Requests.to(peer).method("POST").body(body, 4);
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try (HttpClient.Response response = client.send(request.build(heard::complete))) {
                    answer.complete(Requests.readAll(response));
                } catch (ClientFailure | IOException | RuntimeException failed) {
                    answer.completeExceptionally(failed);
                }
            });
            assertEquals("</a>", heard.get(10, TimeUnit.SECONDS).fields().first("Link"));
            body.goOn(2);
            assertEquals("xx", answer.get(10, TimeUnit.SECONDS));
            // The connection is as good as any.
            assertEquals("xx", exchange(peer, new Pausing(4), 4));
            assertEquals(1, peer.connections());
        }
    }

    @Test
    void successMayBeSaidBeforeTheBodyIsWhole() throws Exception {
        Pausing body = new Pausing(2);
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    for (String head = line.head(); !head.isEmpty(); head = line.head()) {
                        line.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
                        line.send(line.body(2));
                        body.goOn(2);
                        line.send(line.body(2));
                    }
                })) {
            assertEquals("xxxx", exchange(peer, body, 4));
            assertEquals("xxxx", exchange(peer, new Pausing(4), 4));
            assertEquals(1, peer.connections());
        }
    }

    @Test
    void theFirstByteHasItsLimitOnceTheBodyIsOut() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    assertTrue(end.await(20, TimeUnit.SECONDS));
                })) {
            Duration none = Duration.ZERO;
            Requests request =
                    Requests.to(peer)
                            .method("POST")
                            .body(new Pausing(4), 4)
                            .timeouts(new Timeouts(none, Duration.ofMillis(50), none, none));
            ClientFailure failure =
                    assertThrows(ClientFailure.class, () -> request.exchange(client));
            assertEquals(Kind.FIRST_BYTE_TIMEOUT, failure.kind());
            assertEquals(0, client.stats().open());
            end.countDown();
        }
    }

    @Test
    void interruptingTheCallerCancelsWhatIsWatched() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.body(4);
                    asked.countDown();
                    assertTrue(line.closed());
                })) {
            CompletableFuture<Kind> kind = new CompletableFuture<>();
            Thread caller =
                    Thread.startVirtualThread(() ->
                            kind.complete(
                                    assertThrows(
                                                    ClientFailure.class,
                                                    () -> exchange(peer, new Pausing(4), 4))
                                            .kind()));
            assertTrue(asked.await(5, TimeUnit.SECONDS));
            caller.interrupt();
            assertEquals(Kind.CANCELLED, kind.get(5, TimeUnit.SECONDS));
            peer.verify();
        }
    }
}

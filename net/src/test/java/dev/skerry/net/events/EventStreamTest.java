package dev.skerry.net.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.events.EventReader.Event;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.HttpServer;
import dev.skerry.net.server.ServerOptions;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EventStreamTest {
    private static final int LIMIT = 4 << 20;

    private final BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
    private HttpServer server;
    private WatchedHttpClient client;

    @BeforeEach
    void serve() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = HttpServer.start(ServerOptions.plain(anyPort).withIoThreads(2), this::answer);
        client = WatchedHttpClient.create(ClientOptions.defaults());
    }

    private void answer(Exchange exchange) {
        EventStream stream = new EventStream(LIMIT, exchange::abort);
        exchange.send(new ResponseHead(200, FieldList.EMPTY), stream);
        streams.add(stream);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void everyEventArrivesBeforeTheNextIsOffered() throws Exception {
        try (HttpClient.Response response = get()) {
            EventReader reader = new EventReader(response::read);
            EventStream stream = taken();
            for (int i = 0; i < 100; i++) {
                assertTrue(stream.offer("beat", i == 7 ? "seven" : null, "line\n" + i));
                String id = i < 7 ? "" : "seven";
                assertEquals(new Event("beat", id, "line\n" + i), reader.next());
            }
            stream.finish();
            assertNull(reader.next());
            assertFalse(stream.offer("late", null, ""));
        }
    }

    @Test
    void oneFrameServesManyStreams() throws Exception {
        ByteBuffer frame = EventStream.frame("changes", "1", "x".repeat(300_000));
        for (int i = 0; i < 3; i++) {
            try (HttpClient.Response response = get()) {
                assertTrue(taken().offer(frame));
                Event event = new EventReader(response::read).next();
                assertNotNull(event);
                assertEquals(300_000, event.data().length());
            }
        }
    }

    @Test
    void aClientThatTakesNothingIsCutOffAndNobodyWaitsForIt() throws Exception {
        try (RawClient slow = RawClient.connectSlow(server.address().getPort(), 4096)) {
            slow.request("GET", "/");
            EventStream stream = taken();
            Gate ended = new Gate("end of the stream");
            stream.onClose(ended::open);
            ByteBuffer frame = EventStream.frame("changes", null, "x".repeat(100_000));
            int offered = 0;
            while (stream.offer(frame)) {
                // The kernel takes some megabytes, the stream the limit.
                assertTrue(offered++ < 1000, "never cut off");
            }
            ended.await();
            assertTrue(offered >= LIMIT / frame.remaining(), "cut off after " + offered);
            assertThrows(IOException.class, slow::readResponse);
        }
    }

    @Test
    void theBacklogHoldsTheLimitAndNotOneByteMore() throws IOException {
        ByteBuffer frame = EventStream.frame("e", null, "");
        AtomicInteger cuts = new AtomicInteger();
        EventStream stream = new EventStream(2 * frame.remaining(), cuts::incrementAndGet);
        assertTrue(stream.offer(frame));
        assertTrue(stream.offer(frame));
        assertEquals(2 * frame.remaining(), stream.backlog());
        // Handed over is not taken: it counts until the server has consumed it.
        ByteBuffer sent = stream.next();
        assertNotNull(sent);
        assertEquals(2 * frame.remaining(), stream.backlog());
        sent.position(sent.limit());
        assertNotNull(stream.next());
        assertEquals(frame.remaining(), stream.backlog());
        assertEquals(0, cuts.get());
        assertTrue(stream.offer(frame));
        assertFalse(stream.offer(frame));
        assertEquals(1, cuts.get());
        assertThrows(IOException.class, stream::next);
        assertFalse(stream.offer(frame));
        assertEquals(1, cuts.get());
    }

    @Test
    void whoWaitsForRoomIsWokenWhenEverythingWasTaken() throws Exception {
        try (HttpClient.Response response = get()) {
            EventStream stream = taken();
            AtomicInteger parts = new AtomicInteger();
            pump(stream, parts);
            EventReader reader = new EventReader(response::read);
            for (int i = 1; i <= 50; i++) {
                Event event = reader.next();
                assertNotNull(event);
                assertEquals(i + " ", event.data().substring(0, 2 + (i < 10 ? 0 : 1)));
            }
            assertNull(reader.next());
        }
    }

    /** 50 parts of a megabyte, none offered before the one before it has left. */
    private static void pump(EventStream stream, AtomicInteger parts) {
        stream.onDrained(() -> {
            if (parts.get() == 50) {
                stream.finish();
                return;
            }
            String data = parts.incrementAndGet() + " " + "x".repeat(1 << 20);
            assertTrue(stream.offer("part", null, data));
            pump(stream, parts);
        });
    }

    @Test
    void theEndOfTheConnectionIsNoticedWithTheNextEvents() throws Exception {
        HttpClient.Response response = get();
        EventStream stream = taken();
        Gate ended = new Gate("end of the stream");
        stream.onClose(ended::open);
        response.close();
        while (stream.offer("beat", null, "")) {
            Thread.onSpinWait();
        }
        ended.await();
        stream.onClose(() -> streams.add(stream));
        assertEquals(stream, taken());
    }

    @Test
    void aLineEndInANameOrIdIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> EventStream.frame("a\nb", null, ""));
        assertThrows(IllegalArgumentException.class, () -> EventStream.frame("a", "\r", ""));
    }

    private EventStream taken() throws InterruptedException {
        EventStream stream = streams.poll(30, TimeUnit.SECONDS);
        assertNotNull(stream);
        return stream;
    }

    private HttpClient.Response get() throws ClientFailure {
        FieldList fields = FieldList.of("Host", "localhost");
        Duration bound = Duration.ofSeconds(30);
        return client.send(
                new HttpClient.Request(
                        "GET",
                        "http",
                        "localhost",
                        server.address(),
                        "/",
                        fields,
                        null,
                        0,
                        false,
                        new HttpClient.Timeouts(bound, bound, bound, Duration.ZERO),
                        head -> {}));
    }
}

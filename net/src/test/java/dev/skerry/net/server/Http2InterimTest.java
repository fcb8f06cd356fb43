package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Interim responses over HTTP/2 (RFC 9113 §8.1), frame by frame. */
class Http2InterimTest {
    private static final ResponseHead HINT =
            new ResponseHead(103, FieldList.of("Link", "</a>; rel=preload", "Link", "</b>"));

    private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();

    @Test
    void interimHeadsComeBeforeTheFinalOneAndEndNothing() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.sendInterim(new ResponseHead(102, FieldList.EMPTY));
                            exchange.sendInterim(HINT);
                            exchange.send(
                                    new ResponseHead(200, FieldList.of("X-A", "1")),
                                    TestServer.body("text"));
                        });
                RawHttp2 client = new RawHttp2(server.server().address())) {
            for (int round = 0; round < 3; round++) {
                int stream = client.request("GET", "/");

                assertHead(client.next(), stream, false, ":status: 102");
                assertHint(client.next(), stream);
                assertHead(
                        client.next(),
                        stream,
                        false,
                        ":status: 200",
                        "content-length: 4",
                        "x-a: 1");
                RawHttp2.Frame data = client.next();
                assertEquals("text", data.text());
                assertTrue(data.endsStream());
            }
        }
    }

    @Test
    void answerWithoutABodyEndsTheStreamAfterThem() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.sendInterim(HINT);
                            exchange.send(
                                    new ResponseHead(200, FieldList.of("Content-Length", "4")),
                                    null);
                        });
                RawHttp2 client = new RawHttp2(server.server().address())) {
            int stream = client.request("HEAD", "/");

            assertHint(client.next(), stream);
            RawHttp2.Frame head = client.next();
            assertEquals(List.of(":status: 200", "content-length: 4"), head.fields());
            if (!head.endsStream()) {
                RawHttp2.Frame last = client.next();
                assertTrue(last.endsStream());
                assertEquals("", last.text());
            }
        }
    }

    @Test
    void theyComeFromAnyThreadWhileOthersStreamOnTheConnection() throws Exception {
        try (TestServer server = TestServer.start(held::add);
                RawHttp2 client = new RawHttp2(server.server().address())) {
            int first = client.request("GET", "/1");
            Exchange one = take();
            int second = client.request("GET", "/2");
            Exchange two = take();

            two.sendInterim(HINT);
            assertHint(client.next(), second);
            one.sendInterim(HINT);
            assertHint(client.next(), first);
            one.send(new ResponseHead(204, FieldList.EMPTY), null);
            RawHttp2.Frame head = client.next();
            assertHead(head, first, head.endsStream(), ":status: 204");
            if (!head.endsStream()) {
                assertTrue(client.next().endsStream());
            }
            two.sendInterim(HINT);
            assertHint(client.next(), second);
            two.send(new ResponseHead(200, FieldList.EMPTY), TestServer.body("x"));
            assertEquals(200, status(client.next()));
        }
    }

    @Test
    void nothingFollowsTheFinalHead() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.send(
                                    new ResponseHead(200, FieldList.EMPTY), TestServer.body("x"));
                            exchange.sendInterim(HINT);
                        });
                RawHttp2 client = new RawHttp2(server.server().address())) {
            client.request("GET", "/");

            assertEquals(200, status(client.next()));
            assertTrue(client.next().endsStream());
            int stream = client.request("GET", "/");
            RawHttp2.Frame next = client.next();
            assertEquals(stream, next.stream());
            assertEquals(200, status(next));
        }
    }

    @Test
    void streamThatTheClientHasResetGetsNone() throws Exception {
        try (TestServer server = TestServer.start(held::add);
                RawHttp2 client = new RawHttp2(server.server().address())) {
            int first = client.request("GET", "/1");
            Exchange one = take();
            client.reset(first);
            client.ping();
            one.sendInterim(HINT);
            one.send(new ResponseHead(200, FieldList.EMPTY), TestServer.body("x"));

            int second = client.request("GET", "/2");
            take().send(new ResponseHead(200, FieldList.EMPTY), TestServer.body("y"));

            RawHttp2.Frame next = client.next();
            if (next.type() == RawHttp2.RST_STREAM) {
                next = client.next(); // Undertow's last word about the first
            }
            assertEquals(second, next.stream(), next.toString());
            assertEquals(200, status(next));
        }
    }

    private Exchange take() throws InterruptedException {
        Exchange exchange = held.poll(10, TimeUnit.SECONDS);
        if (exchange == null) {
            throw new AssertionError("no request came");
        }
        return exchange;
    }

    private static int status(RawHttp2.Frame frame) {
        return Integer.parseInt(frame.fields().getFirst().substring(":status: ".length()));
    }

    private static void assertHint(RawHttp2.Frame frame, int stream) {
        assertHead(frame, stream, false, ":status: 103", "link: </a>; rel=preload", "link: </b>");
    }

    private static void assertHead(
            RawHttp2.Frame frame, int stream, boolean ends, String... fields) {
        assertEquals(RawHttp2.HEADERS, frame.type());
        assertEquals(stream, frame.stream());
        assertEquals(ends, frame.endsStream());
        assertFalse(frame.fields().isEmpty());
        assertEquals(fields[0], frame.fields().getFirst());
        assertEquals(
                List.of(fields).stream().sorted().toList(),
                frame.fields().stream().sorted().toList());
    }
}

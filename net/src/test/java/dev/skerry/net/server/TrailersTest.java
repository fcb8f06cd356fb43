package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Trailer fields over HTTP/2, frame by frame. */
class TrailersTest {
    @Test
    void theyFollowTheDataAndEndTheStream() throws Exception {
        FieldList trailers = FieldList.of("X-Sum", "1", "X-Sum", "2");
        try (TestServer server = TestServer.start(exchange -> answer(exchange, trailers));
                RawHttp2 client = new RawHttp2(server.server().address())) {
            for (int round = 0; round < 3; round++) {
                client.request("GET", "/", "te", "trailers");

                assertEquals(":status: 200", client.next().fields().getFirst());
                assertEquals(List.of("x-sum: 1", "x-sum: 2"), last(client).fields());
            }
        }
    }

    @Test
    void whoDoesNotSayThatItTakesThemGetsNone() throws Exception {
        FieldList trailers = FieldList.of("X-Sum", "1");
        try (TestServer server = TestServer.start(exchange -> answer(exchange, trailers));
                RawHttp2 client = new RawHttp2(server.server().address())) {
            client.request("GET", "/");

            assertEquals(":status: 200", client.next().fields().getFirst());
            assertEquals(RawHttp2.DATA, last(client).type());
        }
    }

    @Test
    void asManyBytesAsMayAreSentAndOneMoreDropsThem() throws Exception {
        String most = "v".repeat(BodySource.MAX_HTTP2_TRAILER_BYTES - 32 - 1);
        try (TestServer server =
                        TestServer.start(exchange ->
                                answer(
                                        exchange,
                                        FieldList.of(
                                                "X",
                                                exchange.request().target().equals("/most")
                                                        ? most
                                                        : most + "v")));
                RawHttp2 client = new RawHttp2(server.server().address())) {
            client.request("GET", "/most", "te", "trailers");
            client.next();
            assertEquals(List.of("x: " + most), last(client).fields());

            client.request("GET", "/more", "te", "trailers");
            client.next();
            assertEquals(RawHttp2.DATA, last(client).type());
        }
    }

    private static RawHttp2.Frame last(RawHttp2 client) throws Exception {
        StringBuilder data = new StringBuilder();
        RawHttp2.Frame frame = client.next();
        while (!frame.endsStream()) {
            assertEquals(RawHttp2.DATA, frame.type());
            data.append(frame.text());
            frame = client.next();
        }
        if (frame.type() == RawHttp2.DATA) {
            data.append(frame.text());
        }
        assertEquals("text", data.toString());
        return frame;
    }

    private static void answer(Exchange exchange, FieldList trailers) {
        ByteBuffer text = ByteBuffer.wrap("text".getBytes(StandardCharsets.US_ASCII));
        exchange.send(
                new ResponseHead(200, FieldList.EMPTY),
                new BodySource() {
                    @Override
                    public long length() {
                        return -1;
                    }

                    @Override
                    public @Nullable ByteBuffer next() {
                        return text.hasRemaining() ? text : null;
                    }

                    @Override
                    public boolean ended() {
                        return !text.hasRemaining();
                    }

                    @Override
                    public FieldList trailers() {
                        assertTrue(ended());
                        return trailers;
                    }

                    @Override
                    public void onReadable(Runnable wake) {
                        wake.run();
                    }

                    @Override
                    public void close() {}
                });
    }
}

package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.ClientFailure.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// Messages end their lines with CRLF, which text blocks hide.
@SuppressWarnings("StringConcatToTextBlock")
@Timeout(30)
class ResponseReaderTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    /** All that a reader tells of one exchange. */
    private record Seen(
            List<ResponseHead> interim,
            ResponseHead head,
            String body,
            FieldList trailers,
            boolean reusable) {}

    private static Seen read(String method, ByteSource source, int bufferSize) throws IOException {
        ResponseReader reader = new ResponseReader(source, () -> {});
        List<ResponseHead> interim = new ArrayList<>();
        reader.begin(method, interim::add);
        ResponseHead head = reader.readHead();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(bufferSize);
        while (reader.read(buffer) >= 0) {
            body.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return new Seen(
                interim, head, body.toString(ISO_8859_1), reader.trailers(), reader.reusable());
    }

    private static Seen get(String bytes) throws IOException {
        return read("GET", Pieces.whole(bytes), 1000);
    }

    private static void assertRefused(Kind kind, String bytes) {
        for (Pieces pieces : List.of(Pieces.whole(bytes), Pieces.ofSize(bytes, 1))) {
            ExchangeFault fault =
                    assertThrows(ExchangeFault.class, () -> read("GET", pieces, 1000), bytes);
            assertEquals(kind, fault.kind(), bytes);
        }
    }

    private static final String CHUNKED =
            "HTTP/1.1 103 Early\r\nLink: </\u00e9>\r\n\r\n"
                    + OK
                    + "Transfer-Encoding:chunked\r\nX: a\r\n  b\r\nY : c\r\n\r\n"
                    + "4 ;x=\"y\"\r\nab\r\n\r\n00A\r\n0123456789\r\n0\r\nT: u\r\n\r\n";
    private static final String COUNTED = OK + "Content-Length: 7, 7\r\n\r\n\r\n\r\n\u00ff\0!";
    private static final String TO_CLOSE = OK + "X:\r\n\r\nsome bytes";

    @ParameterizedTest
    @ValueSource(strings = {CHUNKED, COUNTED, TO_CLOSE})
    void splitsChangeNothing(String bytes) throws IOException {
        Seen expected = get(bytes);
        for (int boundary = 0; boundary <= bytes.length(); boundary++) {
            assertEquals(expected, read("GET", Pieces.cutAt(bytes, boundary), 1000));
        }
        for (int size = 1; size <= bytes.length(); size++) {
            assertEquals(expected, read("GET", Pieces.ofSize(bytes, size), 1 + size % 5));
        }
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            assertEquals(
                    expected,
                    read("GET", Pieces.random(bytes, random), 1 + random.nextInt(40)),
                    "seed " + seed);
        }
    }

    @Test
    void chunkedBodiesOfAnyShapeAreReadExactly() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            StringBuilder wire = new StringBuilder(OK + "Transfer-Encoding: chunked\r\n\r\n");
            StringBuilder body = new StringBuilder();
            for (int chunk = random.nextInt(8); chunk > 0; chunk--) {
                String data =
                        "\r\n0x".repeat(1 + random.nextInt(random.nextInt(8) == 0 ? 4000 : 20));
                body.append(data);
                wire.append(Integer.toHexString(data.length())).append("\r\n").append(data);
                wire.append("\r\n");
            }
            wire.append("0\r\n\r\n");
            Seen seen =
                    read("GET", Pieces.random(wire.toString(), random), 1 + random.nextInt(9000));
            assertEquals(body.toString(), seen.body(), "seed " + seed);
            assertTrue(seen.reusable(), "seed " + seed);
        }
    }

    @Test
    void whatIsReadIsWhatWasSent() throws IOException {
        Seen chunked = get(CHUNKED);
        assertEquals(
                List.of(new ResponseHead(103, FieldList.of("Link", "</\u00e9>"))),
                chunked.interim());
        assertEquals(
                FieldList.of("Transfer-Encoding", "chunked", "X", "a b", "Y", "c"),
                chunked.head().fields());
        assertEquals("ab\r\n0123456789", chunked.body());
        assertEquals(FieldList.of("T", "u"), chunked.trailers());
        assertTrue(chunked.reusable());
        assertEquals("\r\n\r\n\u00ff\0!", get(COUNTED).body());
        assertEquals("some bytes", get(TO_CLOSE).body());
        assertFalse(get(TO_CLOSE).reusable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n",
                OK + "Content-Length: 0\r\n\r\n",
                OK + "Content-Length: 00\r\nContent-Length: 0 , 0\r\n\r\n",
                "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nConnection: a, Keep-Alive\r\nContent-Length: 0\r\n\r\n",
            })
    void responsesWithoutABodyKeepTheConnection(String bytes) throws IOException {
        Seen seen = get(bytes);
        assertEquals("", seen.body());
        assertTrue(seen.reusable());
        assertFalse(get(bytes + "x").reusable(), "surplus");
    }

    @Test
    void answersToHeadHaveNoBody() throws IOException {
        for (String framing :
                List.of("Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "")) {
            assertTrue(read("HEAD", Pieces.whole(OK + framing + "\r\n"), 10).reusable());
        }
        for (String doubt :
                List.of(
                        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                        "Content-Length: 5, 6\r\n",
                        "Content-Length: x\r\n")) {
            assertFalse(read("HEAD", Pieces.whole(OK + doubt + "\r\n"), 10).reusable());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "Connection: close\r\nContent-Length: 1\r\n\r\nx",
                OK + "Connection: x ,CLOSE\r\nContent-Length: 1\r\n\r\nx",
                OK + "Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny",
                OK + "Content-Length: 1\r\n\r\nx\n",
                OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n\r\n",
                OK + "Transfer-Encoding: identity\r\n\r\nx",
                OK + "Transfer-Encoding: gzip\r\n\r\nx",
                OK + "Transfer-Encoding: Foo , x-bar\r\nTransfer-Encoding: baz\r\n\r\nx",
                "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nx",
            })
    void theResponseStandsButNothingMayFollow(String bytes) throws IOException {
        Seen seen = get(bytes);
        assertEquals("x", seen.body());
        assertFalse(seen.reusable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                "Content-Length: 1\r\nContent-Length: 2\r\n",
                "Content-Length: 1, 2\r\n",
                "Content-Length: 1,\r\n",
                "Content-Length:\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: +1\r\n",
                "Content-Length: 0x1\r\n",
                "Content-Length: 1 1\r\n",
                "Content-Length: 9223372036854775808\r\n",
                "Content-Length : 1\r\n",
                "Transfer-Encoding\t: chunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: \u000bchunked\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked;x=1\r\n",
                "Transfer-Encoding: chunked, gzip\r\n",
                "Transfer-Encoding: gzip,\r\n",
                "Transfer-Encoding: \"gzip\"\r\n",
                "Transfer-Encoding: gzip\r\nContent-Length: 1\r\n",
                "Transfer-Encoding:\r\n",
                ": x\r\n",
                "a b: x\r\n",
                "a\u00e9: x\r\n",
                "no colon\r\n",
                " folded: first\r\n",
                "X: a\0b\r\n",
                "X: a\u007fb\r\n",
                "X: a\rb\r\n",
                "X: a\n",
                "X: a\r\r\n",
            })
    void headsInDoubtAreRefused(String lines) {
        assertRefused(Kind.PROTOCOL, OK + lines + "\r\n1\r\nx\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.x 200 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
            })
    void whatIsNoResponseIsRefused(String bytes) {
        assertRefused(Kind.PROTOCOL, bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\nx",
                " 1\r\nx\r\n0\r\n\r\n",
                "1\nx\r\n0\r\n\r\n",
                "1\r\nx\n0\r\n\r\n",
                "1\r\nxy\r\n0\r\n\r\n",
                "1\r\nx\r\n0\n\n",
                "1 x\r\nx\r\n0\r\n\r\n",
                "1;\0\r\nx\r\n0\r\n\r\n",
                "8000000000000000\r\n",
                "00000000000000001\r\nx\r\n0\r\n\r\n",
                "fffffffffffffffff\r\n",
                "1\rx\r\n0\r\n\r\n",
                "0\r\nbad trailer\r\n\r\n",
                "0\r\nT: u\n\r\n",
            })
    void chunksInDoubtAreRefused(String body) {
        assertRefused(Kind.PROTOCOL, OK + "Transfer-Encoding: chunked\r\n\r\n" + body);
    }

    @Test
    void everyCutOfAFramedResponseIsNoticed() {
        for (String bytes : List.of(CHUNKED, COUNTED)) {
            for (int length = 0; length < bytes.length(); length++) {
                assertRefused(Kind.RESET, bytes.substring(0, length));
            }
        }
    }

    @Test
    void onlyACloseNotifyEndsABodyThatRunsToTheClose() {
        ExchangeFault fault =
                assertThrows(ExchangeFault.class, () -> read("GET", Pieces.cutOff(TO_CLOSE), 100));
        assertEquals(Kind.RESET, fault.kind());
    }

    @Test
    void headsMayBeAsLongAsTheLimitAndNoLonger() throws IOException {
        String rest = OK + "Content-Length: 0\r\nX: \r\n\r\n";
        String fill = "y".repeat(FieldSection.MAX_BYTES - rest.length());
        String atLimit = OK + "Content-Length: 0\r\nX: " + fill + "\r\n\r\n";
        assertEquals(FieldSection.MAX_BYTES, atLimit.length());
        assertEquals(fill, get(atLimit).head().fields().first("X"));
        assertEquals(fill, read("GET", Pieces.ofSize(atLimit, 1000), 9).head().fields().first("X"));
        assertTrue(get(atLimit).reusable());
        assertRefused(Kind.PROTOCOL, OK + "Content-Length: 0\r\nX: y" + fill + "\r\n\r\n");
        assertRefused(Kind.PROTOCOL, OK + "X: " + "y".repeat(FieldSection.MAX_BYTES));
    }

    @Test
    void trailersMayBeAsLongAsTheLimitAndNoLonger() throws IOException {
        String upToTrailers = OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
        String value = "y".repeat(FieldSection.MAX_BYTES - "T: \r\n\r\n".length());
        Seen atLimit = get(upToTrailers + "T: " + value + "\r\n\r\n");
        assertEquals(FieldList.of("T", value), atLimit.trailers());
        assertTrue(atLimit.reusable());
        assertRefused(Kind.PROTOCOL, upToTrailers + "T: " + value + "y\r\n\r\n");
        // Nor does it wait for the end of what is too long already.
        assertRefused(Kind.PROTOCOL, upToTrailers + "T: " + value + "yyyyy");
    }

    @Test
    void trailersMayHaveAsManyLinesAsTheLimitAndNoMore() throws IOException {
        String upToTrailers = OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
        String lines = "a:b\r\n".repeat(FieldSection.MAX_LINES);
        assertEquals(FieldSection.MAX_LINES, get(upToTrailers + lines + "\r\n").trailers().size());
        assertRefused(Kind.PROTOCOL, upToTrailers + lines + "a:b\r\n\r\n");
    }

    @Test
    void headsMayHaveAsManyLinesAsTheLimitAndNoMore() throws IOException {
        String lines = "a:b\r\n".repeat(FieldSection.MAX_LINES - 1) + "Content-Length: 0\r\n";
        assertEquals(FieldSection.MAX_LINES, get(OK + lines + "\r\n").head().fields().size());
        assertRefused(Kind.PROTOCOL, OK + lines + "a:b\r\n\r\n");
    }

    @Test
    void interimResponsesAreBounded() throws IOException {
        String many = "HTTP/1.1 102 Processing\r\n\r\n".repeat(ResponseReader.MAX_INTERIM);
        String last = OK + "Content-Length: 0\r\n\r\n";
        assertEquals(ResponseReader.MAX_INTERIM, get(many + last).interim().size());
        assertRefused(Kind.PROTOCOL, many + "HTTP/1.1 102 Processing\r\n\r\n" + last);
    }

    @Test
    void chunkExtensionsAreBounded() throws IOException {
        // One byte of the extension is its semicolon.
        String most = ";" + "e".repeat(ChunkSizes.MAX_EXTENSION_BYTES - 1);
        String head = OK + "Transfer-Encoding: chunked\r\n\r\n";
        assertEquals("x", get(head + "1" + most + "\r\nx\r\n0\r\n\r\n").body());
        assertRefused(Kind.PROTOCOL, head + "1" + most + "\r\nx\r\n0;\r\n\r\n");
    }
}

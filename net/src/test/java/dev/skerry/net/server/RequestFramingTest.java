package dev.skerry.net.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestFramingTest {
    private static final String CHUNKED =
            "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final List<String> GOOD =
            List.of(
                    CHUNKED + "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
                    "PUT /%41 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                    "GET http://x/?? HTTP/1.0\r\nHost: x\r\n\r\n",
                    "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
    private static final List<String> BAD =
            List.of(
                    CHUNKED + "5\r\nhello!\r\n0\r\n\r\n",
                    CHUNKED + "5 \r\nhello\r\n0\r\n\r\n",
                    "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET x HTTP/1.1\r\nHost: x\r\n\r\n");

    @Test
    void everyMessageIsPassedOnWhereverItIsCut() {
        String two = String.join("", GOOD) + String.join("", GOOD);
        for (int cut = 0; cut <= two.length(); cut++) {
            RequestFraming framing = new RequestFraming(ServerLimits.DEFAULT);
            assertEquals(two.length(), scan(framing, two, cut), "cut at " + cut);
            assertNull(framing.refusal());
            assertFalse(framing.insideHead());
        }
    }

    @Test
    void whatIsRefusedIsRefusedTheSameWhereverItIsCut() {
        for (String bad : BAD) {
            String after = GOOD.getFirst() + bad;
            RequestFraming inOnePiece = new RequestFraming(ServerLimits.DEFAULT);
            scan(inOnePiece, after, 0);
            assertNotNull(inOnePiece.refusal(), bad);
            for (int cut = 1; cut <= after.length(); cut++) {
                RequestFraming framing = new RequestFraming(ServerLimits.DEFAULT);
                scan(framing, after, cut);
                assertEquals(inOnePiece.refusal(), framing.refusal(), bad + " cut at " + cut);
                assertEquals(inOnePiece.refusedInBody(), framing.refusedInBody());
            }
        }
    }

    /** Scans in two pieces; returns how far the second may be passed on. */
    private static int scan(RequestFraming framing, String text, int cut) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        framing.scan(bytes, 0, cut);
        return framing.scan(bytes, cut, text.length());
    }
}

package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes HTTP/1.1 response heads into buffers, one byte a char. */
final class ResponseHeads {
    private static final int STATUS_LIMIT = 600;
    private static final byte[][] STATUS_LINES = statusLines();
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final byte[] CRLF = ascii("\r\n");

    private ResponseHeads() {}

    /** An upper bound for the bytes that a status line and our own framing fields take. */
    static final int OVERHEAD = 256;

    static void statusLine(ByteBuffer out, int status) {
        if (status >= 100 && status < STATUS_LIMIT) {
            out.put(STATUS_LINES[status]);
        } else {
            out.put(makeStatusLine(status));
        }
    }

    /** The bytes that the lines of {@code fields} take. */
    static int size(FieldList fields) {
        int size = 0;
        for (int i = 0; i < fields.size(); i++) {
            size += fields.name(i).length() + fields.value(i).length() + 4;
        }
        return size;
    }

    static void line(ByteBuffer out, String name, String value) {
        chars(out, name);
        out.put((byte) ':').put((byte) ' ');
        chars(out, value);
        out.put(CRLF);
    }

    static void lines(ByteBuffer out, FieldList fields) {
        for (int i = 0; i < fields.size(); i++) {
            line(out, fields.name(i), fields.value(i));
        }
    }

    static void contentLength(ByteBuffer out, long length) {
        out.put(CONTENT_LENGTH);
        decimal(out, length);
        out.put(CRLF);
    }

    static void end(ByteBuffer out) {
        out.put(CRLF);
    }

    /** Copies chars as bytes; a line break, which would end the field, becomes a space. */
    static void chars(ByteBuffer out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.put(c == '\r' || c == '\n' || c == 0 ? (byte) ' ' : (byte) c);
        }
    }

    /** Copies field lines that the caller has put together. */
    static void lines(ByteBuffer out, CharSequence lines) {
        for (int i = 0; i < lines.length(); i++) {
            out.put((byte) lines.charAt(i));
        }
    }

    static void chunkSize(ByteBuffer out, int size) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(size)) / 4);
        for (int i = digits - 1; i >= 0; i--) {
            out.put((byte) Character.forDigit((size >>> (4 * i)) & 0xf, 16));
        }
        out.put(CRLF);
    }

    /** What follows the data of a chunk. */
    static ByteBuffer chunkEnd() {
        return ByteBuffer.wrap(CRLF).asReadOnlyBuffer();
    }

    /** The last chunk, and the trailer section (RFC 9112 §7.1). */
    static void lastChunk(ByteBuffer out, FieldList trailers) {
        out.put(LAST_CHUNK);
        for (int i = 0; i < trailers.size(); i++) {
            line(out, trailers.name(i), trailers.value(i));
        }
        end(out);
    }

    private static void decimal(ByteBuffer out, long value) {
        long divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        while (divisor > 0) {
            out.put((byte) ('0' + value / divisor % 10));
            divisor /= 10;
        }
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[STATUS_LIMIT][];
        for (int status = 100; status < STATUS_LIMIT; status++) {
            lines[status] = makeStatusLine(status);
        }
        return lines;
    }

    private static byte[] makeStatusLine(int status) {
        String reason = status == 103 ? "Early Hints" : StatusCodes.getReason(status);
        boolean known = !reason.equals("Unknown");
        return ascii("HTTP/1.1 " + status + " " + (known ? reason : "") + "\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package dev.skerry.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1 from a socket: lines, counted bytes, chunks. */
final class WireReader {
    private static final int LINE_LIMIT = 1 << 20;

    private final InputStream in;

    WireReader(InputStream in) {
        this.in = new BufferedInputStream(in, 16 * 1024);
    }

    /** A line without its CRLF (or bare LF), one char a byte; null at the end of the stream. */
    @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() == LINE_LIMIT) {
                throw new IOException("a line longer than " + LINE_LIMIT + " bytes");
            }
            line.write(b);
        }
        if (line.size() > 0) {
            throw new EOFException(
                    "closed within the line: " + line.toString(StandardCharsets.ISO_8859_1));
        }
        return null;
    }

    /** All lines up to an empty one; null when the stream ended before the first. */
    @Nullable List<String> head() throws IOException {
        String first = line();
        if (first == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (String line = first; !line.isEmpty(); line = orEof(line(), "closed within a head")) {
            lines.add(line);
        }
        return lines;
    }

    /** Copies exactly {@code count} bytes. */
    void copy(long count, OutputStream sink) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (long left = count; left > 0; ) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("closed " + left + " bytes short of " + count);
            }
            sink.write(buffer, 0, n);
            left -= n;
        }
    }

    /** Copies a chunked body and returns its trailer lines. */
    List<String> copyChunked(OutputStream sink) throws IOException {
        while (true) {
            String size = orEof(line(), "closed before a chunk size");
            int end = size.indexOf(';');
            long count = Long.parseLong((end < 0 ? size : size.substring(0, end)).trim(), 16);
            if (count == 0) {
                List<String> trailers = head();
                if (trailers == null) {
                    throw new EOFException("closed within the trailer section");
                }
                return trailers;
            }
            copy(count, sink);
            if (!orEof(line(), "closed within a chunk").isEmpty()) {
                throw new IOException("a chunk longer than its size of " + count);
            }
        }
    }

    /** Copies all that comes until the peer closes. */
    void copyToEnd(OutputStream sink) throws IOException {
        in.transferTo(sink);
    }

    /** One byte, -1 at the end. */
    int read() throws IOException {
        return in.read();
    }

    /** Whether bytes can be read without waiting. */
    boolean available() throws IOException {
        return in.available() > 0;
    }

    private static String orEof(@Nullable String line, String complaint) throws EOFException {
        if (line == null) {
            throw new EOFException(complaint);
        }
        return line;
    }
}

package dev.skerry.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A scripted response, built fluently and then left alone: one reply may answer many requests.
 * Unless told otherwise it has a truthful Content-Length and leaves the connection open.
 */
public final class Reply {
    static final long NEVER = Long.MAX_VALUE;

    /** How the body's end is told. */
    enum Framing {
        LENGTH,
        CHUNKED,
        CLOSE
    }

    /** How a connection is cut. */
    enum Cut {
        FIN,
        RST
    }

    /** A wait before the byte at an offset of the body. */
    record Stall(long offset, Gate gate) {}

    final int status;
    final List<byte[]> fieldLines = new ArrayList<>();
    final List<byte[]> interims = new ArrayList<>();
    final List<Gate> gatesBeforeHead = new ArrayList<>();
    final List<Stall> stalls = new ArrayList<>();
    final List<String> trailers = new ArrayList<>();
    byte @Nullable [] raw;
    @Nullable String reason;
    Framing framing = Framing.LENGTH;
    int chunkSize = 16 * 1024;
    long length;
    LongUnaryOperator bytes = offset -> 0;
    long announced = -1;
    boolean cutBeforeHead;
    long cutAfter = NEVER;
    Cut cut = Cut.FIN;
    byte[] surplus = {};
    boolean announceClose;
    boolean closeAfter;
    boolean early;

    private Reply(int status) {
        this.status = status;
    }

    /** A 200. */
    public static Reply ok() {
        return new Reply(200);
    }

    /** A response with this status code. */
    public static Reply status(int status) {
        return new Reply(status);
    }

    /** These bytes and nothing else, one a char; then the connection stays open unless closed. */
    public static Reply raw(String bytes) {
        return raw(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** These bytes and nothing else. Cuts and stalls count them as a body. */
    public static Reply raw(byte[] bytes) {
        Reply reply = new Reply(0).body(bytes);
        reply.raw = bytes.clone();
        return reply;
    }

    /** The reason phrase; by default the one of RFC 9110 or "Scripted". */
    public Reply reason(String phrase) {
        reason = phrase;
        return this;
    }

    /** Appends a field; one byte a char. */
    public Reply field(String name, String value) {
        return fieldLine((name + ": " + value).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Appends a field line as it is; the CRLF is added. */
    public Reply fieldLine(byte[] line) {
        fieldLines.add(line.clone());
        return this;
    }

    /** The body, in UTF-8. */
    public Reply body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The body. */
    public Reply body(byte[] body) {
        byte[] copy = body.clone();
        length = copy.length;
        bytes = offset -> copy[(int) offset];
        return this;
    }

    /** A body of {@code count} bytes of {@link PatternBytes} with this seed; nobody holds it. */
    public Reply pattern(long seed, long count) {
        length = count;
        bytes = offset -> PatternBytes.at(seed, offset);
        return this;
    }

    /** A body of the bytes of a pattern from one offset to another (exclusive). */
    public Reply pattern(long seed, long from, long to) {
        length = to - from;
        bytes = offset -> PatternBytes.at(seed, from + offset);
        return this;
    }

    /** Sends the body chunked. */
    public Reply chunked() {
        framing = Framing.CHUNKED;
        return this;
    }

    /** Sends the body in chunks of this size. */
    public Reply chunked(int size) {
        chunkSize = size;
        return chunked();
    }

    /** Appends a trailer field; needs {@link #chunked()}. */
    public Reply trailer(String name, String value) {
        trailers.add(name + ": " + value);
        return this;
    }

    /** Sends the body without any framing field and closes the connection after it. */
    public Reply closeDelimited() {
        framing = Framing.CLOSE;
        closeAfter = true;
        return this;
    }

    /** Announces this Content-Length, whatever is sent. */
    public Reply announce(long contentLength) {
        announced = contentLength;
        return this;
    }

    /** Sends an interim response first; name and value in turn. */
    public Reply interim(int code, String... namesAndValues) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " Interim\r\n");
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            head.append(namesAndValues[i]).append(": ").append(namesAndValues[i + 1]);
            head.append("\r\n");
        }
        interims.add(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends nothing (but interim responses) before the gate is open. */
    public Reply stallBeforeHead(Gate gate) {
        gatesBeforeHead.add(gate);
        return this;
    }

    /** Sends head and {@code bodyBytes} bytes of the body, and the rest when the gate is open. */
    public Reply stallAfter(long bodyBytes, Gate gate) {
        stalls.add(new Stall(bodyBytes, gate));
        return this;
    }

    /** Closes the connection before the head. */
    public Reply cutBeforeHead() {
        cutBeforeHead = true;
        return this;
    }

    /** Resets the connection before the head. */
    public Reply resetBeforeHead() {
        cut = Cut.RST;
        return cutBeforeHead();
    }

    /** Closes the connection (FIN) after {@code bodyBytes} bytes of the body. */
    public Reply cutAfter(long bodyBytes) {
        cutAfter = bodyBytes;
        return this;
    }

    /**
     * Resets the connection (RST) after {@code bodyBytes} bytes of the body. A reset overtakes
     * data: the peer may lose bytes that it had not read yet.
     */
    public Reply resetAfter(long bodyBytes) {
        cut = Cut.RST;
        return cutAfter(bodyBytes);
    }

    /** Sends these bytes after the whole response, at once with its end. */
    public Reply surplus(String after) {
        surplus = after.getBytes(StandardCharsets.ISO_8859_1);
        return this;
    }

    /** Says {@code Connection: close} and does so. */
    public Reply close() {
        announceClose = true;
        closeAfter = true;
        return this;
    }

    /** Closes the connection after the response without having said so. */
    public Reply closeSilently() {
        closeAfter = true;
        return this;
    }

    /** Answers without reading the request's body, and closes after that if there was one. */
    public Reply beforeRequestBody() {
        early = true;
        return this;
    }
}

package dev.skerry.net.client;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.Framing.Delimiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The only reader of responses on a connection: heads, interim responses, bodies, trailers, and
 * what must not be there after them. One exchange at a time, one thread at a time.
 */
final class ResponseReader {
    /** Interim responses that one exchange may have. */
    static final int MAX_INTERIM = 100;

    private final ByteSource source;
    private final ReceiveBuffer buffer;
    private final Runnable doubt;

    private String method = "";
    private Consumer<ResponseHead> interim = head -> {};
    private int interimSeen;
    private @Nullable ResponseHead head;
    private Framing framing = new Framing(Delimiter.NONE, 0, false);
    private long left;
    private ChunkSizes chunks = new ChunkSizes();
    private boolean inTrailers;
    private FieldList trailers = FieldList.EMPTY;
    private boolean whole;
    private boolean surplus;

    /**
     * A reader.
     *
     * @param doubt told of bytes that no request asked for, and of framing that cannot be trusted
     */
    ResponseReader(ByteSource source, Runnable doubt) {
        this.source = source;
        this.buffer = new ReceiveBuffer(source);
        this.doubt = doubt;
    }

    /**
     * Whether nothing has arrived since the last response was whole, and the peer has not closed:
     * then the next response is the answer to the next request, as far as anybody can tell.
     */
    boolean isQuiet() {
        try {
            boolean closed = buffer.isEmpty() && buffer.fillArrived() < 0;
            if (!buffer.isEmpty() && !isFarewell()) {
                doubt.run();
            }
            return !closed && buffer.isEmpty();
        } catch (IOException gone) {
            return false;
        }
    }

    /** Some servers say 408 (Request Timeout) before they close a connection that waits. */
    private boolean isFarewell() {
        String start =
                new String(
                        buffer.array(),
                        buffer.position(),
                        Math.min(buffer.size(), "HTTP/1.1 408 ".length()),
                        StandardCharsets.ISO_8859_1);
        return start.equals("HTTP/1.1 408 ") || start.equals("HTTP/1.0 408 ");
    }

    /** Begins with the response to a request that is about to be sent. */
    void begin(String requestMethod, Consumer<ResponseHead> interimConsumer) {
        method = requestMethod;
        interim = interimConsumer;
        interimSeen = 0;
        head = null;
        trailers = FieldList.EMPTY;
        whole = false;
        surplus = false;
        inTrailers = false;
        buffer.beginSection();
    }

    /** Waits for the head of the final response. */
    ResponseHead readHead() throws IOException {
        ResponseHead found = head;
        while (found == null) {
            found = headInBuffer();
            if (found == null && !buffer.fill()) {
                throw ExchangeFault.reset(
                        buffer.isEmpty()
                                ? "closed by the peer before a response"
                                : "closed by the peer within the response head");
            }
        }
        return found;
    }

    private @Nullable ResponseHead headInBuffer() throws ExchangeFault {
        while (head == null) {
            if (!FieldSection.startsWithVersion(
                    buffer.array(), buffer.position(), buffer.position() + buffer.size())) {
                doubt.run();
                throw ExchangeFault.protocol("what was received is no HTTP/1 response");
            }
            int length = buffer.sectionLength();
            if (length < 0) {
                return null;
            }
            int from = buffer.position();
            FieldSection section = new FieldSection(buffer.array(), from, from + length);
            int line = section.statusLine();
            ResponseHead received = new ResponseHead(line / 10, section.fields());
            buffer.skip(length);
            buffer.beginSection();
            accept(received, line % 10);
        }
        return head;
    }

    private void accept(ResponseHead received, int minor) throws ExchangeFault {
        if (received.status() == 101) {
            throw ExchangeFault.protocol("protocols switched without being asked to");
        }
        if (received.status() < 200) {
            if (++interimSeen > MAX_INTERIM) {
                throw ExchangeFault.protocol("more than " + MAX_INTERIM + " interim responses");
            }
            interim.accept(received);
            return;
        }
        try {
            framing = Framing.of(method, minor, received.status(), received.fields());
        } catch (ExchangeFault inDoubt) {
            doubt.run();
            throw inDoubt;
        }
        head = received;
        left = framing.length();
        if (framing.delimiter() == Delimiter.CHUNKED) {
            chunks = new ChunkSizes();
            inTrailers = false;
        } else if (framing.delimiter() == Delimiter.NONE) {
            complete();
        }
    }

    /** How the present response is delimited; known once its head is. */
    Framing framing() {
        return framing;
    }

    /** Whether the body, its trailers included, has been consumed. */
    boolean whole() {
        return whole;
    }

    /** Whether the connection can carry another exchange as far as responses are concerned. */
    boolean reusable() {
        return whole && !surplus && framing.persistent();
    }

    FieldList trailers() {
        return trailers;
    }

    /** Reads body bytes; -1 only when the body is whole. */
    int read(ByteBuffer into) throws IOException {
        if (whole) {
            return -1;
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        return switch (framing.delimiter()) {
            case NONE -> -1;
            case LENGTH -> readCounted(into);
            case CHUNKED -> readChunked(into);
            case CLOSE -> readToClose(into);
        };
    }

    private int readCounted(ByteBuffer into) throws IOException {
        int count = buffer.isEmpty() ? readPast(into, left) : buffer.moveTo(into, left);
        if (count < 0) {
            throw ExchangeFault.reset("closed by the peer, " + left + " bytes short");
        }
        left -= count;
        if (left == 0) {
            complete();
        }
        return count;
    }

    /**
     * Reads without a copy. Does not stop the socket at {@code expected}: what comes beyond it in
     * the same read is seen here and dropped, where it would else be found only at the next use.
     */
    private int readPast(ByteBuffer into, long expected) throws IOException {
        int count = source.read(into);
        if (count > expected) {
            into.position(into.position() - (int) (count - expected));
            surplus = true;
            return (int) expected;
        }
        return count;
    }

    private int readToClose(ByteBuffer into) throws IOException {
        int count = buffer.isEmpty() ? source.read(into) : buffer.moveTo(into, Long.MAX_VALUE);
        if (count >= 0) {
            return count;
        }
        if (!source.endIsClean()) {
            throw ExchangeFault.reset("cut off where only a close_notify ends the body");
        }
        complete();
        return -1;
    }

    private int readChunked(ByteBuffer into) throws IOException {
        while (true) {
            advanceChunks();
            if (whole) {
                return -1;
            }
            long data = chunks.dataLeft();
            if (data > 0) {
                int count = buffer.isEmpty() ? readWithin(into, data) : buffer.moveTo(into, data);
                if (count > 0) {
                    chunks.dataTaken(count);
                    advanceChunks();
                    return count;
                }
                throw ExchangeFault.reset("closed by the peer within a chunk");
            }
            if (!buffer.fill()) {
                throw ExchangeFault.reset("closed by the peer before the last chunk");
            }
        }
    }

    /** Goes on through sizes, line ends and trailers as far as they have arrived. */
    private void advanceChunks() throws ExchangeFault {
        while (!inTrailers && chunks.dataLeft() == 0 && !buffer.isEmpty()) {
            chunks.accept(buffer.take());
            if (chunks.lastSeen()) {
                inTrailers = true;
                buffer.beginSection();
            }
        }
        if (inTrailers && !whole) {
            int length = buffer.sectionLength();
            if (length >= 0) {
                int from = buffer.position();
                trailers = new FieldSection(buffer.array(), from, from + length).fields();
                buffer.skip(length);
                complete();
            }
        }
    }

    /** Small chunks go through the buffer, so that one read takes many; large ones past it. */
    private int readWithin(ByteBuffer into, long data) throws IOException {
        int wanted = (int) Math.min(data, into.remaining());
        if (wanted < 4096) {
            return buffer.fill() ? buffer.moveTo(into, data) : -1;
        }
        int end = into.limit();
        into.limit(into.position() + wanted);
        try {
            return source.read(into);
        } finally {
            into.limit(end);
        }
    }

    private void complete() {
        whole = true;
        surplus |= !buffer.isEmpty();
        if (surplus) {
            doubt.run();
        }
    }
}

package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.ssl.SslConnection;

/**
 * An HTTP/1 exchange. Undertow has parsed the request and owns keep-alive; the response is written
 * by us straight to the channel, beneath Undertow's response conduits: {@code
 * docs/decisions/0003-undertow-hot-path.md} tells why and what must hold.
 */
final class Http1Exchange extends ServerExchange {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Exchange.class);

    /** So much of a body that the handler did not want is read to keep the connection. */
    private static final int DRAIN_BYTES = 64 * 1024;

    /** Past this the interim responses that a client does not read are dropped. */
    private static final int MAX_UNSENT_INTERIM_BYTES = 64 * 1024;

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final ClientConnection connection;
    private boolean keepAlive = true;
    private boolean headBegun;
    private boolean continueDue;
    private ByteBuffer unsentInterim = EMPTY;
    private @Nullable ResponsePump pump;

    Http1Exchange(HttpServerExchange exchange, RequestHead request, ClientConnection connection) {
        super(exchange, request, connection.peer(), connection.loop(), connection.limits());
        this.connection = connection;
        this.continueDue =
                !exchange.isRequestComplete()
                        && exchange.isHttp11()
                        && exchange.getRequestHeaders().contains(Headers.EXPECT);
    }

    @Override
    public String protocolVersion() {
        return exchange.isHttp11() ? "HTTP/1.1" : "HTTP/1.0";
    }

    @Override
    public long requestBodyLength() {
        if (exchange.isRequestComplete() && openedBody() == null) {
            return 0;
        }
        if (exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)) {
            return -1;
        }
        return Math.max(0, exchange.getRequestContentLength());
    }

    @Override
    public void sendInterim(ResponseHead head) {
        if (exchange.isHttp11()) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(ResponseHeads.OVERHEAD + ResponseHeads.size(head.fields()));
            ResponseHeads.statusLine(bytes, head.status());
            for (int i = 0; i < head.fields().size(); i++) {
                ResponseHeads.line(bytes, head.fields().name(i), head.fields().value(i));
            }
            ResponseHeads.end(bytes);
            onLoop(() -> writeInterim(bytes.flip()));
        }
    }

    @Override
    void continueRequest() {
        if (continueDue) {
            continueDue = false;
            writeInterim(ByteBuffer.wrap(CONTINUE));
        }
    }

    private void onLoop(Runnable task) {
        if (loop.isCurrent()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private void writeInterim(ByteBuffer bytes) {
        if (ended() || headBegun) {
            return;
        }
        try {
            if (!unsentInterim.hasRemaining()) {
                sink().write(bytes);
                sink().flush();
            }
        } catch (IOException e) {
            LOG.debug("an interim response did not leave", e);
        }
        boolean begun = bytes.position() > 0;
        if (bytes.hasRemaining()
                && (begun || unsentInterim.remaining() < MAX_UNSENT_INTERIM_BYTES)) {
            // Goes out before the final head.
            unsentInterim =
                    ByteBuffer.allocate(unsentInterim.remaining() + bytes.remaining())
                            .put(unsentInterim)
                            .put(bytes)
                            .flip();
        }
    }

    // ---- The general path

    @Override
    void writeHead(ResponseHead head, @Nullable BodySource source) {
        int status = head.status();
        decideKeepAlive();
        boolean content = hasContent(status);
        long length = source == null ? 0 : source.length();
        ResponsePump.Framing framing = framing(content, length);
        ByteBuffer out = buffer(ResponseHeads.size(head.fields()));
        ResponseHeads.statusLine(out, status);
        boolean announced = writeFields(out, head.fields(), !content && source == null);
        if (!announced && length >= 0 && announcesLength(status, content, source)) {
            ResponseHeads.contentLength(out, length);
        }
        if (framing == ResponsePump.Framing.CHUNKED) {
            ResponseHeads.line(out, "Transfer-Encoding", "chunked");
        }
        endHead(out);
        BodySource sent;
        if (content && source != null) {
            sent = source;
        } else {
            closeQuietly(source);
            sent = new BufferSource(EMPTY.duplicate(), () -> {});
            framing = ResponsePump.Framing.LENGTH;
            length = 0;
        }
        startPump(new ResponsePump(this, loop, sink(), sent, framing, out.flip(), length, 0));
    }

    private ResponsePump.Framing framing(boolean content, long length) {
        if (!content || length >= 0) {
            return ResponsePump.Framing.LENGTH;
        }
        if (exchange.isHttp11()) {
            return ResponsePump.Framing.CHUNKED;
        }
        keepAlive = false;
        return ResponsePump.Framing.CLOSE;
    }

    /** Of a body that is not sent the length is told if known, but never with 1xx and 204. */
    private boolean announcesLength(int status, boolean content, @Nullable BodySource source) {
        return content || (status != 204 && status >= 200 && source != null);
    }

    /** Writes the fields but those of framing; returns whether a Content-Length was kept. */
    private static boolean writeFields(ByteBuffer out, FieldList fields, boolean keepsLength) {
        boolean kept = false;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            boolean isLength = name.equalsIgnoreCase("Content-Length");
            if (isLength && keepsLength && !kept) {
                kept = true;
            } else if (isLength
                    || name.equalsIgnoreCase("Connection")
                    || name.equalsIgnoreCase("Transfer-Encoding")) {
                continue;
            }
            ResponseHeads.line(out, name, fields.value(i));
        }
        return kept;
    }

    @Override
    public FieldList trailers(BodySource source) {
        FieldList trailers = source.trailers();
        return trailers.size() > 0 && acceptsTrailers() ? trailers : FieldList.EMPTY;
    }

    private void startPump(ResponsePump started) {
        pump = started;
        started.start();
    }

    // ---- The path of a memory hit

    @Override
    void writeStored(
            int status,
            ByteBuffer storedLines,
            CharSequence ownLines,
            ByteBuffer body,
            Runnable release) {
        decideKeepAlive();
        boolean content = hasContent(status);
        int length = body.remaining();
        int lines = storedLines.remaining();
        ByteBuffer out = buffer(lines + ownLines.length());
        ResponseHeads.statusLine(out, status);
        out.put(out.position(), storedLines, storedLines.position(), lines);
        out.position(out.position() + lines);
        ResponseHeads.lines(out, ownLines);
        if (content || (length > 0 && status >= 200 && status != 204)) {
            ResponseHeads.contentLength(out, length);
        }
        endHead(out);
        int sent = content ? length : 0;
        boolean copied = sent > 0 && sent <= out.remaining();
        if (copied) {
            out.put(out.position(), body, body.position(), sent);
            out.position(out.position() + sent);
        }
        out.flip();
        writeAtOnce(out, copied ? 0 : sent, copied ? sent : 0, body, release);
    }

    /**
     * Writes head and body with one system call. What the socket does not take is left to a pump.
     *
     * @param separate body bytes still in {@code body}
     * @param copied body bytes that are in {@code out} already
     */
    private void writeAtOnce(
            ByteBuffer out, int separate, int copied, ByteBuffer body, Runnable release) {
        ByteBuffer rest = separate > 0 ? body.duplicate() : EMPTY;
        boolean flushed;
        try {
            ConduitStreamSinkChannel sink = sink();
            if (separate > 0) {
                sink.getConduit().write(loop.parts(out, rest, EMPTY), 0, 2);
                loop.forgetParts();
            } else {
                sink.getConduit().write(out);
            }
            flushed = !out.hasRemaining() && !rest.hasRemaining() && sink.flush();
        } catch (IOException e) {
            LOG.debug("a response did not leave", e);
            release.run();
            end(false);
            return;
        }
        addBodyBytes(copied + separate - rest.remaining());
        if (flushed) {
            release.run();
            end(true);
        } else {
            BodySource source = new BufferSource(rest, release);
            startPump(
                    new ResponsePump(
                            this,
                            loop,
                            sink(),
                            source,
                            ResponsePump.Framing.LENGTH,
                            out,
                            source.length(),
                            copied + separate - rest.remaining()));
        }
    }

    // ---- Heads

    /** An empty buffer for a head, the interim responses that are stuck before it included. */
    private ByteBuffer buffer(int lines) {
        headBegun = true;
        int needed = ResponseHeads.OVERHEAD + lines + unsentInterim.remaining();
        ByteBuffer out = loop.scratch();
        if (needed > out.capacity()) {
            out = ByteBuffer.allocate(needed);
        }
        if (unsentInterim.hasRemaining()) {
            out.put(unsentInterim);
        }
        return out;
    }

    private void endHead(ByteBuffer out) {
        if (!keepAlive) {
            ResponseHeads.line(out, "Connection", "close");
        } else if (!exchange.isHttp11()) {
            ResponseHeads.line(out, "Connection", "keep-alive");
        }
        ResponseHeads.end(out);
    }

    private void decideKeepAlive() {
        keepAlive = keepAlive && exchange.isPersistent() && !connection.draining() && requestRead();
    }

    /** Whether nothing of the request is left to read; tries to read a little that nobody wants. */
    private boolean requestRead() {
        if (exchange.isRequestComplete()) {
            return true;
        }
        if (continueDue || openedBody() != null) {
            return false;
        }
        StreamSourceChannel unread = exchange.getRequestChannel();
        if (unread == null) {
            return false;
        }
        try {
            int drained = 0;
            while (drained < DRAIN_BYTES) {
                int count = unread.read(loop.scratch());
                if (count <= 0) {
                    break;
                }
                drained += count;
            }
        } catch (IOException e) {
            LOG.debug("a request body was not read", e);
            return false;
        }
        return exchange.isRequestComplete();
    }

    private ConduitStreamSinkChannel sink() {
        return connection.channel().getSinkChannel();
    }

    // ---- The end

    @Override
    public void writeBlocked() {
        connection.writeBlocked();
    }

    @Override
    public void writeProgressed() {
        connection.writeProgressed();
    }

    /** Straight to the socket: no conduit of Undertow's lies between, nor TLS. */
    @Override
    public boolean takesFiles() {
        return !(connection.channel() instanceof SslConnection);
    }

    @Override
    void forbidKeepAlive() {
        keepAlive = false;
    }

    @Override
    void stopSending() {
        if (pump != null) {
            pump.stop();
        }
    }

    @Override
    void finish() {
        connection.writeProgressed();
        if (keepAlive && exchange.isRequestComplete()) {
            connection.requestEnded();
            Connectors.terminateResponse(exchange);
        } else {
            exchange.setPersistent(false);
            connection.linger();
        }
    }

    @Override
    void cut() {
        exchange.setPersistent(false);
        connection.cut();
    }
}

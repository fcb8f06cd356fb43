package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/** A stream of an HTTP/2 connection. Undertow does the framing. */
final class Http2Exchange extends ServerExchange {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Exchange.class);
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final ClientConnection connection;
    private final Http2Interims.@Nullable Stream stream;
    private boolean inCall = true;
    private boolean headBegun;
    private @Nullable BodySource held;
    private @Nullable ResponsePump pump;

    Http2Exchange(HttpServerExchange exchange, RequestHead request, ClientConnection connection) {
        super(exchange, request, connection.peer(), connection.loop(), connection.limits());
        this.connection = connection;
        this.stream = Http2Interims.streamOf(exchange);
        connection.streamStarted(this);
    }

    @Override
    public String protocolVersion() {
        return "HTTP/2";
    }

    @Override
    public long requestBodyLength() {
        if (exchange.isRequestComplete() && openedBody() == null) {
            return 0;
        }
        return exchange.getRequestContentLength();
    }

    @Override
    public void sendInterim(ResponseHead head) {
        if (stream == null) {
            return;
        }
        if (loop.isCurrent()) {
            writeInterim(stream, head);
        } else {
            loop.execute(() -> writeInterim(stream, head));
        }
    }

    private void writeInterim(Http2Interims.Stream on, ResponseHead head) {
        if (ended() || headBegun) {
            return;
        }
        try {
            on.send(head);
        } catch (IOException e) {
            LOG.debug("an interim response did not leave", e);
        }
    }

    @Override
    void continueRequest() {
        if (!HttpContinue.requiresContinueResponse(exchange)) {
            return;
        }
        HttpContinue.sendContinueResponse(
                exchange,
                new IoCallback() {
                    @Override
                    public void onComplete(HttpServerExchange exchange, Sender sender) {}

                    @Override
                    public void onException(
                            HttpServerExchange exchange, Sender sender, IOException exception) {
                        LOG.debug("100 (Continue) did not leave", exception);
                    }
                });
    }

    /**
     * The handler has returned. Undertow does not let a channel be resumed inside the call, so what
     * was sent there starts now.
     */
    void callEnded() {
        inCall = false;
        BodySource due = held;
        held = null;
        if (due != null) {
            startPump(due);
        }
    }

    @Override
    void writeHead(ResponseHead head, @Nullable BodySource source) {
        HeaderMap fields = exchange.getResponseHeaders();
        boolean content = hasContent(head.status());
        boolean keepsLength = !content && source == null;
        for (int i = 0; i < head.fields().size(); i++) {
            addField(fields, head.fields().name(i), head.fields().value(i), keepsLength);
        }
        start(head.status(), content, source);
    }

    @Override
    void writeStored(
            int status,
            ByteBuffer storedLines,
            CharSequence ownLines,
            ByteBuffer body,
            Runnable release) {
        HeaderMap fields = exchange.getResponseHeaders();
        byte[] stored = new byte[storedLines.remaining()];
        storedLines.get(storedLines.position(), stored);
        addLines(fields, new String(stored, StandardCharsets.ISO_8859_1));
        addLines(fields, ownLines.toString());
        boolean announced = hasContent(status) || body.hasRemaining();
        BodySource source = announced ? new BufferSource(body.duplicate(), release) : null;
        if (source == null) {
            release.run();
        }
        start(status, hasContent(status), source);
    }

    private static void addLines(HeaderMap fields, String lines) {
        int at = 0;
        while (at < lines.length()) {
            int end = lines.indexOf('\r', at);
            int colon = lines.indexOf(':', at);
            if (end < 0 || colon < 0 || colon > end) {
                throw new IllegalArgumentException("malformed field lines");
            }
            addField(
                    fields,
                    lines.substring(at, colon),
                    lines.substring(colon + 1, end).strip(),
                    false);
            at = end + 2;
        }
    }

    /** Leaves out what HTTP/2 forbids (RFC 9113 §8.2.2). */
    static void addField(HeaderMap fields, String name, String value, boolean keepsLength) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "connection",
                    "transfer-encoding",
                    "keep-alive",
                    "proxy-connection",
                    "upgrade" -> {}
            case "content-length" -> {
                if (keepsLength) {
                    fields.put(Headers.CONTENT_LENGTH, value);
                }
            }
            default -> fields.add(new HttpString(name), value);
        }
    }

    private void start(int status, boolean content, @Nullable BodySource source) {
        headBegun = true;
        exchange.setStatusCode(status);
        long length = source == null ? 0 : source.length();
        boolean announces = content || (source != null && status != 204 && status >= 200);
        if (announces && length >= 0) {
            exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, length);
        }
        BodySource sent;
        if (content && source != null) {
            sent = source;
        } else {
            closeQuietly(source);
            sent = new BufferSource(EMPTY.duplicate(), () -> {});
        }
        if (inCall) {
            held = sent;
        } else {
            startPump(sent);
        }
    }

    /** Gives them to the stream, which sends them with its last frame, and leaves none to write. */
    @Override
    public FieldList trailers(BodySource source) {
        FieldList trailers = source.trailers();
        int bytes = 0;
        HeaderMap fields = new HeaderMap();
        for (int i = 0; i < trailers.size(); i++) {
            bytes += trailers.name(i).length() + trailers.value(i).length() + 32;
            addField(fields, trailers.name(i), trailers.value(i), false);
        }
        if (bytes > 0 && bytes <= BodySource.MAX_HTTP2_TRAILER_BYTES && acceptsTrailers()) {
            exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, fields);
        }
        return FieldList.EMPTY;
    }

    private void startPump(BodySource source) {
        if (ended()) {
            source.close();
            return;
        }
        StreamSinkChannel sink = exchange.getResponseChannel();
        if (sink == null) {
            source.close();
            end(false);
            return;
        }
        pump = new ResponsePump(this, loop, sink, source, ResponsePump.Framing.STREAM, EMPTY, 0, 0);
        pump.start();
    }

    @Override
    public void writeBlocked() {
        connection.writeBlocked();
    }

    @Override
    public void writeProgressed() {
        connection.writeProgressed();
    }

    /** Frames are put together in buffers. */
    @Override
    public boolean takesFiles() {
        return false;
    }

    @Override
    void forbidKeepAlive() {}

    @Override
    void stopSending() {
        if (pump != null) {
            pump.stop();
        }
        closeQuietly(held);
        held = null;
    }

    @Override
    void finish() {
        connection.writeProgressed();
        connection.streamEnded(this);
        if (!exchange.isRequestComplete()) {
            // The answer is whole; the client may stop sending (RFC 9113 §8.1).
            exchange.endExchange();
        }
    }

    @Override
    void cut() {
        connection.streamEnded(this);
        IoUtils.safeClose(exchange.getConnection());
    }
}

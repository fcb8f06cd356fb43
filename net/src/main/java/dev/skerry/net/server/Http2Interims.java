package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.AbstractHttp2StreamSourceChannel;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2HeadersStreamSinkChannel;
import io.undertow.protocols.http2.Http2StreamSourceChannel;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * An HTTP/2 connection that can send interim responses (RFC 9113 §8.1), for which Undertow has no
 * call. {@code docs/decisions/0018-interim-responses-over-http2.md} tells how. Everything happens
 * on the I/O thread.
 */
final class Http2Interims extends Http2Channel {
    /** Heads that the socket has not taken yet; each holds two pooled buffers. */
    private static final int MAX_UNSENT = 32;

    private static final AttachmentKey<Http2Interims> KEY =
            AttachmentKey.create(Http2Interims.class);

    private final Deque<Http2HeadersStreamSinkChannel> unsent = new ArrayDeque<>(0);
    private @Nullable Http2StreamSourceChannel latest;

    Http2Interims(
            StreamConnection connection,
            ByteBufferPool buffers,
            @Nullable PooledByteBuffer read,
            OptionMap options) {
        super(connection, "h2", buffers, read, false, false, options);
        putAttachment(KEY, this);
    }

    /** One request's stream. */
    record Stream(Http2Interims connection, Http2StreamSourceChannel source) {
        /** Sends an interim head, unless the stream is closed or the client does not read. */
        void send(ResponseHead head) throws IOException {
            if (source.getResponseChannel().isOpen()) {
                connection.send(source.getStreamId(), head);
            }
        }
    }

    /**
     * The stream of a request that is being handed to its handler; null on a connection that came
     * to HTTP/2 by an upgrade.
     */
    static @Nullable Stream streamOf(HttpServerExchange exchange) {
        Http2Interims connection = exchange.getConnection().getAttachment(KEY);
        Http2StreamSourceChannel source = connection == null ? null : connection.latest;
        return connection == null || source == null ? null : new Stream(connection, source);
    }

    /** Undertow hands a request to its handler at once, on this thread. */
    @Override
    public synchronized @Nullable AbstractHttp2StreamSourceChannel receive() throws IOException {
        AbstractHttp2StreamSourceChannel frame = super.receive();
        if (frame instanceof Http2StreamSourceChannel stream) {
            latest = stream;
        }
        return frame;
    }

    /**
     * Flushing without shutting down makes a HEADERS frame without END_STREAM. The sink is then
     * left alone: closing it would close the stream.
     */
    private void send(int streamId, ResponseHead head) throws IOException {
        unsent.removeIf(sink -> !sink.isReadyForFlush());
        if (unsent.size() >= MAX_UNSENT) {
            return;
        }
        HeaderMap fields = new HeaderMap();
        fields.add(STATUS, head.status());
        FieldList lines = head.fields();
        for (int i = 0; i < lines.size(); i++) {
            Http2Exchange.addField(fields, lines.name(i), lines.value(i), false);
        }
        Http2HeadersStreamSinkChannel sink =
                new Http2HeadersStreamSinkChannel(this, streamId, fields);
        sink.flush();
        if (sink.isReadyForFlush()) {
            unsent.add(sink);
        }
    }
}

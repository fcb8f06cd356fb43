package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** Follows each accepted connection and starts what its first bytes ask for: HTTP/1, or h2c. */
final class PlainOpenListener implements ChannelListener<StreamConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(PlainOpenListener.class);
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Connections connections;
    private final StartingListener http1;
    private final StartingListener http2;
    private final ByteBufferPool buffers;

    PlainOpenListener(
            Connections connections,
            StartingListener http1,
            StartingListener http2,
            ByteBufferPool buffers) {
        this.connections = connections;
        this.http1 = http1;
        this.http2 = http2;
        this.buffers = buffers;
    }

    @Override
    public void handleEvent(StreamConnection channel) {
        if (!connections.admit()) {
            refuse(channel, connections.refusals());
            return;
        }
        ClientConnection connection = connections.follow(channel, false);
        connections.watchClose(connection);
        channel.getSourceChannel().setReadListener(source -> begin(channel, source));
        begin(channel, channel.getSourceChannel());
    }

    private void begin(StreamConnection channel, ConduitStreamSourceChannel source) {
        PooledByteBuffer pooled = buffers.allocate();
        boolean handedOn = false;
        try {
            ByteBuffer bytes = pooled.getBuffer();
            int count = source.read(bytes);
            if (count == 0) {
                source.resumeReads();
            } else if (count < 0) {
                IoUtils.safeClose(channel);
            } else {
                source.suspendReads();
                source.setReadListener(null);
                handedOn = true;
                StartingListener protocol = startsWithPreface(bytes.flip()) ? http2 : http1;
                protocol.handleEvent(channel, pooled);
            }
        } catch (IOException e) {
            LOG.debug("a connection broke before its first request", e);
            IoUtils.safeClose(channel);
        } finally {
            if (!handedOn) {
                pooled.close();
            }
        }
    }

    private static boolean startsWithPreface(ByteBuffer bytes) {
        if (bytes.remaining() < PREFACE.length) {
            return false;
        }
        for (int i = 0; i < PREFACE.length; i++) {
            if (bytes.get(bytes.position() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    private static void refuse(StreamConnection channel, FieldList fields) {
        ByteBuffer out = ByteBuffer.allocate(512);
        ResponseHeads.statusLine(out, 503);
        ResponseHeads.lines(out, fields);
        ResponseHeads.contentLength(out, 0);
        ResponseHeads.line(out, "Connection", "close");
        ResponseHeads.end(out);
        try {
            channel.getSinkChannel().write(out.flip());
        } catch (IOException e) {
            LOG.debug("a surplus connection was not told", e);
        }
        IoUtils.safeClose(channel);
    }
}

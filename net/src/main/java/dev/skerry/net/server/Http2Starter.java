package dev.skerry.net.server;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http2.Http2ReceiveListener;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/** Starts HTTP/2 on a connection whose client begins with the preface. */
final class Http2Starter extends StartingListener {
    private final int bufferBytes;

    Http2Starter(
            Connections connections,
            ByteBufferPool buffers,
            HttpHandler root,
            OptionMap options,
            int bufferBytes) {
        super(connections, buffers, root, options);
        this.bufferBytes = bufferBytes;
    }

    @Override
    void start(
            ClientConnection connection,
            StreamConnection channel,
            @Nullable PooledByteBuffer read) {
        connection.becomeHttp2();
        Http2Channel http2 =
                new Http2Interims(channel, getBufferPool(), read, getUndertowOptions());
        connection.goAwayWith(() -> http2.sendGoAway(Http2Channel.ERROR_NO_ERROR));
        http2.getReceiveSetter()
                .set(
                        new Http2ReceiveListener(
                                getRootHandler(), getUndertowOptions(), bufferBytes, null));
        http2.resumeReceives();
    }
}

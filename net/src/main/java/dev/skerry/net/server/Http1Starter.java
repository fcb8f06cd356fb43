package dev.skerry.net.server;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/** Starts HTTP/1 on a connection. */
final class Http1Starter extends StartingListener {
    private final HttpOpenListener undertow;

    Http1Starter(
            Connections connections, ByteBufferPool buffers, HttpHandler root, OptionMap options) {
        super(connections, buffers, root, options);
        undertow = new HttpOpenListener(buffers, options);
        undertow.setRootHandler(root);
    }

    @Override
    void start(
            ClientConnection connection,
            StreamConnection channel,
            @Nullable PooledByteBuffer read) {
        undertow.handleEvent(channel, read);
    }
}

package dev.skerry.net.server;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.ConnectorStatistics;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.HttpHandler;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * Starts one protocol on a connection that {@link Connections} follows already and whose first
 * bytes may have been read. What Undertow's interface asks for beyond that, nobody uses.
 */
abstract class StartingListener implements DelegateOpenListener {
    private final Connections connections;
    private final ByteBufferPool buffers;
    private HttpHandler root;
    private OptionMap options;

    StartingListener(
            Connections connections, ByteBufferPool buffers, HttpHandler root, OptionMap options) {
        this.connections = connections;
        this.buffers = buffers;
        this.root = root;
        this.options = options;
    }

    abstract void start(
            ClientConnection connection, StreamConnection channel, @Nullable PooledByteBuffer read);

    @Override
    public final void handleEvent(StreamConnection channel, @Nullable PooledByteBuffer read) {
        ClientConnection connection = (ClientConnection) channel.getSourceChannel().getConduit();
        if (connection.lingering()) {
            if (read != null) {
                read.close();
            }
            return;
        }
        start(connection, channel, read);
        connections.watchClose(connection);
    }

    @Override
    public final void handleEvent(StreamConnection channel) {
        handleEvent(channel, null);
    }

    @Override
    public HttpHandler getRootHandler() {
        return root;
    }

    @Override
    public void setRootHandler(HttpHandler rootHandler) {
        root = rootHandler;
    }

    @Override
    public OptionMap getUndertowOptions() {
        return options;
    }

    @Override
    public void setUndertowOptions(OptionMap undertowOptions) {
        options = undertowOptions;
    }

    @Override
    public ByteBufferPool getBufferPool() {
        return buffers;
    }

    @Override
    public @Nullable ConnectorStatistics getConnectorStatistics() {
        return null;
    }

    @Override
    public void closeConnections() {
        connections.close();
    }
}

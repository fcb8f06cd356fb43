package dev.skerry.net.server;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Connections that speak HTTP/2, by their two addresses: the only thing by which an Undertow stream
 * can be led back to the connection below it.
 */
final class Http2Connections {
    private record Ends(InetSocketAddress peer, InetSocketAddress local) {}

    private final Map<Ends, ClientConnection> byEnds = new ConcurrentHashMap<>();

    void add(ClientConnection connection) {
        byEnds.put(ends(connection), connection);
    }

    void remove(ClientConnection connection) {
        byEnds.remove(ends(connection), connection);
    }

    @Nullable ClientConnection find(InetSocketAddress peer, InetSocketAddress local) {
        return byEnds.get(new Ends(peer, local));
    }

    private static Ends ends(ClientConnection connection) {
        return new Ends(connection.peer(), connection.local());
    }
}

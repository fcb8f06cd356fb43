package dev.skerry.control.route;

import dev.skerry.cache.http.Fields;
import dev.skerry.config.routing.IpLiteral;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is: the peer of the connection, or, where that is a trusted proxy, the hop that it
 * names last in {@code X-Forwarded-For}, and so on while the hops are trusted. What stands before a
 * hop that nobody trusts was written by whoever liked to.
 */
final class ClientAddress {
    private static final String FIELD = "X-Forwarded-For";

    /** Hops looked at. */
    private static final int MOST = 32;

    private ClientAddress() {}

    static InetAddress of(InetAddress peer, Fields fields, NetworkMap trusted) {
        if (trusted.find(peer) == NetworkMap.NONE || !fields.contains(FIELD)) {
            return peer;
        }
        InetAddress hop = peer;
        List<String> lines = fields.all(FIELD);
        int left = MOST;
        for (int line = lines.size() - 1; line >= 0; line--) {
            String text = lines.get(line);
            int end = text.length();
            while (end >= 0 && left-- > 0) {
                int comma = text.lastIndexOf(',', end - 1);
                InetAddress before = address(text.substring(comma + 1, end).strip());
                if (before == null) {
                    return hop;
                }
                hop = before;
                if (trusted.find(hop) == NetworkMap.NONE) {
                    return hop;
                }
                end = comma < 0 ? -1 : comma;
            }
        }
        return hop;
    }

    /** An address, possibly with the port that some proxies add. */
    private static @Nullable InetAddress address(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            return close < 0 ? null : IpLiteral.parse(text.substring(1, close));
        }
        int colon = text.indexOf(':');
        boolean port = colon >= 0 && colon == text.lastIndexOf(':') && text.indexOf('.') >= 0;
        return IpLiteral.parse(port ? text.substring(0, colon) : text);
    }
}

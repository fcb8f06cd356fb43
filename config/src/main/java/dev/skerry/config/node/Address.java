package dev.skerry.config.node;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where to listen.
 *
 * @param host a name or an address; an IPv6 address without its brackets; empty: every address
 * @param port 0 to 65535; 0 lets the system choose
 */
public record Address(String host, int port) {
    /** What an address looks like, for messages. */
    public static final String FORM = "HOST:PORT such as 0.0.0.0:8081, :8081 or [::1]:8081";

    /** Reads {@code host:port}, {@code [::1]:port} or {@code :port}; null when it is none. */
    public static @Nullable Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.length() - colon > 6 || text.length() - colon < 2) {
            return null;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            port = 10 * port + digit;
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('[') >= 0) {
            return null;
        }
        if (port > 65_535 || host.chars().anyMatch(c -> c <= ' ' || c == '/')) {
            return null;
        }
        return new Address(host, port);
    }

    /** The socket address; resolves the name. */
    public InetSocketAddress socketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}

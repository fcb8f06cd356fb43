package dev.skerry.control.http;

import dev.skerry.net.server.ServerLimits;
import dev.skerry.net.server.ServerOptions;
import dev.skerry.net.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens.
 *
 * @param identity null for plain HTTP, which only a loopback address may have
 */
public record ApiOptions(InetSocketAddress listen, @Nullable TlsIdentity identity) {
    private static final int IO_THREADS = 2;
    private static final int BACKLOG = 1024;

    /**
     * Refuses to send tokens across a network in plain text.
     *
     * @throws IOException when they would be; the message says what would be right
     */
    public void requireSafe() throws IOException {
        if (identity == null && !isLoopback()) {
            throw new IOException(
                    "tokens would cross the network in plain text to "
                            + listen.getHostString()
                            + ": give --listen a loopback address such as 127.0.0.1:9000, or"
                            + " --tls-cert PEM and --tls-key PEM");
        }
    }

    ServerOptions serverOptions() throws IOException {
        requireSafe();
        return new ServerOptions(
                identity == null ? listen : null,
                identity == null ? null : listen,
                identity,
                IO_THREADS,
                BACKLOG,
                ServerLimits.DEFAULT);
    }

    private boolean isLoopback() {
        InetAddress host = listen.getAddress();
        return host != null && host.isLoopbackAddress();
    }

    /**
     * Whether a browser on this machine could be led here by a page's own name (DNS rebinding): the
     * Host must then be an address or {@code localhost}. A certificate prevents it too.
     */
    boolean checksHost() {
        return identity == null;
    }
}

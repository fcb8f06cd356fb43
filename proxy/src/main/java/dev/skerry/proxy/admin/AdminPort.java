package dev.skerry.proxy.admin;

import dev.skerry.net.server.HttpServer;
import dev.skerry.net.server.ServerLimits;
import dev.skerry.net.server.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's second listener, for its operator: {@code /metrics}, {@code /healthz}, {@code /readyz}.
 */
public final class AdminPort implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final HttpServer server;

    private AdminPort(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts listening.
     *
     * @param address loopback, unless there is a token
     * @param tokenFile see {@link AdminAccess#at}; null for none
     * @param metrics the text that Prometheus scrapes
     * @param endpoints further parts, asked in order
     * @throws IOException when the address cannot be had, or {@link AdminAccess} refuses it
     */
    public static AdminPort start(
            InetSocketAddress address,
            @Nullable Path tokenFile,
            Supplier<String> metrics,
            Readiness readiness,
            List<AdminEndpoint> endpoints)
            throws IOException {
        AdminAccess access = AdminAccess.at(address, tokenFile);
        ServerOptions options =
                new ServerOptions(address, null, null, 1, BACKLOG, ServerLimits.DEFAULT);
        return new AdminPort(
                HttpServer.start(options, new AdminHandler(access, metrics, readiness, endpoints)));
    }

    /** Where it listens, with its real port. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** Stops listening and closes its connections. */
    @Override
    public void close() {
        server.close();
    }
}

package dev.skerry.control.http;

import dev.skerry.net.server.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The control plane's API on its own port: a table of resources, and who may use them. */
public final class ApiServer implements AutoCloseable {
    private final HttpServer server;
    private final ResourceTable table;

    private ApiServer(HttpServer server, ResourceTable table) {
        this.server = server;
        this.table = table;
    }

    /**
     * Starts listening.
     *
     * @param resources all that is served, but for {@code /openapi.json}, which is made of them
     * @param limits how fast each caller may ask
     * @param answered told the status of each answer, on any thread
     * @throws IOException when the address cannot be had, or would take tokens in plain text
     * @throws IllegalArgumentException when two resources overlap
     */
    public static ApiServer start(
            ApiOptions options,
            List<Resource> resources,
            Access access,
            RateLimits limits,
            IntConsumer answered)
            throws IOException {
        List<Resource> all = new ArrayList<>(resources);
        all.add(OpenApi.resource(all));
        ResourceTable table = new ResourceTable(all);
        ApiHandler handler = new ApiHandler(table, access, limits, options.checksHost(), answered);
        return new ApiServer(HttpServer.start(options.serverOptions(), handler), table);
    }

    /** Where it listens, with its real port. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** All that it serves. */
    public List<Resource> resources() {
        return table.resources();
    }

    /** Stops listening and closes its connections. */
    @Override
    public void close() {
        server.close();
    }
}

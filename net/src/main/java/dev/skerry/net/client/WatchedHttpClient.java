package dev.skerry.net.client;

import dev.skerry.net.client.ClientFailure.Kind;
import dev.skerry.net.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** {@link HttpClient} over OkHttp's pool and calls, and over our own reading of HTTP/1. */
public final class WatchedHttpClient implements HttpClient {
    /** Destinations remembered before those without a connection are forgotten. */
    private static final int DESTINATIONS = 1024;

    private final ClientOptions options;
    private final SSLContext tls;
    private final LongSupplier ticker;
    private final ConnectionCount connections;
    private final ConcurrentHashMap<Key, Destination> destinations = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private WatchedHttpClient(ClientOptions options, SSLContext tls, LongSupplier ticker) {
        this.options = options;
        this.tls = tls;
        this.ticker = ticker;
        this.connections = new ConnectionCount(options.maxConnections(), this::closeIdle);
    }

    /**
     * A client that trusts the JDK's certificates, the options' bundles, and the bundle that the
     * environment variable {@code SSL_CERT_FILE} names, if it does.
     *
     * @throws IOException when a bundle cannot be read; the message names it
     */
    public static WatchedHttpClient create(ClientOptions options) throws IOException {
        return create(options, (TlsIdentity) null);
    }

    /**
     * The same with an identity.
     *
     * @param identity shown to servers that ask for one; null for none
     * @throws IOException as above
     */
    public static WatchedHttpClient create(ClientOptions options, @Nullable TlsIdentity identity)
            throws IOException {
        List<Path> bundles = new ArrayList<>(options.extraCa());
        String named = System.getenv("SSL_CERT_FILE");
        if (named != null && !named.isBlank()) {
            bundles.add(Path.of(named));
        }
        return create(options, TrustedRoots.context(bundles, identity));
    }

    /** A client with a TLS context of the caller's, for mutual TLS; bundles are not looked at. */
    public static WatchedHttpClient create(ClientOptions options, SSLContext tls) {
        return new WatchedHttpClient(options, tls, System::nanoTime);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when the request would not be read by the peer as what it
     *     is: control characters, no token, a field that belongs to the connection
     */
    @Override
    public Response send(Request request) throws ClientFailure {
        Limits limits = new Limits(request.timeouts(), ticker);
        byte[] head = RequestBytes.head(request, false);
        if (closed) {
            throw new ClientFailure(
                    Kind.CANCELLED, false, false, "the client is closed", new IOException());
        }
        if (request.address().isUnresolved()) {
            String name = request.address() + " has not been resolved";
            throw new ClientFailure(Kind.CONNECT, false, false, name, new IOException(name));
        }
        Destination destination = destination(request);
        if (request.fresh()) {
            destination.closeIdle();
        }
        if (destination.isSuspect()) {
            head = RequestBytes.head(request, true);
        }
        while (true) {
            ClientExchange exchange = new ClientExchange(request, head, limits);
            try {
                return new WatchedResponse(exchange, destination.call(exchange).execute());
            } catch (Destination.StaleConnection nothingSent) {
                // Each turn takes a kept connection away, so this ends.
            } catch (IOException broken) {
                throw Failures.of(exchange, broken);
            }
        }
    }

    /** Figures for the metrics. */
    public PoolStats stats() {
        long idle = 0;
        for (Destination destination : destinations.values()) {
            idle += destination.idle();
        }
        return new PoolStats(
                connections.open(),
                idle,
                connections.opened(),
                connections.reused(),
                connections.suspect());
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        destinations.values().forEach(Destination::closeIdle);
    }

    private Destination destination(Request request) {
        boolean secure =
                switch (request.scheme()) {
                    case "http" -> false;
                    case "https" -> true;
                    default -> throw new IllegalArgumentException("scheme " + request.scheme());
                };
        String host = bare(request.host().toLowerCase(Locale.ROOT));
        Key key = new Key(secure, host, request.address());
        Destination known = destinations.get(key);
        if (known != null) {
            return known;
        }
        if (destinations.size() >= DESTINATIONS) {
            destinations.values().removeIf(Destination::isUnused);
        }
        return destinations.computeIfAbsent(
                key,
                k ->
                        new Destination(
                                k.host(),
                                k.address(),
                                secure ? tls.getSocketFactory() : null,
                                options,
                                connections,
                                ticker));
    }

    /** A literal IPv6 address without its brackets. */
    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    private record Key(boolean secure, String host, InetSocketAddress address) {}
}

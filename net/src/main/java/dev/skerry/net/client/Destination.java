package dev.skerry.net.client;

import dev.skerry.net.client.HttpClient.Timeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where connections of one pool lead: a scheme, a host for TLS, an address. OkHttp is told neither
 * of TLS nor of the host; it connects through a socket factory that knows both.
 */
final class Destination {
    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);
    private static final String ANY_HOST = "upstream";

    private final String host;
    private final InetSocketAddress address;
    private final @Nullable SSLSocketFactory tls;
    private final ConnectionCount connections;
    private final LongSupplier ticker;
    private final Suspicion suspicion;
    private final ConnectionPool pool;
    private final OkHttpClient client;
    private final HttpUrl url;

    Destination(
            String host,
            InetSocketAddress address,
            @Nullable SSLSocketFactory tls,
            ClientOptions options,
            ConnectionCount connections,
            LongSupplier ticker) {
        this.host = host;
        this.address = address;
        this.tls = tls;
        this.connections = connections;
        this.ticker = ticker;
        this.suspicion = new Suspicion(ticker);
        this.pool =
                new ConnectionPool(
                        options.maxIdlePerDestination(),
                        options.idleLifetime().toNanos(),
                        TimeUnit.NANOSECONDS);
        this.url =
                new HttpUrl.Builder().scheme("http").host(ANY_HOST).port(address.getPort()).build();
        InetAddress resolved = address.getAddress();
        // Built from nothing each time: clients derived from one another share a memory of failed
        // routes that is never bounded.
        this.client =
                new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                        .retryOnConnectionFailure(false)
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .fastFallback(false)
                        .cookieJar(CookieJar.NO_COOKIES)
                        .proxy(Proxy.NO_PROXY)
                        .callTimeout(Duration.ZERO)
                        .readTimeout(Duration.ZERO)
                        .writeTimeout(Duration.ZERO)
                        .dns(name -> List.of(resolved))
                        .socketFactory(new Sockets())
                        .connectionPool(pool)
                        .addInterceptor(Destination::limitConnecting)
                        .addNetworkInterceptor(Destination::attach)
                        .build();
    }

    /** A call whose every byte on the wire is the exchange's. */
    Call call(ClientExchange exchange) {
        Request.Builder request =
                new Request.Builder().url(url).tag(ClientExchange.class, exchange);
        if (exchange.request().body() != null) {
            request.post(new StreamedBody(exchange));
        }
        return client.newCall(request.build());
    }

    private static Response limitConnecting(Interceptor.Chain chain) throws IOException {
        long nanos = exchange(chain).limits().nanosLeft();
        long millis = nanos == Limits.NONE ? 0 : Math.ceilDiv(nanos, 1_000_000L);
        return chain.withConnectTimeout(
                        (int) Math.min(millis, Integer.MAX_VALUE), TimeUnit.MILLISECONDS)
                .proceed(chain.request());
    }

    private static Response attach(Interceptor.Chain chain) throws IOException {
        ClientExchange exchange = exchange(chain);
        okhttp3.Connection connection = chain.connection();
        if (connection == null || !(connection.socket() instanceof WatchedSocket socket)) {
            throw new IllegalStateException("a connection of another factory");
        }
        if (!socket.begin(exchange)) {
            socket.close();
            throw new StaleConnection();
        }
        return chain.proceed(chain.request());
    }

    private static ClientExchange exchange(Interceptor.Chain chain) {
        ClientExchange exchange = chain.request().tag(ClientExchange.class);
        if (exchange == null) {
            throw new IllegalStateException("a call without its exchange");
        }
        return exchange;
    }

    String host() {
        return host;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Null for plain TCP. */
    @Nullable SSLSocketFactory tls() {
        return tls;
    }

    ConnectionCount connections() {
        return connections;
    }

    /** Limits of connecting alone. */
    Limits connectLimits(int millis) {
        Duration none = Duration.ZERO;
        return new Limits(new Timeouts(Duration.ofMillis(millis), none, none, none), ticker);
    }

    /**
     * Bytes came that no request had asked for, or a response whose end is in doubt: {@link
     * Suspicion}.
     */
    void suspect() {
        connections.countSuspect();
        if (suspicion.raise()) {
            LOG.warn(
                    "{}{}:{} sent bytes that no request asked for, or framed a response doubtfully;"
                            + " its connections are not used twice for {} s",
                    tls == null ? "http://" : "https://",
                    host,
                    address.getPort(),
                    TimeUnit.NANOSECONDS.toSeconds(Suspicion.NANOS));
            // Not here: OkHttp may be looking at one of them, and holds its lock.
            Thread.ofVirtual().start(this::closeIdle);
        }
    }

    /** Whether no connection may carry a second exchange. */
    boolean isSuspect() {
        return suspicion.isUp();
    }

    void closeIdle() {
        pool.evictAll();
    }

    int idle() {
        return pool.idleConnectionCount();
    }

    boolean isUnused() {
        return pool.connectionCount() == 0;
    }

    /** A kept connection was found unfit before anything was sent on it. */
    static final class StaleConnection extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final class Sockets extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            return new WatchedSocket(Destination.this, new Wire(SocketChannel.open()));
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException("connected sockets");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException("connected sockets");
        }

        @Override
        public Socket createSocket(InetAddress remote, int port) {
            throw new UnsupportedOperationException("connected sockets");
        }

        @Override
        public Socket createSocket(InetAddress remote, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException("connected sockets");
        }
    }
}

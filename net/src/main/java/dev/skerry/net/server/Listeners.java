package dev.skerry.net.server;

import dev.skerry.net.tls.TlsIdentity;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http2.Http2UpgradeHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** Opens the listeners and decides what Undertow is told. */
final class Listeners {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int BUFFERS_PER_THREAD = 32;

    /** Room above our own limits, so that it is ours that answers. */
    private static final int SLACK = 32 * 1024;

    private final XnioWorker worker;
    private final Connections connections;
    private final ServerOptions options;
    private final ExchangeHandler handler;
    private final Http2Guard http2Guard;
    private final ByteBufferPool buffers =
            new DefaultByteBufferPool(true, BUFFER_BYTES, -1, BUFFERS_PER_THREAD);

    Listeners(
            XnioWorker worker,
            Connections connections,
            ServerOptions options,
            ExchangeHandler handler) {
        this.worker = worker;
        this.connections = connections;
        this.options = options;
        this.handler = handler;
        this.http2Guard = new Http2Guard(handler, connections.http2(), options.limits());
    }

    AcceptingChannel<?> plain(InetSocketAddress address) throws IOException {
        StartingListener http1 = http1(new Http2UpgradeHandler(http2Guard));
        ChannelListener<StreamConnection> opened =
                new PlainOpenListener(connections, http1, http2(), buffers);
        return worker.createStreamConnectionServer(
                address, new Accepting<>(opened), socketOptions());
    }

    AcceptingChannel<?> tls(InetSocketAddress address) throws IOException {
        TlsIdentity identity = options.identity();
        if (identity == null) {
            throw new IllegalStateException("TLS without an identity");
        }
        AlpnOpenListener alpn = new AlpnOpenListener(buffers, undertowOptions(), http1(null));
        alpn.addProtocol("h2", http2(), 10);
        UndertowXnioSsl ssl =
                new UndertowXnioSsl(
                        worker.getXnio(),
                        OptionMap.create(Options.USE_DIRECT_BUFFERS, true),
                        identity.context());
        ChannelListener<StreamConnection> opened = channel -> openTls(channel, alpn);
        OptionMap tlsOptions =
                OptionMap.builder()
                        .addAll(socketOptions())
                        .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
                        .getMap();
        return ssl.createSslConnectionServer(worker, address, new Accepting<>(opened), tlsOptions);
    }

    private void openTls(StreamConnection channel, AlpnOpenListener alpn) {
        if (!connections.admit()) {
            IoUtils.safeClose(channel);
            return;
        }
        connections.watchClose(connections.follow(channel, true));
        alpn.handleEvent(channel);
    }

    private StartingListener http1(@Nullable HttpHandler upgrade) {
        return new Http1Starter(
                connections, buffers, new Guard(handler, http2Guard, upgrade), undertowOptions());
    }

    private StartingListener http2() {
        return new Http2Starter(connections, buffers, http2Guard, undertowOptions(), BUFFER_BYTES);
    }

    private OptionMap socketOptions() {
        return OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, options.ioThreads())
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BALANCING_TOKENS, 1)
                .set(Options.BALANCING_CONNECTIONS, 2)
                .set(Options.BACKLOG, options.backlog())
                .set(Options.CONNECTION_HIGH_WATER, Integer.MAX_VALUE)
                .set(Options.CONNECTION_LOW_WATER, Integer.MAX_VALUE)
                .getMap();
    }

    /** Targets stay as they came; our limits answer before Undertow's; no timer per request. */
    private OptionMap undertowOptions() {
        ServerLimits limits = options.limits();
        return OptionMap.builder()
                .set(UndertowOptions.ENABLE_HTTP2, true)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
                .set(UndertowOptions.ALWAYS_SET_DATE, false)
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .set(UndertowOptions.RECORD_REQUEST_START_TIME, false)
                .set(UndertowOptions.MAX_HEADER_SIZE, limits.headBytes() + SLACK)
                .set(UndertowOptions.MAX_HEADERS, limits.fields() + limits.targetBytes())
                .set(UndertowOptions.MAX_PARAMETERS, limits.targetBytes())
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
                .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams())
                .set(UndertowOptions.MAX_RST_FRAMES_PER_WINDOW, limits.resets())
                .getMap();
    }
}

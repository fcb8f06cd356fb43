package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/** All open connections of a server, each with the I/O thread that it belongs to. */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long LONGEST_SWEEP_MILLIS = 500;
    private static final long SHORTEST_SWEEP_MILLIS = 10;

    private final ServerLimits limits;
    private final FieldList refusals;
    private final Http2Connections http2 = new Http2Connections();
    private final Map<XnioIoThread, IoLoop> loops = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean draining;

    /** {@code refusals}: see {@link ServerOptions#refusals}. */
    Connections(ServerLimits limits, FieldList refusals) {
        this.limits = limits;
        this.refusals = refusals;
    }

    Http2Connections http2() {
        return http2;
    }

    FieldList refusals() {
        return refusals;
    }

    int open() {
        return open.get();
    }

    /** Counts a connection in; false when there are too many. */
    boolean admit() {
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Begins to follow an admitted connection. On its I/O thread. */
    ClientConnection follow(StreamConnection channel, boolean handshake) {
        IoLoop loop = loops.computeIfAbsent(channel.getIoThread(), this::newLoop);
        ClientConnection connection = new ClientConnection(loop, channel, limits, open, http2);
        channel.getSourceChannel().setConduit(connection);
        sendWithoutDelay(channel);
        connection.opened(handshake);
        return connection;
    }

    /** What XNIO makes of this option on a listener does not reach the accepted sockets. */
    private static void sendWithoutDelay(StreamConnection channel) {
        try {
            channel.setOption(Options.TCP_NODELAY, true);
        } catch (IOException e) {
            LOG.debug("a connection broke at once", e);
        }
    }

    /** After Undertow has set its own close listener, which must still be called. */
    void watchClose(ClientConnection connection) {
        StreamConnection channel = connection.channel();
        if (!channel.isOpen()) {
            connection.closed();
            return;
        }
        ChannelListener<? super StreamConnection> theirs = channel.getCloseListener();
        channel.setCloseListener(closed -> {
            try {
                connection.closed();
            } finally {
                if (theirs != null) {
                    theirs.handleEvent(closed);
                }
            }
        });
        if (draining) {
            connection.drain();
        }
    }

    void drain() {
        draining = true;
        forEach(ClientConnection::drain);
    }

    void close() {
        draining = true;
        loops.values().forEach(IoLoop::stopSweeping);
        forEach(ClientConnection::close);
    }

    private void forEach(Consumer<ClientConnection> action) {
        Collection<IoLoop> all = loops.values();
        for (IoLoop loop : all) {
            loop.execute(() -> loop.connections().forEach(action));
        }
    }

    private IoLoop newLoop(XnioIoThread thread) {
        IoLoop loop = new IoLoop(thread, refusals);
        loop.startSweeping(sweepMillis());
        return loop;
    }

    private long sweepMillis() {
        long shortest =
                Stream.of(limits.headTimeout(), limits.idleTimeout(), limits.writeTimeout())
                        .mapToLong(Duration::toMillis)
                        .min()
                        .orElse(LONGEST_SWEEP_MILLIS);
        return Math.clamp(shortest / 4, SHORTEST_SWEEP_MILLIS, LONGEST_SWEEP_MILLIS);
    }
}

package dev.skerry.net.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** A running HTTP server: one or two listeners, some I/O threads, one handler. */
public final class HttpServer implements AutoCloseable {
    private static final long CLOSE_SECONDS = 1;
    private static final long DRAIN_POLL_MILLIS = 20;

    private final XnioWorker worker;
    private final Connections connections;
    private final Queue<AcceptingChannel<?>> listeners = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable InetSocketAddress plainAddress;
    private @Nullable InetSocketAddress tlsAddress;

    private HttpServer(XnioWorker worker, Connections connections) {
        this.worker = worker;
        this.connections = connections;
    }

    /**
     * Starts listening.
     *
     * @throws BindException when an address cannot be had; the message names it
     * @throws IOException when the network refuses otherwise
     */
    public static HttpServer start(ServerOptions options, ExchangeHandler handler)
            throws IOException {
        XnioWorker worker =
                Xnio.getInstance(HttpServer.class.getClassLoader())
                        .createWorker(
                                OptionMap.builder()
                                        .set(Options.WORKER_NAME, "skerry")
                                        .set(Options.WORKER_IO_THREADS, options.ioThreads())
                                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                                        .set(Options.WORKER_TASK_MAX_THREADS, 1)
                                        .set(Options.THREAD_DAEMON, true)
                                        .getMap());
        Connections connections = new Connections(options.limits(), options.refusals());
        HttpServer server = new HttpServer(worker, connections);
        try {
            server.listen(options, handler);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The address of the plain listener, else of the TLS listener, with its real port. */
    public InetSocketAddress address() {
        InetSocketAddress address = plainAddress == null ? tlsAddress : plainAddress;
        if (address == null) {
            throw new IllegalStateException("not listening");
        }
        return address;
    }

    /**
     * The address of the TLS listener with its real port.
     *
     * @throws IllegalStateException when there is none
     */
    public InetSocketAddress tlsAddress() {
        InetSocketAddress address = tlsAddress;
        if (address == null) {
            throw new IllegalStateException("no TLS listener");
        }
        return address;
    }

    /** The number of open connections. */
    public int connections() {
        return connections.open();
    }

    /**
     * Stops accepting and lets what is in flight end: HTTP/1 connections are closed with their next
     * response ({@code Connection: close}) or when they have been idle for a second, HTTP/2 ones
     * get GOAWAY and may finish their streams. Then closes the server, and with it whatever is
     * left.
     *
     * @return whether everything ended in time
     */
    public boolean drain(Duration timeout) throws InterruptedException {
        stopAccepting();
        connections.drain();
        CountDownLatch never = new CountDownLatch(1);
        long polls = Math.max(1, timeout.toMillis() / DRAIN_POLL_MILLIS);
        for (long i = 0; i < polls && connections.open() > 0; i++) {
            // Connections end on their own threads and by themselves: there is nothing to wait on
            // that would be worth a lock on every close.
            never.await(DRAIN_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        boolean whole = connections.open() == 0;
        close();
        return whole;
    }

    /** Closes listeners and connections at once. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopAccepting();
        connections.close();
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void stopAccepting() {
        // Each only once: closing a listener waits for its I/O thread, which may be gone by then.
        for (AcceptingChannel<?> next = listeners.poll(); next != null; next = listeners.poll()) {
            IoUtils.safeClose(next);
        }
    }

    private void listen(ServerOptions options, ExchangeHandler handler) throws IOException {
        Listeners opener = new Listeners(worker, connections, options, handler);
        InetSocketAddress plain = options.plain();
        if (plain != null) {
            AcceptingChannel<?> channel = bind(plain, opener::plain);
            plainAddress = channel.getLocalAddress(InetSocketAddress.class);
        }
        InetSocketAddress tls = options.tls();
        if (tls != null) {
            AcceptingChannel<?> channel = bind(tls, opener::tls);
            tlsAddress = channel.getLocalAddress(InetSocketAddress.class);
        }
        for (AcceptingChannel<?> listener : listeners) {
            listener.resumeAccepts();
        }
    }

    private AcceptingChannel<?> bind(InetSocketAddress address, Binding binding)
            throws IOException {
        try {
            if (address.isUnresolved()) {
                throw new IOException("unknown host");
            }
            AcceptingChannel<?> channel = binding.bind(address);
            listeners.add(channel);
            return channel;
        } catch (IOException e) {
            BindException named =
                    new BindException(
                            "cannot listen on "
                                    + address.getHostString()
                                    + ":"
                                    + address.getPort()
                                    + ": "
                                    + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    @FunctionalInterface
    private interface Binding {
        AcceptingChannel<?> bind(InetSocketAddress address) throws IOException;
    }
}

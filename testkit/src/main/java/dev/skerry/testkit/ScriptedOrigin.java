package dev.skerry.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 origin on a loopback port of its own that does exactly what its script says, one
 * virtual thread a connection, and remembers every request. Of several routes that match, the
 * latest decides; without any it answers 404. Thread-safe.
 */
public final class ScriptedOrigin implements AutoCloseable {
    private final ServerSocketFactory sockets;
    private final String scheme;
    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final List<OriginConnection> open = new ArrayList<>();
    private int connections;
    private int port;
    private ServerSocket server;
    private @Nullable Thread acceptor;

    private ScriptedOrigin(ServerSocketFactory sockets, String scheme) {
        this.sockets = sockets;
        this.scheme = scheme;
        this.server = listen();
        this.port = server.getLocalPort();
    }

    /** Starts an origin that speaks plain HTTP. */
    public static ScriptedOrigin start() {
        return new ScriptedOrigin(ServerSocketFactory.getDefault(), "http");
    }

    /** Starts an origin that speaks TLS with the context's certificate. */
    public static ScriptedOrigin startTls(SSLContext context) {
        return new ScriptedOrigin(context.getServerSocketFactory(), "https");
    }

    /** Answers every request for this target (path and query, exactly) with the reply. */
    public ScriptedOrigin on(String target, Reply reply) {
        return on(target, request -> reply);
    }

    /** Answers requests for this target with one reply after the other; the last one stays. */
    public ScriptedOrigin on(String target, Reply first, Reply... next) {
        AtomicInteger count = new AtomicInteger();
        return on(
                target,
                request -> {
                    int n = count.getAndIncrement();
                    return n == 0 || next.length == 0 ? first : next[Math.min(n, next.length) - 1];
                });
    }

    /** Answers requests for this target with what the function says; see the other method. */
    public ScriptedOrigin on(String target, Function<ReceivedRequest, Reply> answer) {
        return on(request -> request.target().equals(target), answer);
    }

    /**
     * Answers requests that match with what the function says. It is asked when the head is there,
     * before the body is read, on the connection's thread.
     */
    public ScriptedOrigin on(
            Predicate<ReceivedRequest> match, Function<ReceivedRequest, Reply> answer) {
        routes.addFirst(new Route(match, answer));
        return this;
    }

    /** Answers every request with the reply, unless a later route says otherwise. */
    public ScriptedOrigin always(Reply reply) {
        return on(request -> true, request -> reply);
    }

    /** The port, the same after a restart. */
    public int port() {
        return port;
    }

    /** The address it listens on. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** {@code http://127.0.0.1:PORT}, or https. */
    public String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    /** All requests received so far in order of arrival. */
    public List<ReceivedRequest> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    /** The requests received so far for a target. */
    public List<ReceivedRequest> requests(String target) {
        return requests().stream().filter(request -> request.target().equals(target)).toList();
    }

    /**
     * Waits until at least {@code count} request heads have been received, and returns all.
     *
     * @throws AssertionError after 30 seconds
     */
    public List<ReceivedRequest> awaitRequests(int count) throws InterruptedException {
        awaitChange(() -> requests.size() >= count, count + " requests");
        return requests();
    }

    /** The request at an index from 0, once it has been received. */
    public ReceivedRequest awaitRequest(int index) throws InterruptedException {
        return awaitRequests(index + 1).get(index);
    }

    /** Connections accepted since the beginning. */
    public int connections() {
        lock.lock();
        try {
            return connections;
        } finally {
            lock.unlock();
        }
    }

    /** Connections open now. */
    public int openConnections() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until so many connections are open.
     *
     * @throws AssertionError after 30 seconds
     */
    public void awaitOpenConnections(int count) throws InterruptedException {
        awaitChange(() -> open.size() == count, count + " open connections");
    }

    /** Closes all open connections (FIN); new ones are still accepted. */
    public void closeConnections() {
        snapshot().forEach(OriginConnection::close);
    }

    /** Resets all open connections (RST); new ones are still accepted. */
    public void resetConnections() {
        snapshot().forEach(OriginConnection::reset);
    }

    /** Stops listening and closes every connection: connecting is refused from now on. */
    public void stop() {
        try {
            server.close();
            Thread accepting = acceptor;
            if (accepting != null) {
                // The port is free only when the thread that accepts has let go of the socket.
                accepting.join(Limits.WAIT);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeConnections();
    }

    /** Listens again on the same port after {@link #stop}. */
    public void restart() {
        server = listen();
    }

    @Override
    public void close() {
        stop();
    }

    Reply answer(ReceivedRequest request) {
        for (Route route : routes) {
            if (route.match.test(request)) {
                return route.answer.apply(request);
            }
        }
        return Reply.status(404).body("no route for " + request.target());
    }

    ReceivedRequest record(HeadLines head, int connection) {
        lock.lock();
        try {
            ReceivedRequest request = new ReceivedRequest(head, connection, requests.size() + 1);
            requests.add(request);
            changed.signalAll();
            return request;
        } finally {
            lock.unlock();
        }
    }

    void closed(OriginConnection connection) {
        lock.lock();
        try {
            open.remove(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ServerSocket listen() {
        try {
            ServerSocket socket = sockets.createServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            acceptor = Thread.ofVirtual().name("origin accept").start(() -> acceptAll(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                accepted(socket.accept(), socket);
            } catch (IOException e) {
                // Closed by stop(), or a client that was gone before it was accepted.
            }
        }
    }

    private void accepted(Socket socket, ServerSocket from) {
        lock.lock();
        try {
            OriginConnection connection = new OriginConnection(this, socket, ++connections);
            open.add(connection);
            changed.signalAll();
            Thread.ofVirtual().name("origin connection " + connections).start(connection);
            if (from.isClosed()) {
                connection.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<OriginConnection> snapshot() {
        lock.lock();
        try {
            return List.copyOf(open);
        } finally {
            lock.unlock();
        }
    }

    private void awaitChange(java.util.function.BooleanSupplier condition, String what)
            throws InterruptedException {
        long left = Limits.WAIT.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError(
                            "the origin did not see "
                                    + what
                                    + " within "
                                    + TimeUnit.NANOSECONDS.toSeconds(Limits.WAIT.toNanos())
                                    + " s; open connections: "
                                    + open.size()
                                    + ", requests: "
                                    + requests);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private record Route(
            Predicate<ReceivedRequest> match, Function<ReceivedRequest, Reply> answer) {}
}

package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer that does to each connection what a test says. Bytes are written as ISO-8859-1. */
final class ScriptedPeer implements AutoCloseable {
    /** What happens on one connection. */
    interface Script {
        void run(Line line) throws Exception;
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> runs = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();

    /** Runs the n-th script on the n-th connection, the last one on all after. */
    static ScriptedPeer of(Script... scripts) throws IOException {
        return new ScriptedPeer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), scripts);
    }

    ScriptedPeer(ServerSocket server, Script... scripts) {
        this.server = server;
        threads.execute(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    sockets.add(socket);
                    int n = Math.min(accepted.getAndIncrement(), scripts.length - 1);
                    runs.add(
                            threads.submit(() -> {
                                try (socket) {
                                    scripts[n].run(new Line(socket));
                                }
                                return null;
                            }));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    int connections() {
        return accepted.get();
    }

    /** Fails when a script failed or has not ended. */
    void verify() throws InterruptedException, TimeoutException, ExecutionException {
        for (Future<?> run : runs) {
            run.get(5, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }

    /** The peer's end of a connection. */
    static final class Line {
        private final Socket socket;
        private final InputStream in;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
        }

        /** The next request's head, with its empty line; empty at the end. */
        String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    break;
                }
                head.write(b);
            }
            return head.toString(ISO_8859_1);
        }

        String body(int length) throws IOException {
            return new String(in.readNBytes(length), ISO_8859_1);
        }

        /** Waits until the client has closed, taking what is still under way. */
        boolean closed() throws IOException {
            try {
                in.transferTo(OutputStream.nullOutputStream());
                return true;
            } catch (java.net.SocketException reset) {
                return true;
            }
        }

        Line send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return this;
        }

        Line ok(String body) throws IOException {
            return send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Closes so that the client's next operation meets a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        Socket socket() {
            return socket;
        }
    }
}

package dev.skerry.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A piece of network that knows HTTP/1.1 messages and server-sent events, and loses, repeats and
 * reorders whole ones, as no TCP connection would, but a relay or a replay might: a protocol that
 * survives this survives any order of connections. Requests are dropped with their connection, or
 * sent a second time later, on a connection of their own; events are dropped, doubled, or swapped
 * with the next. Thread-safe.
 */
public final class UnreliableWire implements AutoCloseable {
    private static final int MOST_LATE_MILLIS = 1500;

    private final ServerSocket server;
    private final int target;
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong mischief = new AtomicLong();
    private volatile int permille;

    private UnreliableWire(ServerSocket server, int target, long seed) {
        this.server = server;
        this.target = target;
        this.random = new Random(seed);
        Thread.ofVirtual().name("unreliable wire to " + target).start(this::accept);
    }

    /** A wire to a port of this machine that is reliable until it is told otherwise. */
    public static UnreliableWire to(int target, long seed) throws IOException {
        return new UnreliableWire(
                new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), target, seed);
    }

    /** Where the near end is. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many of a thousand messages something happens to. */
    public void unreliable(int ofAThousand) {
        permille = ofAThousand;
    }

    /** To how many messages something has happened. */
    public long mischief() {
        return mischief.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(UnreliableWire::end);
    }

    private enum Fate {
        ARRIVES,
        LOST,
        TWICE,
        LATE
    }

    private Fate fate() {
        synchronized (random) {
            if (random.nextInt(1000) >= permille) {
                return Fate.ARRIVES;
            }
            mischief.incrementAndGet();
            return Fate.values()[1 + random.nextInt(3)];
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Thread.ofVirtual().start(() -> serve(near));
            } catch (IOException e) {
                // Closed, or a client that went at once.
            }
        }
    }

    private void serve(Socket near) {
        open.add(near);
        try (near;
                Socket far = connect()) {
            near.setTcpNoDelay(true);
            WireReader fromNear = new WireReader(near.getInputStream());
            WireReader fromFar = new WireReader(far.getInputStream());
            for (List<String> head = fromNear.head(); head != null; head = fromNear.head()) {
                byte[] request = message(head, fromNear, false);
                switch (head.getFirst().startsWith("POST ") ? fate() : Fate.ARRIVES) {
                    case LOST -> {
                        return;
                    }
                    case TWICE, LATE -> again(request);
                    case ARRIVES -> {}
                }
                far.getOutputStream().write(request);
                if (!answer(fromFar, near.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException e) {
            // One of the two went away, and the other is told by the end of its connection.
        } finally {
            open.remove(near);
        }
    }

    /** Passes an answer on; false when it was the last of its connection. */
    private boolean answer(WireReader from, OutputStream to) throws IOException {
        List<String> head = from.head();
        if (head == null) {
            return false;
        }
        boolean events = "text/event-stream".equals(new HeadLines(head).first("Content-Type"));
        if (!events) {
            to.write(message(head, from, true));
            return !"close".equalsIgnoreCase(new HeadLines(head).first("Connection"));
        }
        to.write(bytes(String.join("\r\n", head) + "\r\n\r\n"));
        Events stream = new Events(to);
        from.copyChunked(stream);
        to.write(bytes("0\r\n\r\n"));
        return true;
    }

    /** A message as it was, but for a chunked body, which becomes one of known length. */
    private static byte[] message(List<String> head, WireReader from, boolean answer)
            throws IOException {
        HeadLines lines = new HeadLines(head);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String length = lines.first("Content-Length");
        boolean chunked = lines.first("Transfer-Encoding") != null;
        if (chunked) {
            from.copyChunked(body);
        } else if (length != null) {
            from.copy(Long.parseLong(length), body);
        } else if (answer && !head.getFirst().contains(" 204")) {
            from.copyToEnd(body);
        }
        StringBuilder text = new StringBuilder();
        head.stream()
                .filter(line ->
                        !chunked
                                || !line.toLowerCase(java.util.Locale.ROOT)
                                        .startsWith("transfer-encoding:"))
                .forEach(line -> text.append(line).append("\r\n"));
        if (chunked) {
            text.append("Content-Length: ").append(body.size()).append("\r\n");
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes(text + "\r\n"));
        body.writeTo(whole);
        return whole.toByteArray();
    }

    /** Sends a request once more, later, and heeds no answer. */
    private void again(byte[] request) {
        int late;
        synchronized (random) {
            late = random.nextInt(MOST_LATE_MILLIS);
        }
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        Thread.sleep(late);
                        try (Socket far = connect()) {
                            far.getOutputStream().write(request);
                            new WireReader(far.getInputStream()).head();
                        }
                    } catch (IOException e) {
                        // Nobody there by then.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private Socket connect() throws IOException {
        Socket far = new Socket();
        far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
        far.setTcpNoDelay(true);
        return far;
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // As good as closed.
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Takes the bytes of a stream apart into events, and lets their fates befall them. */
    private final class Events extends OutputStream {
        private final OutputStream to;
        private final ByteArrayOutputStream event = new ByteArrayOutputStream();
        private byte @Nullable [] held;
        private int last;

        Events(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int next) throws IOException {
            event.write(next);
            if (next == '\n' && last == '\n') {
                befall(event.toByteArray());
                event.reset();
            }
            last = next;
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            for (int i = from; i < from + count; i++) {
                write(bytes[i]);
            }
        }

        private void befall(byte[] whole) throws IOException {
            switch (fate()) {
                case LOST -> {}
                case TWICE -> {
                    send(whole);
                    send(whole);
                }
                case LATE -> {
                    byte[] before = held;
                    held = whole;
                    if (before != null) {
                        send(before);
                    }
                }
                case ARRIVES -> {
                    send(whole);
                    byte[] late = held;
                    held = null;
                    if (late != null) {
                        send(late);
                    }
                }
            }
        }

        private void send(byte[] whole) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes(bytes(Integer.toHexString(whole.length) + "\r\n"));
            chunk.writeBytes(whole);
            chunk.writeBytes(bytes("\r\n"));
            chunk.writeTo(to);
        }
    }
}

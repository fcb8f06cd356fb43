package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.ClientFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The socket that OkHttp sees. OkHttp keeps, lends and closes it and writes request bodies into it,
 * but it reads no byte of a peer's response: it would accept what RFC 9112 §6.3 refuses, lose
 * octets of fields, and take surplus bytes for the next response. So there is one reader of
 * responses ({@link ResponseReader}), and OkHttp is shown a stand-in, a response of one byte. That
 * byte is handed over when the real response was whole and the connection is fit for another; else
 * the socket breaks, and OkHttp drops it. In the other direction the head that OkHttp writes is
 * replaced by the one that the caller asked for.
 */
final class WatchedSocket extends Socket {
    private static final byte[] STAND_IN =
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n".getBytes(ISO_8859_1);

    private static final int END_OF_HEAD = 4;

    private final Destination destination;
    private final Wire wire;
    private final AtomicBoolean counted = new AtomicBoolean();
    private final AtomicReference<@Nullable ClientExchange> current = new AtomicReference<>();

    private @Nullable TlsSource tls;
    private ByteSource source;
    private OutputStream sink;
    private ResponseReader reader;
    private boolean used;

    /** How much of the end of OkHttp's request head has been met: CR, LF, CR, LF. */
    private int headEndMet;

    private int standInGiven;

    /** Present from the time that a request body has to be waited for. */
    private @Nullable AnswerWatch watch;

    /** Whether the sending thread may be blocked in a write of a request body. */
    private volatile boolean writingBody;

    WatchedSocket(Destination destination, Wire wire) throws SocketException {
        super((java.net.SocketImpl) null);
        this.destination = destination;
        this.wire = wire;
        this.source = wire;
        this.sink = wire.getOutputStream();
        this.reader = new ResponseReader(wire, destination::suspect);
    }

    /** Connects to the destination, whatever address is given, TLS included. */
    @Override
    public void connect(SocketAddress ignored, int millis) throws IOException {
        destination.connections().take();
        counted.set(true);
        wire.limit(destination.connectLimits(millis));
        try {
            wire.open(destination.address());
        } catch (ExchangeFault late) {
            throw late;
        } catch (IOException | RuntimeException refused) {
            throw new ExchangeFault(
                    Kind.CONNECT, destination.address() + ": " + refused.getMessage(), refused);
        }
        if (destination.tls() != null) {
            try {
                handshake(
                        TlsSource.handshake(
                                wire,
                                destination.tls(),
                                destination.host(),
                                destination.address().getPort()));
            } catch (IOException | RuntimeException refused) {
                ExchangeFault late = Failures.faultIn(refused);
                throw late != null
                        ? late
                        : new ExchangeFault(Kind.TLS, "TLS: " + refused.getMessage(), refused);
            }
        }
    }

    private void handshake(TlsSource done) throws IOException {
        tls = done;
        source = done;
        sink = done.socket().getOutputStream();
        reader = new ResponseReader(source, destination::suspect);
    }

    /**
     * Begins an exchange.
     *
     * @return false when this is a kept connection that cannot carry it: the peer has closed it, or
     *     has sent what nobody asked for or is suspected of it, or the exchange wants a new one
     */
    boolean begin(ClientExchange exchange) {
        wire.limit(exchange.limits());
        if (used) {
            if (exchange.request().fresh() || destination.isSuspect() || !reader.isQuiet()) {
                return false;
            }
            destination.connections().countReuse();
        }
        exchange.carriedBy(this, used);
        used = true;
        headEndMet = 0;
        standInGiven = 0;
        watch = null;
        reader.begin(exchange.request().method(), exchange.request().interim());
        current.set(exchange);
        return true;
    }

    ResponseReader reader() {
        return reader;
    }

    /**
     * Looks for the response from now on, while a request body is sent that may take its time. When
     * the response makes the rest useless the body is closed, which has to end a read of it.
     */
    void watchForAnswer(InputStream body) {
        wire.unlimitedReads(true);
        watch = AnswerWatch.over(reader, () -> stopSending(body));
    }

    /** On the watching thread. The peer may never take what a write is blocked on. */
    private void stopSending(InputStream body) {
        try (body) {
            if (writingBody) {
                wire.stopWriting();
            }
        } catch (IOException closedAlready) {
            // Then nobody waits there.
        }
    }

    private int readForOkHttp(byte[] into, int offset, int length) throws IOException {
        ClientExchange exchange = current.get();
        if (exchange == null) {
            // OkHttp's own check of an idle connection: silence is health.
            if (reader.isQuiet()) {
                throw new SocketTimeoutException("idle");
            }
            return -1;
        }
        if (exchange.responseHead() == null) {
            exchange.limits().waiting();
            try {
                exchange.responseHead(readHead(exchange));
            } catch (IOException broken) {
                throw exchange.failed(Failures.asFault(broken));
            }
        }
        if (standInGiven < STAND_IN.length) {
            int count = Math.min(length, STAND_IN.length - standInGiven);
            System.arraycopy(STAND_IN, standInGiven, into, offset, count);
            standInGiven += count;
            return count;
        }
        if (!reader.reusable() || destination.isSuspect() || !exchange.sendingIsDone()) {
            throw new IOException("this connection carries nothing more");
        }
        wire.limit(null);
        current.set(null);
        into[offset] = '.';
        return 1;
    }

    private ResponseHead readHead(ClientExchange exchange) throws IOException {
        AnswerWatch watching = watch;
        if (watching == null) {
            return reader.readHead();
        }
        ResponseHead head = watching.await(exchange.limits());
        wire.unlimitedReads(false);
        return head;
    }

    private void writeForOkHttp(byte[] from, int offset, int length) throws IOException {
        ClientExchange exchange = current.get();
        if (exchange == null) {
            throw new IOException("no exchange");
        }
        try {
            if (headEndMet == END_OF_HEAD) {
                writeBody(from, offset, length);
                return;
            }
            int end = offset + length;
            int i = offset;
            while (i < end && headEndMet < END_OF_HEAD) {
                byte expected = (byte) (headEndMet % 2 == 0 ? '\r' : '\n');
                byte b = from[i++];
                headEndMet = b == expected ? headEndMet + 1 : b == '\r' ? 1 : 0;
            }
            if (headEndMet == END_OF_HEAD) {
                byte[] head = exchange.head();
                ByteBuffer both = ByteBuffer.allocate(head.length + end - i);
                both.put(head).put(from, i, end - i);
                exchange.sendingBegins();
                sink.write(both.array(), 0, both.capacity());
            }
        } catch (IOException broken) {
            exchange.sendingBroke();
            ExchangeFault fault = Failures.asFault(broken);
            // A reset is not noted: the peer may have left a response for us to read.
            throw fault.kind() == Kind.RESET ? fault : exchange.failed(fault);
        }
    }

    private void writeBody(byte[] from, int offset, int length) throws IOException {
        // Said before the look: whoever is answered after it sees that a write goes on.
        writingBody = true;
        try {
            stopIfAnswered();
            sink.write(from, offset, length);
        } finally {
            writingBody = false;
        }
    }

    /** Where a body ends early, OkHttp learns here that the response is what matters. */
    private void flushForOkHttp() throws IOException {
        ClientExchange exchange = current.get();
        if (exchange != null && !exchange.sendingIsDone()) {
            try {
                stopIfAnswered();
            } catch (IOException answered) {
                exchange.sendingBroke();
                throw answered;
            }
        }
    }

    private void stopIfAnswered() throws IOException {
        AnswerWatch watching = watch;
        if (watching != null && watching.sendingIsFutile()) {
            throw new IOException("answered before the request was whole");
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return readForOkHttp(into, offset, length);
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                writeForOkHttp(from, offset, length);
            }

            @Override
            public void flush() throws IOException {
                flushForOkHttp();
            }
        };
    }

    /** Closes at once, without the farewell that TLS has for orderly ends. */
    void abandon() {
        wire.close();
        giveBack();
    }

    /** Called by the pool for an idle connection, and from any thread to cancel a busy one. */
    @Override
    public void close() {
        TlsSource layered = tls;
        if (layered != null && current.get() == null && !wire.isClosed()) {
            try {
                layered.socket().close();
            } catch (IOException farewellFailed) {
                // Closed below.
            }
        }
        abandon();
    }

    private void giveBack() {
        if (counted.getAndSet(false)) {
            destination.connections().giveBack();
        }
    }

    @Override
    public boolean isClosed() {
        return wire.isClosed();
    }

    @Override
    public boolean isConnected() {
        return wire.isConnected();
    }

    @Override
    public boolean isInputShutdown() {
        return wire.isClosed();
    }

    @Override
    public boolean isOutputShutdown() {
        return wire.isClosed();
    }

    @Override
    public void setSoTimeout(int millis) {
        // The limits of the exchange hold instead.
    }

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public String toString() {
        return "WatchedSocket[" + destination.address() + "]";
    }
}

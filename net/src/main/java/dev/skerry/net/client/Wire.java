package dev.skerry.net.client;

import dev.skerry.net.client.ClientFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection whose every operation ends at the limits of the exchange that holds it, by being
 * closed. It is a {@link Socket} only so that TLS can be layered over it. Interrupting the thread
 * closes it too.
 */
final class Wire extends Socket implements ByteSource {
    private final SocketChannel channel;
    private final AsyncTimeout alarm;
    private @Nullable Limits limits;
    private boolean onlyArrived;
    private boolean endSeen;
    private boolean unlimitedReads;

    Wire(SocketChannel channel) throws SocketException {
        super((java.net.SocketImpl) null);
        this.channel = channel;
        this.alarm =
                new AsyncTimeout() {
                    @Override
                    protected void timedOut() {
                        close();
                    }
                };
    }

    /** Sets the limits of what follows, null for none. */
    void limit(@Nullable Limits current) {
        limits = current;
    }

    /**
     * While set, reads wait without limit, so that one thread may read while another writes under
     * the limits.
     */
    void unlimitedReads(boolean unlimited) {
        unlimitedReads = unlimited;
    }

    /** Ends a write that is blocked in another thread, and all that follow; reads go on. */
    void stopWriting() throws IOException {
        channel.shutdownOutput();
    }

    /** Connects and turns Nagle's algorithm off. */
    void open(InetSocketAddress address) throws IOException {
        long nanos = nanosLeft();
        long millis = nanos == Limits.NONE ? 0 : Math.ceilDiv(nanos, 1_000_000L);
        try {
            channel.socket().connect(address, (int) Math.min(millis, Integer.MAX_VALUE));
        } catch (SocketTimeoutException late) {
            throw expired(late);
        }
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        boolean armed = !unlimitedReads && arm();
        try {
            int count = channel.read(into);
            endSeen |= count < 0;
            disarm(armed, null);
            return count;
        } catch (IOException broken) {
            disarm(armed, broken);
            throw broken;
        }
    }

    @Override
    public int readArrived(ByteBuffer into) throws IOException {
        channel.configureBlocking(false);
        try {
            int count = channel.read(into);
            endSeen |= count < 0;
            return count;
        } finally {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        }
    }

    @Override
    public boolean endIsClean() {
        return true;
    }

    /** Whether the peer's FIN has been read. */
    boolean endSeen() {
        return endSeen;
    }

    /** Writes all of it. */
    void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            boolean armed = arm();
            try {
                channel.write(from);
                disarm(armed, null);
            } catch (IOException broken) {
                disarm(armed, broken);
                throw broken;
            }
        }
    }

    /** While set, reads through {@link #getInputStream} time out rather than wait. */
    void onlyArrived(boolean only) {
        onlyArrived = only;
    }

    private boolean arm() {
        long nanos = nanosLeft();
        if (nanos == Limits.NONE) {
            return false;
        }
        alarm.timeout(nanos, TimeUnit.NANOSECONDS);
        alarm.enter();
        return true;
    }

    private void disarm(boolean armed, @Nullable IOException broken) throws ExchangeFault {
        if (armed && alarm.exit()) {
            throw expired(broken);
        }
    }

    private ExchangeFault expired(@Nullable IOException cause) {
        ExchangeFault fault =
                limits == null
                        ? new ExchangeFault(Kind.CONNECT_TIMEOUT, "timed out")
                        : limits.expired();
        if (cause != null) {
            fault.addSuppressed(cause);
        }
        return fault;
    }

    private long nanosLeft() {
        return limits == null ? Limits.NONE : limits.nanosLeft();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException nothingLeftToClose) {
            // A channel that fails to close is closed for us all the same.
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
                ByteBuffer view = ByteBuffer.wrap(into, offset, length);
                if (!onlyArrived) {
                    return Wire.this.read(view);
                }
                int count = readArrived(view);
                if (count == 0 && length > 0) {
                    throw new SocketTimeoutException("nothing has arrived");
                }
                return count;
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
                Wire.this.write(ByteBuffer.wrap(from, offset, length));
            }
        };
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return isClosed();
    }

    @Override
    public boolean isOutputShutdown() {
        return isClosed();
    }

    @Override
    public void shutdownInput() {
        // Asked for by TLS after a close_notify; the close that follows does it.
    }

    @Override
    public void shutdownOutput() {
        // As above.
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return channel.socket().getRemoteSocketAddress();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return channel.socket().getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return channel.socket().getLocalAddress();
    }

    @Override
    public int getPort() {
        return channel.socket().getPort();
    }

    @Override
    public int getLocalPort() {
        return channel.socket().getLocalPort();
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
        return "Wire[" + channel + "]";
    }
}

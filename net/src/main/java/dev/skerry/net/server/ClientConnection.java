package dev.skerry.net.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * One client's connection as we keep it: what it is doing, since when, and its bytes on their way
 * to Undertow's parser, which sees only what {@link RequestFraming} lets pass. Lives on its I/O
 * thread.
 */
final class ClientConnection extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private enum Phase {
        /** The TLS handshake goes on. */
        HANDSHAKE,
        /** Waiting for a request; may be closed at any time. */
        IDLE,
        /** A head has begun. */
        HEAD,
        /** A request is being answered. */
        BUSY,
        /** HTTP/2: idle when there are no streams. */
        HTTP2,
        /**
         * All is said; what still comes in is thrown away, so that no reset destroys the answer.
         */
        LINGER
    }

    /** A request may be on its way when a drain begins: for so long an idle connection stays. */
    private static final long DRAIN_GRACE_NANOS = 1_000_000_000L;

    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final int LINGER_BYTES = 1 << 20;

    // Links of the loop's list.
    @Nullable ClientConnection following;
    @Nullable ClientConnection preceding;

    private final IoLoop loop;
    private final StreamConnection channel;
    private final ServerLimits limits;
    private final RequestFraming framing;
    private final AtomicInteger open;
    private final Http2Connections http2;
    private Phase phase = Phase.IDLE;
    private long since;
    private long writeBlockedSince;
    private boolean writeBlocked;
    private @Nullable Refusal refusal;
    private @Nullable Http1Exchange current;
    private final Set<Http2Exchange> streams = new HashSet<>(0);
    private @Nullable Runnable goAway;
    private boolean draining;
    private long drainingSince;
    private int discarded;
    private boolean closed;

    ClientConnection(
            IoLoop loop,
            StreamConnection channel,
            ServerLimits limits,
            AtomicInteger open,
            Http2Connections http2) {
        super(channel.getSourceChannel().getConduit());
        this.loop = loop;
        this.channel = channel;
        this.limits = limits;
        this.framing = new RequestFraming(limits);
        this.open = open;
        this.http2 = http2;
        this.since = loop.now();
    }

    IoLoop loop() {
        return loop;
    }

    ServerLimits limits() {
        return limits;
    }

    StreamConnection channel() {
        return channel;
    }

    RequestFraming framing() {
        return framing;
    }

    boolean lingering() {
        return phase == Phase.LINGER;
    }

    boolean draining() {
        return draining;
    }

    InetSocketAddress local() {
        return channel.getLocalAddress(InetSocketAddress.class);
    }

    InetSocketAddress peer() {
        return channel.getPeerAddress(InetSocketAddress.class);
    }

    // ---- The stream of bytes toward the parser

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (phase == Phase.LINGER) {
            return discard(dst);
        }
        if (refusal != null) {
            return refuse();
        }
        int start = dst.position();
        int count = next.read(dst);
        if (count <= 0) {
            return count;
        }
        if (phase == Phase.HTTP2) {
            since = loop.now();
            return count;
        }
        int end = admit(dst, start, start + count);
        dst.position(end);
        return end == start ? refuse() : end - start;
    }

    private int admit(ByteBuffer bytes, int from, int to) {
        int end = framing.scan(bytes, from, to);
        refusal = framing.refusal();
        if (framing.transparent()) {
            becomeHttp2();
        } else if (phase == Phase.IDLE || phase == Phase.HANDSHAKE) {
            phase = framing.insideHead() ? Phase.HEAD : Phase.IDLE;
            since = loop.now();
        }
        return end;
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (dsts[i].hasRemaining()) {
                return read(dsts[i]);
            }
        }
        return 0;
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
        return target.transferFrom(new ConduitReadableByteChannel(this), position, count);
    }

    @Override
    public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target)
            throws IOException {
        return IoUtils.transfer(new ConduitReadableByteChannel(this), count, throughBuffer, target);
    }

    @Override
    public void resumeReads() {
        // What is refused has been read already: the socket will not say anything by itself.
        if (refusal != null && phase != Phase.LINGER) {
            next.wakeupReads();
        } else {
            next.resumeReads();
        }
    }

    // ---- Life of the connection

    void opened(boolean handshake) {
        if (handshake) {
            phase = Phase.HANDSHAKE;
        }
        loop.add(this);
    }

    /** A request's head is complete. */
    void requestStarted(Http1Exchange exchange) {
        phase = Phase.BUSY;
        current = exchange;
    }

    /** The response has left; another request may come. */
    void requestEnded() {
        current = null;
        since = loop.now();
        phase = framing.insideHead() ? Phase.HEAD : Phase.IDLE;
    }

    /** Speaks HTTP/2 from now on. */
    void becomeHttp2() {
        if (phase == Phase.HTTP2) {
            return;
        }
        phase = Phase.HTTP2;
        http2.add(this);
        since = loop.now();
    }

    void goAwayWith(Runnable goAway) {
        this.goAway = goAway;
    }

    void streamStarted(Http2Exchange stream) {
        streams.add(stream);
    }

    void streamEnded(Http2Exchange stream) {
        streams.remove(stream);
        // If it was this one that waited, nobody would ever say that it no longer does.
        writeBlocked = false;
        since = loop.now();
    }

    /** Bytes wait to be written and the client takes none. */
    void writeBlocked() {
        if (!writeBlocked) {
            writeBlocked = true;
            writeBlockedSince = loop.now();
        }
    }

    /** The client has taken bytes. */
    void writeProgressed() {
        writeBlocked = false;
    }

    /** Ends keep-alive: with the next response, or soon if no request comes. */
    void drain() {
        draining = true;
        drainingSince = loop.now();
        Runnable away = goAway;
        if (away != null) {
            away.run();
        }
    }

    /** Lets nothing more out: the client sees that what it has is not whole. */
    void cut() {
        try {
            channel.setOption(Options.CLOSE_ABORT, true);
        } catch (IOException | RuntimeException e) {
            LOG.debug("cannot reset {}", channel.getPeerAddress(), e);
        }
        close();
    }

    void close() {
        IoUtils.safeClose(channel);
    }

    /**
     * Everything has been written: says goodbye and waits a moment for the client to do the same.
     */
    void linger() {
        current = null;
        phase = Phase.LINGER;
        since = loop.now();
        try {
            ConduitStreamSinkChannel sink = channel.getSinkChannel();
            sink.suspendWrites();
            sink.shutdownWrites();
            sink.flush();
            // Later, because whoever called may be Undertow's listener, which then sets itself.
            loop.execute(this::listenForTheEnd);
        } catch (IOException e) {
            LOG.debug("while closing {}", channel.getPeerAddress(), e);
            close();
        }
    }

    private void listenForTheEnd() {
        if (!closed) {
            channel.getSourceChannel().setConduit(this);
            channel.getSourceChannel().setReadListener(source -> lingerOn());
            next.wakeupReads();
        }
    }

    /** Called by the channel when it has closed, for whatever reason. */
    void closed() {
        if (closed) {
            return;
        }
        closed = true;
        open.decrementAndGet();
        loop.remove(this);
        Http1Exchange exchange = current;
        current = null;
        if (exchange != null) {
            exchange.connectionClosed();
        }
        http2.remove(this);
        for (Http2Exchange stream : List.copyOf(streams)) {
            stream.connectionClosed();
        }
    }

    void checkTimeouts(long now) {
        long age = now - since;
        switch (phase) {
            case IDLE -> {
                if (drained(now, age) || age > limits.idleTimeout().toNanos()) {
                    close();
                }
            }
            case HANDSHAKE -> {
                if (age > limits.headTimeout().toNanos()) {
                    close();
                }
            }
            case HEAD -> {
                if (age > limits.headTimeout().toNanos()) {
                    answer(new Refusal(408, "the request took too long"));
                }
            }
            case BUSY -> checkWrite(now);
            case HTTP2 -> {
                checkWrite(now);
                // The last frames of the last stream, and GOAWAY, may still be on their way.
                boolean over = drained(now, age) || age > limits.idleTimeout().toNanos();
                if (streams.isEmpty() && over) {
                    close();
                }
            }
            case LINGER -> {
                if (age > LINGER_NANOS) {
                    close();
                }
            }
        }
    }

    private boolean drained(long now, long age) {
        return draining && Math.min(age, now - drainingSince) > DRAIN_GRACE_NANOS;
    }

    private void checkWrite(long now) {
        if (writeBlocked && now - writeBlockedSince > limits.writeTimeout().toNanos()) {
            cut();
        }
    }

    // ---- Refusals

    private int refuse() {
        Refusal why = refusal;
        if (why == null) {
            return 0;
        }
        if (framing.refusedInBody()) {
            // Not thrown: Undertow would close the connection before anybody could answer.
            if (current != null) {
                current.requestBroken(new RequestBodyFailure(why.status(), why.reason()));
            }
            return 0;
        }
        answer(why);
        return 0;
    }

    private void answer(Refusal why) {
        byte[] body = (why.reason() + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = loop.scratch();
        ResponseHeads.statusLine(out, why.status());
        ResponseHeads.line(out, "Content-Type", "text/plain");
        ResponseHeads.lines(out, loop.refusals());
        ResponseHeads.contentLength(out, body.length);
        ResponseHeads.line(out, "Connection", "close");
        ResponseHeads.end(out);
        out.put(body).flip();
        try {
            // Nothing is unsent on this connection, so the socket takes this little; if not, the
            // client has not earned more.
            channel.getSinkChannel().getConduit().write(out);
        } catch (IOException e) {
            close();
            return;
        }
        linger();
    }

    private void lingerOn() {
        try {
            if (discard(loop.scratch()) < 0) {
                close();
            }
        } catch (IOException e) {
            LOG.debug("while closing {}", channel.getPeerAddress(), e);
            close();
        }
    }

    /** Reads and forgets. Returns 0 while the client may still send, -1 when it is over. */
    private int discard(ByteBuffer into) throws IOException {
        int start = into.position();
        int count = next.read(into);
        into.position(start);
        if (count > 0) {
            discarded += count;
            return discarded > LINGER_BYTES ? -1 : 0;
        }
        return count;
    }
}

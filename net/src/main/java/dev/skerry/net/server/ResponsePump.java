package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.channels.StreamSinkChannel;

/**
 * Moves one response body to one client at the pace of both. It never blocks and owns no thread: it
 * runs on the connection's I/O thread when the channel takes bytes or the source has some, and is
 * parked in between. Whoever wakes it from another thread only leaves a task for the I/O thread, at
 * most one at a time.
 */
final class ResponsePump {
    /** How the end of the body is told. */
    enum Framing {
        /** Content-Length: exactly that many bytes must come. */
        LENGTH,
        CHUNKED,
        /** The end of the connection is the end of the body (HTTP/1.0). */
        CLOSE,
        /** The channel frames by itself (HTTP/2). */
        STREAM
    }

    /** Whose response this is. */
    interface Owner {
        /**
         * Called once when nothing more is sent: the source is closed by then.
         *
         * @param bodyBytes bytes of the body handed to the connection
         */
        void pumpEnded(long bodyBytes, boolean whole);

        /** The body is at its end: the trailer fields for the pump to write after it. */
        FieldList trailers(BodySource source);

        /** The client takes nothing at the moment. */
        void writeBlocked();

        /** The client has taken bytes. */
        void writeProgressed();

        /** Whether the channel hands bytes of a file to the system as they lie there. */
        boolean takesFiles();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ResponsePump.class);

    /** After so many bytes in one go the other connections of the thread get their turn. */
    private static final long TURN_BYTES = 2 << 20;

    /**
     * So much of a file is sent before the source is asked again, which knows what lies in memory.
     */
    private static final long SPAN_BYTES = 1 << 20;

    private final Owner owner;
    private final IoLoop loop;
    private final StreamSinkChannel sink;
    private final BodySource source;
    private final Framing framing;
    private final AtomicBoolean parked = new AtomicBoolean();
    private final Runnable wake = this::wake;
    private final Outgoing outgoing;
    private final boolean takesSpans;
    private long promised;
    private boolean beginning;
    private boolean allStaged;
    private boolean shutDown;
    private boolean ended;

    /**
     * A pump that has not begun.
     *
     * @param head goes before the body; may be the loop's scratch buffer
     * @param promised with {@link Framing#LENGTH}, the bytes that the source must still bring
     * @param alreadySent body bytes that have left before, for the count
     */
    ResponsePump(
            Owner owner,
            IoLoop loop,
            StreamSinkChannel sink,
            BodySource source,
            Framing framing,
            ByteBuffer head,
            long promised,
            long alreadySent) {
        this.owner = owner;
        this.loop = loop;
        this.sink = sink;
        this.source = source;
        this.framing = framing;
        this.promised = promised;
        this.outgoing = new Outgoing(loop, sink, head, alreadySent);
        this.takesSpans =
                owner.takesFiles() && (framing == Framing.LENGTH || framing == Framing.CLOSE);
    }

    /** Sends what can be sent now and parks for the rest. On the I/O thread. */
    void start() {
        sink.getWriteSetter().set(channel -> run());
        beginning = true;
        run();
    }

    /** Sends no more. On the I/O thread. The owner is not told. */
    void stop() {
        if (!ended) {
            ended = true;
            sink.suspendWrites();
            source.close();
        }
    }

    private void run() {
        if (ended) {
            return;
        }
        try {
            pump();
        } catch (IOException e) {
            LOG.debug("a response was cut short", e);
            end(false);
        } catch (RuntimeException e) {
            LOG.error("a response body failed", e);
            end(false);
        }
        if (!ended) {
            outgoing.keep();
        }
    }

    private void pump() throws IOException {
        if (beginning) {
            beginning = false;
            joinHead();
        }
        long turnEnds = outgoing.bodyBytes() + TURN_BYTES;
        while (writeStaged()) {
            if (allStaged) {
                finish();
                return;
            }
            if (outgoing.bodyBytes() >= turnEnds) {
                sink.resumeWrites();
                return;
            }
            BodySource.Span span = takesSpans ? source.span() : null;
            if (span == null ? !stageNext() : !send(span)) {
                return;
            }
        }
        blocked();
    }

    /**
     * Lets what is there of a body leave with the head, by one system call: to copy a small one in
     * pieces costs less than a call for each.
     */
    private void joinHead() throws IOException {
        if (framing != Framing.LENGTH || (takesSpans && source.span() != null)) {
            return;
        }
        ByteBuffer data = source.next();
        while (data != null) {
            int length = data.remaining();
            announced(length);
            if (!outgoing.append(data)) {
                stageData(data);
                return;
            }
            promised -= length;
            data = source.next();
        }
    }

    /** Writes what is staged; false when the channel takes no more. */
    private boolean writeStaged() throws IOException {
        while (!outgoing.isEmpty()) {
            if (outgoing.write() == 0) {
                return false;
            }
            owner.writeProgressed();
        }
        return true;
    }

    /** Sends from a file; false when the channel takes no more. */
    private boolean send(BodySource.Span span) throws IOException {
        announced(span.length());
        if (!sink.flush()) {
            blocked();
            return false;
        }
        long asked = Math.min(span.length(), SPAN_BYTES);
        long sent = outgoing.transfer(span, asked);
        if (framing == Framing.LENGTH) {
            promised -= sent;
        }
        if (sent > 0) {
            source.consumed(sent);
            owner.writeProgressed();
        }
        if (sent < asked) {
            // The rest is not kept: when the client takes more it may no longer be in memory.
            blocked();
        }
        return sent == asked;
    }

    /** Takes the next piece from the source; false when the pump has parked instead. */
    private boolean stageNext() throws IOException {
        ByteBuffer data = source.next();
        if (data != null) {
            stageData(data);
            return true;
        }
        if (source.ended()) {
            stageEnd();
            return true;
        }
        if (!sink.flush()) {
            blocked();
            return false;
        }
        sink.suspendWrites();
        parked.set(true);
        source.onReadable(wake);
        return false;
    }

    private void stageData(ByteBuffer data) throws IOException {
        announced(data.remaining());
        if (framing == Framing.CHUNKED) {
            outgoing.stageChunk(data);
            return;
        }
        if (framing == Framing.LENGTH) {
            promised -= data.remaining();
        }
        outgoing.stage(data);
    }

    private void announced(int bytes) throws IOException {
        if (framing == Framing.LENGTH && bytes > promised) {
            throw new IOException("the body is longer than announced");
        }
    }

    private void stageEnd() throws IOException {
        if (framing == Framing.LENGTH && promised != 0) {
            throw new IOException("the body is shorter than announced");
        }
        FieldList trailers = owner.trailers(source);
        if (framing == Framing.CHUNKED) {
            outgoing.stageLastChunk(trailers);
        }
        allStaged = true;
    }

    private void finish() throws IOException {
        if (framing == Framing.STREAM && !shutDown) {
            shutDown = true;
            sink.shutdownWrites();
        }
        if (sink.flush()) {
            end(true);
        } else {
            blocked();
        }
    }

    private void blocked() {
        owner.writeBlocked();
        sink.resumeWrites();
    }

    private void end(boolean whole) {
        if (ended) {
            return;
        }
        ended = true;
        if (framing != Framing.STREAM || !whole) {
            sink.suspendWrites();
        }
        source.close();
        owner.pumpEnded(outgoing.bodyBytes(), whole);
    }

    /** On any thread. */
    private void wake() {
        if (parked.compareAndSet(true, false)) {
            loop.execute(this::run);
        }
    }
}

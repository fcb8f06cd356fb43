package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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
    }

    private static final Logger LOG = LoggerFactory.getLogger(ResponsePump.class);

    /** After so many bytes in one go the other connections of the thread get their turn. */
    private static final long TURN_BYTES = 2 << 20;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Owner owner;
    private final IoLoop loop;
    private final StreamSinkChannel sink;
    private final BodySource source;
    private final Framing framing;
    private final AtomicBoolean parked = new AtomicBoolean();
    private final Runnable wake = this::wake;
    private final ByteBuffer frame = ByteBuffer.allocate(32);
    private final ByteBuffer chunkEnd = ResponseHeads.chunkEnd();

    // What goes out next, in this order: bytes before the chunk, the chunk, bytes after it.
    private ByteBuffer staged;
    private @Nullable ByteBuffer chunk;
    private ByteBuffer tail = EMPTY;
    private long promised;
    private long bodyBytes;
    private boolean allStaged;
    private boolean shutDown;
    private boolean ended;

    /**
     * A pump that has not begun.
     *
     * @param staged bytes that go before the body: the head; may be the loop's scratch buffer
     * @param promised with {@link Framing#LENGTH}, the bytes that the source must still bring
     * @param alreadySent body bytes that have left before, for the count
     */
    ResponsePump(
            Owner owner,
            IoLoop loop,
            StreamSinkChannel sink,
            BodySource source,
            Framing framing,
            ByteBuffer staged,
            long promised,
            long alreadySent) {
        this.owner = owner;
        this.loop = loop;
        this.sink = sink;
        this.source = source;
        this.framing = framing;
        this.staged = staged;
        this.promised = promised;
        this.bodyBytes = alreadySent;
    }

    /** Sends what can be sent now and parks for the rest. On the I/O thread. */
    void start() {
        sink.getWriteSetter().set(channel -> run());
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
            keepStaged();
        }
    }

    private void pump() throws IOException {
        long turnEnds = bodyBytes + TURN_BYTES;
        while (writeStaged()) {
            if (allStaged) {
                finish();
                return;
            }
            if (bodyBytes >= turnEnds) {
                sink.resumeWrites();
                return;
            }
            if (!stageNext()) {
                return;
            }
        }
        blocked();
    }

    /** Writes what is staged; false when the channel takes no more. */
    private boolean writeStaged() throws IOException {
        while (true) {
            ByteBuffer data = chunk;
            int before = data == null ? 0 : data.remaining();
            if (!staged.hasRemaining() && before == 0 && !tail.hasRemaining()) {
                chunk = null;
                return true;
            }
            long written = write(data);
            if (data != null) {
                bodyBytes += before - data.remaining();
            }
            if (written == 0) {
                return false;
            }
            owner.writeProgressed();
        }
    }

    private long write(@Nullable ByteBuffer data) throws IOException {
        ByteBuffer body = data == null ? EMPTY : data;
        if (!staged.hasRemaining() && !tail.hasRemaining()) {
            return sink.write(body);
        }
        if (!body.hasRemaining() && !tail.hasRemaining()) {
            return sink.write(staged);
        }
        try {
            return sink.write(loop.parts(staged, body, tail), 0, 3);
        } finally {
            loop.forgetParts();
        }
    }

    /** Takes the next piece from the source; false when the pump has parked instead. */
    private boolean stageNext() throws IOException {
        ByteBuffer data = source.next();
        if (data != null) {
            stageChunk(data);
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

    private void stageChunk(ByteBuffer data) throws IOException {
        if (framing == Framing.LENGTH) {
            promised -= data.remaining();
            if (promised < 0) {
                throw new IOException("the body is longer than announced");
            }
        } else if (framing == Framing.CHUNKED) {
            frame.clear();
            ResponseHeads.chunkSize(frame, data.remaining());
            staged = frame.flip();
            tail = chunkEnd.rewind();
        }
        chunk = data;
    }

    private void stageEnd() throws IOException {
        if (framing == Framing.LENGTH && promised != 0) {
            throw new IOException("the body is shorter than announced");
        }
        FieldList trailers = owner.trailers(source);
        if (framing == Framing.CHUNKED) {
            ByteBuffer end = ByteBuffer.allocate(frame.capacity() + ResponseHeads.size(trailers));
            ResponseHeads.lastChunk(end, trailers);
            staged = end.flip();
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

    /** The scratch buffer is the loop's: what is left in it must be ours before we return. */
    private void keepStaged() {
        if (!staged.hasRemaining()) {
            staged = EMPTY;
        } else if (staged.isDirect()) {
            staged = ByteBuffer.allocate(staged.remaining()).put(staged).flip();
        }
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
        owner.pumpEnded(bodyBytes, whole);
    }

    /** On any thread. */
    private void wake() {
        if (parked.compareAndSet(true, false)) {
            loop.execute(this::run);
        }
    }
}

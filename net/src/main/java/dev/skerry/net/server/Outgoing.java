package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.channels.StreamSinkChannel;

/**
 * What one response has ready for its channel: bytes before a piece of the body (the head, the size
 * of a chunk), the piece, bytes after it. Used on the I/O thread.
 */
final class Outgoing {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final IoLoop loop;
    private final StreamSinkChannel sink;
    private final ByteBuffer frame = ByteBuffer.allocate(32);
    private final ByteBuffer chunkEnd = ResponseHeads.chunkEnd();
    private ByteBuffer before;
    private ByteBuffer piece = EMPTY;
    private ByteBuffer after = EMPTY;
    private long bodyBytes;

    /** Bytes of the body at the end of {@code before}. */
    private int behindHead;

    /**
     * Has a head to send.
     *
     * @param head may be the loop's scratch buffer, until {@link #keep}
     * @param alreadySent body bytes that have left before, for the count
     */
    Outgoing(IoLoop loop, StreamSinkChannel sink, ByteBuffer head, long alreadySent) {
        this.loop = loop;
        this.sink = sink;
        this.before = head;
        this.bodyBytes = alreadySent;
    }

    /** Whether the channel has taken all that was staged. */
    boolean isEmpty() {
        return !before.hasRemaining() && !piece.hasRemaining() && !after.hasRemaining();
    }

    /** Bytes of the body that the channel has taken. */
    long bodyBytes() {
        return bodyBytes;
    }

    /** How much of a body fits behind the head; nothing once the head is on its way. */
    int room() {
        return before.position() == 0 ? before.capacity() - before.limit() : 0;
    }

    /** Puts a piece of the body behind the head, where it fits; whether it does. */
    boolean append(ByteBuffer data) {
        int length = data.remaining();
        if (length > room()) {
            return false;
        }
        int end = before.limit();
        before.limit(end + length).put(end, data, data.position(), length);
        data.position(data.limit());
        behindHead += length;
        return true;
    }

    /** Stages a piece of the body, which is consumed as it leaves. */
    void stage(ByteBuffer data) {
        piece = data;
    }

    /** Stages a piece of the body as a chunk (RFC 9112 §7.1). */
    void stageChunk(ByteBuffer data) {
        frame.clear();
        ResponseHeads.chunkSize(frame, data.remaining());
        before = frame.flip();
        piece = data;
        after = chunkEnd.rewind();
    }

    /** Stages the last chunk and the trailer section. */
    void stageLastChunk(FieldList trailers) {
        ByteBuffer end = ByteBuffer.allocate(frame.capacity() + ResponseHeads.size(trailers));
        ResponseHeads.lastChunk(end, trailers);
        before = end.flip();
    }

    /** Writes of what is staged as much as the channel takes at once; 0 when it takes nothing. */
    long write() throws IOException {
        ByteBuffer body = piece;
        int unsent = body.remaining();
        long written = gather(body);
        bodyBytes += unsent - body.remaining();
        int left = Math.min(behindHead, before.remaining());
        bodyBytes += behindHead - left;
        behindHead = left;
        if (!body.hasRemaining()) {
            piece = EMPTY;
        }
        return written;
    }

    private long gather(ByteBuffer body) throws IOException {
        if (!before.hasRemaining() && !after.hasRemaining()) {
            return sink.write(body);
        }
        if (!body.hasRemaining() && !after.hasRemaining()) {
            return sink.write(before);
        }
        try {
            return sink.write(loop.parts(before, body, after), 0, 3);
        } finally {
            loop.forgetParts();
        }
    }

    /**
     * Sends bytes of the body straight from a file; nothing may be staged.
     *
     * @param bytes at most so many
     * @return how many the channel has taken, 0 when it takes nothing
     * @throws IOException also when the file has no more bytes there, which would look the same
     */
    long transfer(BodySource.Span span, long bytes) throws IOException {
        long sent = sink.transferFrom(span.channel(), span.position(), bytes);
        if (sent <= 0 && span.channel().size() <= span.position()) {
            throw new IOException("a file ends before what was stored in it");
        }
        bodyBytes += sent;
        return sent;
    }

    /** The scratch buffer is the loop's: what is left in it must be ours before we return to it. */
    void keep() {
        if (!before.hasRemaining()) {
            before = EMPTY;
        } else if (before.isDirect()) {
            before = ByteBuffer.allocate(before.remaining()).put(before).flip();
        }
    }
}

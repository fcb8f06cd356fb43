package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Where a response body comes from, possibly while it is still being received. The server pulls on
 * the connection's I/O thread as the connection takes bytes; nothing here may block.
 */
public interface BodySource extends AutoCloseable {
    /** Names, values, and 32 bytes for each line; more of them are dropped. */
    int MAX_HTTP2_TRAILER_BYTES = 8 * 1024;

    /**
     * Bytes that lie in a file.
     *
     * @param channel open until the source is closed; its own position means nothing
     * @param position of the first byte in the file
     * @param length at least 1
     */
    record Span(FileChannel channel, long position, int length) {}

    /** A body that is there already: the remaining bytes, which are consumed. */
    static BodySource of(ByteBuffer bytes) {
        return new BufferSource(bytes, () -> {});
    }

    /**
     * The exact number of bytes that will come, or -1 when unknown (chunked on HTTP/1.1,
     * close-delimited on 1.0).
     */
    long length();

    /**
     * The next bytes, at least one remaining; the same buffer again until the server has moved its
     * position to the limit; null when nothing is there now, or at the end.
     *
     * @throws IOException when the body broke: the connection is cut (or the stream reset), so that
     *     the client can tell
     */
    @Nullable ByteBuffer next() throws IOException;

    /**
     * The next bytes as they lie in a file, where they need not be copied to be sent, nor waited
     * for; else null, and {@link #next} has them. Asked only on connections that can make use of
     * it, and not before what {@code next} gave is consumed.
     */
    default @Nullable Span span() {
        return null;
    }

    /** The first so many bytes of the last {@link #span} have been sent, at least one. */
    default void consumed(long bytes) {
        throw new IllegalStateException("no span was given");
    }

    /** Whether everything has been consumed. */
    boolean ended();

    /**
     * Trailer fields, asked for once {@link #ended}. They are sent where the framing has room for
     * them (chunked, HTTP/2) and the client said {@code TE: trailers} (RFC 9110 §6.5.1); over
     * HTTP/2 only if they take no more than {@link #MAX_HTTP2_TRAILER_BYTES}.
     */
    default FieldList trailers() {
        return FieldList.EMPTY;
    }

    /**
     * Runs {@code wake} once when {@link #next} has something new to say: at once if so already,
     * else on any thread.
     */
    void onReadable(Runnable wake);

    /** Called exactly once by the server when it needs no more. */
    @Override
    void close();
}

package dev.skerry.net.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a response body comes from, possibly while it is still being received. The server pulls on
 * the connection's I/O thread as the connection takes bytes; nothing here may block.
 */
public interface BodySource extends AutoCloseable {
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

    /** Whether everything has been consumed. */
    boolean ended();

    /**
     * Runs {@code wake} once when {@link #next} has something new to say: at once if so already,
     * else on any thread.
     */
    void onReadable(Runnable wake);

    /** Called exactly once by the server when it needs no more. */
    @Override
    void close();
}

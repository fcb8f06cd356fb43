package dev.skerry.cache.store;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place in a body, complete or still growing. Not thread-safe: one thread at a time;
 * {@code onReadable} is the only thing that another thread (the writer) acts upon.
 */
public interface BodyReader extends AutoCloseable {
    /**
     * The number of bytes from here to the end of what was asked for, or -1 while the body's end is
     * not known.
     */
    long remaining();

    /**
     * The next bytes: a buffer with at least one byte remaining, the same one again until the
     * caller has consumed it by moving its position; null when nothing is there now, or at the end
     * (see {@link #ended}). Never blocks.
     *
     * @throws LeftBehind when this reader fell behind the window of a growing body
     * @throws IOException when the body failed: what was read so far is all there will ever be
     */
    @Nullable ByteBuffer next() throws IOException;

    /**
     * The next bytes as they lie in a file, where that is how they can be had best; else null, and
     * {@link #next} has them. Never blocks. What {@code next} has begun must be consumed first.
     */
    default @Nullable FileSpan span() {
        return null;
    }

    /** Consumes the first so many bytes of what {@link #span} gave. */
    default void consumed(long bytes) {
        throw new IllegalStateException("no span was given");
    }

    /** Whether all bytes that were asked for have been consumed. */
    boolean ended();

    /**
     * The trailer fields, once the end of a body is reached that was followed as it grew; of what
     * is stored there are none (RFC 9110 §6.5.1 lets a cache drop them).
     */
    default FieldList trailers() {
        return FieldList.EMPTY;
    }

    /**
     * Runs {@code wake} once, as soon as {@link #next} has something new to say (bytes, end or
     * failure): at once on the calling thread if that is so already, else later on the writer's
     * thread. Replaces an earlier one.
     */
    void onReadable(Runnable wake);

    /** Lets go of the memory that this reader holds. Idempotent. */
    @Override
    void close();
}

package dev.skerry.cache.store;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A body that one writer fills while any number of readers follow, each at its own speed. While it
 * is <i>whole</i>, all bytes from the first on are kept, readers may join at any place, and it can
 * be stored when complete. It becomes <i>windowed</i> when it is not storable, larger than the
 * store takes, or the pool has no room: then the bytes that every reader has passed are dropped,
 * the writer waits for the slowest reader within limits, and nobody may join behind the window.
 */
public interface GrowingBody {
    /**
     * Appends bytes. Blocks (a virtual thread) while a window is full. A reader that holds up
     * others for longer than the limit is cut off.
     *
     * @throws Unwanted when nobody will ever read this body any more and it cannot be stored: stop
     *     fetching
     * @throws IOException when it has failed, or no memory was to be had for it
     */
    void append(ByteBuffer bytes) throws IOException;

    /**
     * From now on, readers can go on elsewhere ({@link LeftBehind}): those that hold up others are
     * cut off almost at once, so that a slow one slows nobody.
     */
    void mayLeaveBehind();

    /** All bytes have been appended, and no trailer fields follow. */
    default void complete() {
        complete(FieldList.EMPTY);
    }

    /**
     * All bytes have been appended.
     *
     * @param trailers what readers that followed get after them; never stored
     */
    void complete(FieldList trailers);

    /** No more bytes will come: readers get this failure after the bytes that are there. */
    void fail(IOException cause);

    /** Names the body, see {@link StoredResponse#bodyId}. */
    long bodyId();

    /**
     * As {@link #fail}, by the writer itself: what has been appended is sound, and may be stored as
     * a part.
     */
    void breakOff(IOException cause);

    /** The bytes appended so far. */
    long written();

    /** The length when complete, -1 before. */
    long length();

    /** Whether it still holds every byte from the first on. */
    boolean whole();

    /** The number of open readers. */
    int readers();

    /**
     * A reader from {@code from} to {@code to} (exclusive; {@link Long#MAX_VALUE} for the end), or
     * null when {@code from} lies before the window, or the body failed or was released.
     */
    @Nullable BodyReader reader(long from, long to);

    /**
     * The writer gives its claim back: after a put, or when the body will not be stored. Open
     * readers go on; without any the memory is freed. Idempotent.
     */
    void release();
}

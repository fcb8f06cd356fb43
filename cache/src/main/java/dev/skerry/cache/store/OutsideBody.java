package dev.skerry.cache.store;

import dev.skerry.cache.http.Extent;
import java.util.List;

/**
 * Bytes of a stored body that lie outside memory. Reference-counted: whoever is given one holds a
 * reference and gives it back once. As long as one is held the bytes stay readable, even if the
 * slower tier has given up the record meanwhile.
 */
public interface OutsideBody {
    /** The bytes that are there, in order, with a gap between any two; never changes. */
    List<Extent> extents();

    /**
     * A reader of the bytes from {@code from} (inclusive) to {@code to} (exclusive). It holds a
     * reference of its own. What it gives out has been verified; a fault of the device, or bytes
     * that are not those that were written, come as an {@link java.io.IOException} from {@link
     * BodyReader#next}, and the record is given up.
     *
     * @throws IndexOutOfBoundsException unless all these bytes are there
     */
    BodyReader reader(long from, long to);

    /**
     * Whether the tier has given up the place where some of these bytes lie: they are readable as
     * long as a reference is held, and take room that the tier no longer counts.
     */
    boolean hasLeft();

    /** Takes one more reference; the caller is sure that another one is held meanwhile. */
    void retain();

    /** Gives one reference back. */
    void release();
}

package dev.skerry.cache.store;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.key.KeyName;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response in a store, reference-counted. Whoever got one from a lookup holds a reference and
 * must {@link #release} it exactly once; nothing else here may be called after that. The numbers
 * are plain fields, so that a hit decodes nothing.
 */
public interface StoredResponse {
    /** Status code. */
    int status();

    /** Length of the complete body in bytes, whether or not all of it is stored. */
    long bodyLength();

    /**
     * Names the body: unique in the store, the one of the {@link GrowingBody} that it was, and the
     * same after the head was replaced ({@link ResponseStore#freshen}).
     */
    long bodyId();

    /** Where the body lies; below, if any part of it does. */
    Tier tier();

    /** Whether all of the body is stored. */
    boolean isWhole();

    /** The bytes that are stored, in order, with a gap between any two. */
    List<Extent> extents();

    /** See {@link Stamp#bornAt}. */
    long bornAt();

    /** See {@link Stamp#bornAtLocal}. */
    long bornAtLocal();

    /** See {@link Stamp#receivedMillis}. */
    long receivedMillis();

    /** See {@link Stamp#initialAgeMillis}. */
    long initialAgeMillis();

    /** See {@link Stamp#lifetimeMillis}. */
    long lifetimeMillis();

    /** See {@link Stamp#staleWhileRevalidateMillis}. */
    long staleWhileRevalidateMillis();

    /** See {@link Stamp#staleIfErrorMillis}. */
    long staleIfErrorMillis();

    /** See {@link Stamp#flags}. */
    int flags();

    /**
     * The ledger revision up to which this response was last judged alive; process-local, never
     * persisted.
     */
    long checkedAt();

    /** Sets {@link #checkedAt}; a racy write of an older value costs one more judgement. */
    void checkedAt(long revision);

    /** The whole head, decoded: allocates. */
    StoredHead head();

    /** {@link StoredHead#vary} alone: cheaper than the whole head. */
    List<String> vary();

    /** {@link StoredHead#selecting} alone: cheaper than the whole head. */
    FieldList selecting();

    /** {@link StoredHead#tags} alone: cheaper than the whole head. */
    List<String> tags();

    /** {@link StoredHead#name} alone: cheaper than the whole head. */
    @Nullable KeyName name();

    /**
     * The field lines as {@code name: value CR LF} in ISO-8859-1, without a final empty line: a
     * read-only view of direct memory, valid until release.
     */
    ByteBuffer fieldLines();

    /**
     * The whole body in one buffer if it lies in one piece (a view, valid until release; empty for
     * no body), else null; always null when a part of it is missing.
     */
    @Nullable ByteBuffer contiguousBody();

    /**
     * A reader of the bytes from {@code from} (inclusive) to {@code to} (exclusive). It holds a
     * reference of its own.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= bodyLength} and all these
     *     bytes are stored
     */
    BodyReader reader(long from, long to);

    /**
     * Takes one more reference, which the caller owes a release; false when the last one was
     * already given back.
     */
    boolean retain();

    /** Gives one reference back. */
    void release();
}

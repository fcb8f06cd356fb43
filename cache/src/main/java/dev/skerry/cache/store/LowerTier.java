package dev.skerry.cache.store;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tier below memory. It keeps what it is given as long as it can, may lose anything, and never
 * gives out a byte that was not received for that key, variant and response. No fault of its device
 * comes out of these methods: what cannot be read is not there, what cannot be written is counted.
 * Thread-safe.
 *
 * <p>Writes are taken in the order of the calls for one key, and happen soon on the tier's own
 * thread. From the return of {@link #write} or {@link #remove} on, no {@link #tryLoad} that begins
 * later finds what they replace.
 */
public interface LowerTier extends AutoCloseable {
    /** Whether there may be something under this key: from memory alone. False is certain. */
    boolean mayHold(CacheKey key);

    /** What a look below came to. */
    enum Look {
        /** Everything that is there was given to the sink. */
        DONE,
        /** The device would have to be waited for; the sink was given nothing. */
        WOULD_WAIT
    }

    /** Looks without waiting for a device. */
    Look tryLoad(CacheKey key, LoadSink sink);

    /**
     * Looks on a thread of the tier, and runs {@code then} there afterwards, whatever came of it.
     * When too many look already, nothing is found (counted).
     */
    void load(CacheKey key, LoadSink sink, Runnable then);

    /** Takes what a look found, one stored response a call, the newest first. */
    @FunctionalInterface
    interface LoadSink {
        /**
         * One stored response.
         *
         * @param head as {@link dev.skerry.cache.store.head.HeadCodec} writes it, {@code
         *     receivedMillis} and {@code initialAgeMillis} restated by the monotonic clock; valid
         *     during the call
         * @param bodyId see {@link StoredResponse#bodyId}
         * @param length of the complete body
         * @param body the whole verified body where it is small; valid during the call; else null
         * @param outside where the body lies; the sink owns a reference if it {@linkplain
         *     OutsideBody#retain retains} it during the call
         */
        void found(
                ByteBuffer head,
                long bodyId,
                long length,
                @Nullable ByteBuffer body,
                OutsideBody outside);
    }

    /**
     * Whether this response of the key is the one that the tier holds for its variant, or may be:
     * never waits for a device.
     */
    boolean holds(CacheKey key, StoredResponse response);

    /**
     * Stores a response, in place of what is stored of its variant. What lies in this tier already
     * is not written again.
     *
     * @param parts its bytes, in order; a reference of each is the tier's from now on, whatever
     *     comes of it
     * @param used whether a request has used it since it was stored
     * @return whether it was taken; if not (no room in the queue, not admitted, the disk has
     *     stepped aside) what was stored of its variant is gone
     */
    boolean write(
            CacheKey key,
            StoredHead head,
            long bodyId,
            long length,
            List<Part> parts,
            boolean used);

    /**
     * Bytes of a response: in memory, or here already.
     *
     * @param extent where they lie in the representation
     * @param memory gives a reader of them, and gives them back when closed; null if they are below
     * @param outside where they lie below; null if they are in memory
     */
    record Part(Extent extent, @Nullable MemoryPart memory, @Nullable OutsideBody outside) {}

    /** Bytes in memory that are held until they are closed. */
    interface MemoryPart extends AutoCloseable {
        /** From the first byte of the part to its end; never waits. */
        BodyReader reader();

        @Override
        void close();
    }

    /** A request has used what is stored under this key, here or in memory above. */
    void used(CacheKey key);

    /** Forgets a response of the key, for good: not even a restart brings it back. */
    void remove(CacheKey key, StoredHead variant);

    /**
     * Begins a body that is too large for memory, or a part of one, written while it is received.
     *
     * @param name for quotas and admission
     * @param from where in the representation its first byte lies
     * @param expectedLength of what is written; -1 when that is not known
     * @return null when the tier takes none now
     */
    @Nullable Spill spill(CacheKey key, KeyName name, long from, long expectedLength);

    /**
     * A body, or a part of one, on its way down. One writer; any number of readers of what is down
     * already.
     */
    interface Spill {
        /**
         * Appends bytes, in pieces of at most 1 MiB; waits while the queue of the device is full.
         *
         * @param bytes held until they are {@linkplain #written written}: the tier closes it
         * @throws IOException when the tier cannot go on: what is written stays readable
         */
        void append(MemoryPart bytes, int length) throws IOException;

        /** How many bytes from the first on can be read back. */
        long written();

        /**
         * Runs once when {@link #written} has grown or the spill fails; at once on the calling
         * thread if it has failed already. Replaces another.
         */
        void onWritten(Runnable wake);

        /**
         * What is written so far, with a reference for the caller; its bytes lie where they do in
         * the representation.
         */
        OutsideBody body();

        /** The writer lets go; the space is free when no reader is left and nothing was stored. */
        void close();
    }

    /**
     * Tells of every key of which bytes have left: they were moved, given up to make room, or
     * proved unreadable. Whoever holds {@linkplain OutsideBody bodies} of such a key that nobody
     * uses shall release them, so that the device has its room back; a later look finds what is
     * still stored. It runs on a thread of the tier or a reader's, and must not wait.
     */
    void onLeft(Consumer<CacheKey> told);

    /**
     * Shows what is stored, as {@link ResponseStore#list}; a tier that cannot tell shows nothing.
     */
    default void list(Listing listing) {}

    /** Shows what is stored under one key. */
    default void list(CacheKey key, Listing listing) {}

    /** The bytes of the devices that hold something. */
    long bytes();

    /** Stops taking writes, writes what is queued within a few seconds, closes the devices. */
    @Override
    void close();
}

package dev.skerry.cache.store;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps responses, whole ones and parts of them, under a byte budget. Thread-safe. {@link #find}
 * and {@link #load} never block; what changes a key may wait for a device when part of what is
 * stored lies below memory, so that it is for threads which may.
 */
public interface ResponseStore extends AutoCloseable {
    /**
     * What is stored under this key in memory, or null. Counts as a use of the key. When it is null
     * {@link #load} may know more.
     */
    @Nullable Variants find(CacheKey key);

    /**
     * After {@link #find} found nothing: looks below memory. A store of one tier says false.
     *
     * @param listener is told what is stored under the key: on the calling thread before this
     *     returns, or later on a thread that must not be held up
     * @return false, and the listener hears nothing, when there is certainly nothing
     */
    default boolean load(CacheKey key, LoadListener listener) {
        return false;
    }

    /** Waits for what lies below memory. */
    interface LoadListener {
        /** On the calling thread: what follows will happen on another one. */
        void waits();

        /**
         * Called once.
         *
         * @param variants as {@link #find} gives them, but certainly not released before this
         *     returns
         */
        void loaded(@Nullable Variants variants);
    }

    /**
     * What is stored under the key, below memory too: waits for a device, so that it is for threads
     * which may. What came from below is certainly not released before the answer is closed.
     */
    default Looked look(CacheKey key) {
        Variants variants = find(key);
        return new Looked() {
            @Override
            public @Nullable Variants variants() {
                return variants;
            }

            @Override
            public void close() {}
        };
    }

    /**
     * A request is answered with a stored response that {@link #find} gave. On the path of every
     * hit; allocates nothing but at the first use.
     *
     * @param stored which the caller holds
     */
    default void used(CacheKey key, StoredResponse stored) {}

    /**
     * Whether this is still what is stored under the key: no change has been made since. What has
     * only left memory, and lies below, is still stored.
     *
     * @param seen as {@link #find} gave it, or a listener of {@link #load} got it
     */
    boolean isCurrent(CacheKey key, @Nullable Variants seen);

    /**
     * Whether the key's responses made room for others not long ago. Remembered in bounded memory,
     * so that it may be forgotten; asked on misses only.
     */
    boolean wasEvicted(CacheKey key);

    /** Begins a body that is to be stored, or at least streamed; see {@link GrowingBody}. */
    GrowingBody newBody(long expectedLength, boolean storable);

    /**
     * The same for the body of a response with a name, or for a part of it: what memory does not
     * take may go on below.
     *
     * @param key under which it is to be stored
     * @param from where in the representation its first byte lies
     */
    default GrowingBody newBody(
            CacheKey key, KeyName name, long from, long expectedLength, boolean storable) {
        return newBody(expectedLength, storable);
    }

    /**
     * Stores a response whose body has been completed. It replaces a stored response with the same
     * vary and selecting fields, unless that one's {@code bornAt} (either order) is higher; the
     * oldest variants go when there are more than the cap. The body stays readable by its followers
     * either way.
     *
     * @param variantCap variants that the key may hold afterwards, at least 1; the store's own
     *     limit holds beside it
     * @return what happened
     */
    PutResult put(CacheKey key, StoredHead head, GrowingBody body, int variantCap);

    /**
     * Stores a part of a response, of which nothing else is known to have changed: it says {@link
     * PutResult#CHANGED}, and does nothing, unless {@code seen} is what is stored for the same vary
     * and selecting fields. What is kept of a response is bounded; what lies farthest from the new
     * part goes first.
     *
     * @param head the head of the whole representation
     * @param part complete, or broken off
     * @param place where the part lies in the representation, and how long that is
     * @param seen null for nothing; else the caller holds a reference of it
     * @param join whether the bytes of {@code seen} are of the same representation and are kept
     *     beside the part; otherwise it is replaced, unless its {@code bornAt} is higher
     */
    PutResult putPart(
            CacheKey key,
            StoredHead head,
            GrowingBody part,
            ContentRange place,
            @Nullable StoredResponse seen,
            boolean join,
            int variantCap);

    /**
     * Replaces the head of a stored response, keeping its body (freshening, RFC 9111 §4.3.4).
     * Nothing happens when the response is no longer stored.
     *
     * @param stored a response that the caller holds a reference of
     * @return the new response with a reference for the caller, or null when there was no room for
     *     the new head
     */
    @Nullable StoredResponse freshen(CacheKey key, StoredResponse stored, StoredHead head);

    /**
     * Stores the body of a stored response once more, with a head of its own, as {@link #put} does:
     * the same representation for requests with other selecting fields.
     *
     * @param stored a response that the caller holds a reference of
     * @return the new response with a reference for the caller, or null when there was no room for
     *     its head
     */
    @Nullable StoredResponse share(
            CacheKey key, StoredResponse stored, StoredHead head, int variantCap);

    /** Removes one response from the store; those who hold it go on reading. */
    void remove(CacheKey key, StoredResponse stored);

    /**
     * Shows what is stored, in no order, until the listing has enough. What changes meanwhile may
     * be seen or not. Reads as much as there is, and may wait for devices: for threads which may.
     */
    void list(Listing listing);

    /**
     * Shows what is in memory, as {@link #list} does but without decoding anything, until somebody
     * has seen enough. Never waits for a device; each response is held while it is shown.
     *
     * @param enough whether what has been shown will do
     */
    void inMemory(Predicate<StoredResponse> enough);

    /** Shows what is stored under one key, once for each place; may wait for devices. */
    void list(CacheKey key, Listing listing);

    /** The number of stored responses. */
    long count();

    /** The bytes in use, the ones still being sent or filled included. */
    long bytes();

    /** The most bytes that will ever be in use. */
    long capacity();

    /** The longest body that is stored. */
    long maxObjectBytes();

    /** Responses evicted for room since the start. */
    long evictions();

    @Override
    void close();

    /** The outcome of a put. */
    enum PutResult {
        /** It is stored. */
        STORED,
        /** A newer response was already there. */
        OLDER,
        /** Something else is stored than the caller saw. */
        CHANGED,
        /** There was no room for it, or it is larger than a stored response may be. */
        NO_ROOM,
        /**
         * It replaced nothing, and another variant was evicted because the key holds as many as it
         * may.
         */
        STORED_AT_VARIANT_CAP
    }
}

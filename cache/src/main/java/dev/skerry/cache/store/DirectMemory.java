package dev.skerry.cache.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory inside the node's one budget ({@code --memory}), for what is not a stored response:
 * indexes and buffers. Thread-safe. Stored responses make room for it.
 */
public interface DirectMemory {
    /** The most bytes of one {@link Block}. */
    int MAX_BLOCK = 1 << 20;

    /**
     * A block whose content is undefined, or null when there is no room. Call it without holding a
     * lock that a store's listener could want.
     *
     * @param bytes 1 to {@link #MAX_BLOCK}; it takes this, rounded up to 256, from the budget
     */
    @Nullable Block take(int bytes);

    /** A run of memory that its owner gives back once. */
    interface Block extends AutoCloseable {
        /** The memory, native order; every call gives a buffer of its own over the same bytes. */
        ByteBuffer bytes();

        /** Gives it back: nobody may touch the bytes from here on. */
        @Override
        void close();
    }
}

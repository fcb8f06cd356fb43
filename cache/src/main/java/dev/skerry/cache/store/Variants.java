package dev.skerry.cache.store;

/**
 * The stored responses of one cache key: a snapshot that holds no references. Empty is expressed by
 * null, never by this.
 */
public interface Variants {
    /** At least 1. */
    int count();

    /**
     * The response at {@code index}, newest first. The caller must {@link StoredResponse#retain} it
     * before using it.
     */
    StoredResponse get(int index);
}

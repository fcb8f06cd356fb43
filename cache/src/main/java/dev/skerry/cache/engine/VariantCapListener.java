package dev.skerry.cache.engine;

import dev.skerry.cache.key.CacheKey;

/** Hears of keys that have more variants than may be stored. */
@FunctionalInterface
public interface VariantCapListener {
    /**
     * A response was stored in the place of another variant of its key. Called on the thread that
     * stored it, once a response; it does not block.
     *
     * @param url scheme, host and canonical target
     */
    void reached(String site, CacheKey key, String url);
}

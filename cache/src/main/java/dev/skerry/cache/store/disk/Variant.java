package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;

/** A key and the digest of one of its variants: what versions replace each other of. */
record Variant(CacheKey key, int digest) {
    @Override
    public int hashCode() {
        return key.hashCode() * 31 + digest;
    }
}

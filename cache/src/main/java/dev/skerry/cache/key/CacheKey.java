package dev.skerry.cache.key;

/**
 * The primary cache key of a request (RFC 9111 §2), as a keyed 128-bit hash of site, scheme, host
 * and normalised target. The hash is keyed with a secret of the node, so nobody can make two
 * targets collide.
 */
public record CacheKey(long high, long low) {
    @Override
    public int hashCode() {
        return (int) (low ^ (low >>> 32));
    }
}

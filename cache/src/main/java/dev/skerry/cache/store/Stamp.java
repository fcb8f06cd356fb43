package dev.skerry.cache.store;

/**
 * Numbers kept with a stored response for the engine's decisions. The store does not interpret
 * them.
 *
 * @param bornAt the revision that the fetcher had applied before its fetch from the origin began
 * @param bornAtLocal the same in the node's own order of invalidations
 * @param receivedMillis monotonic milliseconds when the response was received
 * @param initialAgeMillis corrected initial age (RFC 9111 §4.2.3) at that time
 * @param lifetimeMillis freshness lifetime (RFC 9111 §4.2.1)
 * @param staleWhileRevalidateMillis RFC 5861 §3, 0 when none
 * @param staleIfErrorMillis RFC 5861 §4, 0 when none
 * @param flags bits that the engine defines
 */
public record Stamp(
        long bornAt,
        long bornAtLocal,
        long receivedMillis,
        long initialAgeMillis,
        long lifetimeMillis,
        long staleWhileRevalidateMillis,
        long staleIfErrorMillis,
        int flags) {
    /** The same with another {@code bornAtLocal}. */
    Stamp bornLocally(long revision) {
        return new Stamp(
                bornAt,
                revision,
                receivedMillis,
                initialAgeMillis,
                lifetimeMillis,
                staleWhileRevalidateMillis,
                staleIfErrorMillis,
                flags);
    }

    /** The same, born no later, with other bits. */
    Stamp atMost(long otherBornAt, long otherBornAtLocal, int otherFlags) {
        return new Stamp(
                Math.min(bornAt, otherBornAt),
                Math.min(bornAtLocal, otherBornAtLocal),
                receivedMillis,
                initialAgeMillis,
                lifetimeMillis,
                staleWhileRevalidateMillis,
                staleIfErrorMillis,
                otherFlags);
    }
}

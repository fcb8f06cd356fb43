package dev.skerry.cache.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;

/**
 * A purge as the ledger keeps it: names have become hashes.
 *
 * @param revision its place in the one order, from 1
 * @param site {@link PurgeScopes#site}
 * @param key the hash of what it names, or {@link #EVERYTHING}
 * @param mode hard or soft
 * @param acceptedMillis when it was accepted, on this node's monotonic clock in milliseconds: soft
 *     staleness counts from then (rule 18)
 */
public record KeyedPurge(long revision, long site, long key, Mode mode, long acceptedMillis) {
    /** The key of a whole site. A name whose hash happens to be 0 costs misses, nothing else. */
    public static final long EVERYTHING = 0;

    /** The same under another revision. */
    KeyedPurge at(long other) {
        return new KeyedPurge(other, site, key, mode, acceptedMillis);
    }
}

package dev.skerry.cache.purge;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.List;

/**
 * What this node itself declares invalid: URLs that an unsafe method changed (RFC 9111 §4.4) and
 * groups that a response invalidates (RFC 9875 §3). The same ledger as for purges, in an order of
 * the node's own, which no other node ever compares with anything. Thread-safe.
 */
public final class LocalInvalidations {
    private final Ledger ledger;
    private final Object lock = new Object();

    /** Invalidations in a ledger that nobody else writes to. */
    public LocalInvalidations(Ledger ledger) {
        this.ledger = ledger;
    }

    /** For {@code applied}, and for judging by {@code bornAtLocal}. */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * Declares a URL's stored responses dead, those that are being fetched now included.
     *
     * @param host as the cache key has it
     * @param target as the cache key has it
     * @param nowMillis the monotonic clock
     */
    public void url(String site, String host, String target, long nowMillis) {
        hard(site, PurgeKeys.url(site, host, target), nowMillis);
    }

    /** Declares everything that carries one of the groups dead. */
    public void groups(String site, List<String> groups, long nowMillis) {
        for (String group : groups) {
            hard(site, PurgeKeys.tag(site, group), nowMillis);
        }
    }

    private void hard(String site, long key, long nowMillis) {
        synchronized (lock) {
            long next = ledger.applied() + 1;
            ledger.apply(new KeyedPurge(next, PurgeScopes.site(site), key, Mode.HARD, nowMillis));
        }
    }
}

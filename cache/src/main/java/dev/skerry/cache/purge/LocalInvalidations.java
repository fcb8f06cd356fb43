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

    /** Declares everything of a site dead. */
    public void everything(String site, long nowMillis) {
        synchronized (lock) {
            ledger.apply(
                    new KeyedPurge(
                            ledger.applied() + 1,
                            PurgeScopes.site(site),
                            KeyedPurge.EVERYTHING,
                            Mode.HARD,
                            nowMillis));
        }
    }

    /**
     * What a declaration came to.
     *
     * @param revision what is born with it is alive
     * @param alone whether nothing that concerns the response had been declared dead since the
     *     revision that was asked about
     */
    public record Declared(long revision, boolean alone) {}

    /**
     * Declares the stored responses of some names dead, those that are being fetched now included,
     * in one step.
     *
     * @param names hashes of {@link PurgeKeys}
     * @param keys the names of the response that declares this
     * @param tags of that response
     * @param since a revision of this order
     * @param nowMillis the monotonic clock
     */
    public Declared declare(
            String site,
            List<Long> names,
            PurgeKeys keys,
            long[] tags,
            long since,
            long nowMillis) {
        synchronized (lock) {
            long revision = ledger.applied();
            boolean alone = ledger.site(site).need(keys, tags, revision) <= since;
            for (long name : names) {
                revision++;
                ledger.apply(
                        new KeyedPurge(
                                revision, PurgeScopes.site(site), name, Mode.HARD, nowMillis));
            }
            return new Declared(revision, alone);
        }
    }
}

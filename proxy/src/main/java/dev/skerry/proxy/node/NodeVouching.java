package dev.skerry.proxy.node;

import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.proxy.hop.Vouch;
import dev.skerry.proxy.hop.Vouching;

/** The lease of a node that follows a control plane, as it goes from node to node. */
record NodeVouching(Lease lease, Ledger ledger) implements Vouching {
    @Override
    public Vouch own() {
        // In this order: the lease is worth no more than what was applied when it was looked at.
        long left = lease.remainingMillis();
        return new Vouch(ledger.applied(), left);
    }

    /** Who lacks what the shield has gets it from the stream first, and is vouched for later. */
    @Override
    public void heard(Vouch vouch, long sentMillis) {
        if (ledger.applied() >= vouch.applied()) {
            lease.extend(sentMillis, vouch.leftMillis());
        }
    }
}

package dev.skerry.proxy.node;

import dev.skerry.cache.engine.LedgerSurvivors;
import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.purge.DurableLedger;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.purge.NodeTime;
import dev.skerry.cache.store.Survivors;
import dev.skerry.config.node.NodeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * What a node must remember for what it stores to be worth anything after a restart: the fleet's
 * purges, its own invalidations, the secret of its keys, by which rules they were made. A node
 * without a state directory forgets all of it together with its cache.
 *
 * @param purges what the fleet purged
 * @param local what this node declared invalid
 * @param survivors what of earlier processes the ledgers let live
 * @param identity what makes a disk this node's
 * @param keyings how the keys of each site were made
 */
record NodeState(
        PurgeLedger purges,
        LocalInvalidations local,
        Survivors survivors,
        NodeIdentity identity,
        SiteKeyings keyings) {
    private static final String LOCAL = "local";

    /**
     * Opens it.
     *
     * @throws IOException when the state directory cannot be used, or another process uses it
     */
    static NodeState open(NodeSettings settings, TimeSource time, Shutdown shutdown)
            throws IOException {
        Path state = settings.state();
        SecureRandom random = new SecureRandom();
        if (state == null) {
            return new NodeState(
                    PurgeLedger.inMemory(),
                    new LocalInvalidations(new Ledger(PurgeLedger.MOST_RECORDS)),
                    Survivors.ALL,
                    NodeIdentity.ofThisProcess(random),
                    SiteKeyings.ofThisProcess());
        }
        NodeTime clocks = clocks(time);
        DurableLedger purges = ledger(state, clocks, shutdown);
        DurableLedger local = ledger(state.resolve(LOCAL), clocks, shutdown);
        LocalInvalidations invalidations = new LocalInvalidations(local);
        return new NodeState(
                new PurgeLedger(purges.ledger(), purges),
                invalidations,
                new LedgerSurvivors(purges.ledger(), invalidations),
                NodeIdentity.open(state, purges.isNew() || local.isNew(), random),
                SiteKeyings.open(state, !settings.origins().isEmpty()));
    }

    /** The lease of a node: endless where no control plane knows more than the node does. */
    static Lease lease(NodeSettings settings, TimeSource time, Shutdown shutdown) {
        if (settings.control() == null) {
            return Lease.endless();
        }
        Lease lease = Lease.none(clocks(time));
        shutdown.later(LeaseWatch.start(lease));
        return lease;
    }

    private static NodeTime clocks(TimeSource time) {
        return new NodeTime(time::monotonicMillis, () -> Instant.ofEpochMilli(time.wallMillis()));
    }

    private static DurableLedger ledger(Path directory, NodeTime clocks, Shutdown shutdown)
            throws IOException {
        return shutdown.later(
                DurableLedger.open(directory, new Ledger(PurgeLedger.MOST_RECORDS), clocks));
    }
}

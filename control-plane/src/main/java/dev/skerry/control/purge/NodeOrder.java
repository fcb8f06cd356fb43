package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of a node that stands alone. A revision is the time of acceptance in microseconds since
 * 1970, or one more than the last where that is later; so the orders of two such nodes can be
 * compared as well as their clocks, and an edge's purge holds against the older copy of a shield
 * that has its own order (PURGE.md rule 3). Thread-safe.
 */
public final class NodeOrder implements ChangeLog {
    private final InstantSource wall;
    private long last;

    /**
     * An order that continues.
     *
     * @param applied the revision that the node's ledger has applied
     */
    public NodeOrder(long applied, InstantSource wall) {
        this.last = applied;
        this.wall = wall;
    }

    @Override
    public synchronized List<PurgeRecord> append(
            String site, List<PurgeTarget> targets, Mode mode) {
        Instant accepted = wall.instant();
        long now = accepted.toEpochMilli();
        last = Math.max(last, ChronoUnit.MICROS.between(Instant.EPOCH, accepted));
        List<PurgeRecord> records = new ArrayList<>(targets.size());
        for (PurgeTarget target : targets) {
            records.add(new PurgeRecord(++last, site, target.scope(), target.value(), mode, now));
        }
        return records;
    }
}

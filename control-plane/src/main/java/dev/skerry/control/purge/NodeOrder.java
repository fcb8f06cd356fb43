package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of a node that stands alone: it goes on where the node's ledger stands, and is as
 * durable as that. Thread-safe.
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
        long now = wall.millis();
        List<PurgeRecord> records = new ArrayList<>(targets.size());
        for (PurgeTarget target : targets) {
            records.add(new PurgeRecord(++last, site, target.scope(), target.value(), mode, now));
        }
        return records;
    }
}

package dev.skerry.config.protocol;

import java.util.List;

/**
 * All that counts at one position, for a node that cannot go on from where it is.
 *
 * @param floor everything of every site born below this counter is dead, whatever the purges say
 * @param purges the latest hard and the latest soft record of everything that was purged since, in
 *     ascending order
 */
public record Snapshot(
        Position at, long floor, List<PurgeRecord> purges, List<SiteDocument> sites) {
    /** Copies the lists. */
    public Snapshot {
        purges = List.copyOf(purges);
        sites = List.copyOf(sites);
    }
}

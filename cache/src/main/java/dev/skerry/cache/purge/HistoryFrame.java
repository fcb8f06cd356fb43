package dev.skerry.cache.purge;

/**
 * How the counters of a history become revisions of this node's own ledger. A history that this
 * node has not followed before gets a base above everything that the ledger has seen; so the ledger
 * never moves back, all that was stored under another history counts as dead, and numbers of two
 * histories are never compared (PURGE.md rule 17).
 *
 * @param history the history's id: 32 lower-case hexadecimal digits; empty for a node that stands
 *     alone and makes its own revisions
 * @param base what is added to a counter
 */
public record HistoryFrame(String history, long base) {
    /** Of a node that stands alone: its revisions go between nodes as they are. */
    public static final HistoryFrame ALONE = new HistoryFrame("", 0);

    /** This node's revision of a counter. */
    public long local(long counter) {
        return base + counter;
    }

    /** The counter of a revision; 0 for what this node knew before the history. */
    public long counter(long local) {
        return Math.max(0, local - base);
    }
}

package dev.skerry.cache.purge;

import dev.skerry.config.protocol.Position;

/**
 * How far a ledger has followed a history.
 *
 * @param at in the history's own numbers
 */
public record Followed(HistoryFrame frame, Position at) {
    /** The same in this node's numbers. */
    public long local() {
        return frame.local(at.counter());
    }
}

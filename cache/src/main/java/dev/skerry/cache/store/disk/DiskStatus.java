package dev.skerry.cache.store.disk;

import org.jspecify.annotations.Nullable;

/**
 * How a disk of a set does.
 *
 * @param name as it was given
 * @param state whether it serves
 * @param reason why it does not; empty if it does
 * @param sinceMillis since when it is in this state, by wall time
 * @param tier what it holds; null while it does not serve
 */
public record DiskStatus(
        String name, State state, String reason, long sinceMillis, @Nullable DiskTier tier) {
    /** Whether a disk takes part. */
    public enum State {
        /** It is read and written. */
        SERVING,
        /** It proved broken and has stepped aside: its keys miss until it is brought back. */
        FAILED,
        /** It was not there when the node started: its keys are on the others. */
        ABSENT
    }
}

package dev.skerry.cache.store.disk;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a disk of a set does.
 *
 * @param name as it was given
 * @param state whether it serves
 * @param reason why it does not; empty if it does
 * @param sinceMillis since when it is in this state, by wall time
 * @param capacity the most bytes that it may take
 * @param tier what it holds; null while it does not serve
 * @param counters what happened on it since the process began, however often it stepped aside
 */
public record DiskStatus(
        String name,
        State state,
        String reason,
        long sinceMillis,
        long capacity,
        @Nullable DiskTier tier,
        DiskCounters counters) {
    /** The state in lower case, as printed. */
    public String word() {
        return state.name().toLowerCase(Locale.ROOT);
    }

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

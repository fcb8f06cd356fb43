package dev.skerry.cache.purge;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The node's two clocks. Soft staleness is measured on the monotonic one; only what must survive a
 * restart is written in wall time.
 *
 * @param monotonicMillis the clock that the engine measures ages by
 * @param wall the wall clock
 */
public record NodeTime(LongSupplier monotonicMillis, InstantSource wall) {
    long toWall(long monotonic) {
        return wall.millis() - (monotonicMillis.getAsLong() - monotonic);
    }

    /** A wall clock that went back makes an event look recent, never one of the future. */
    long toMonotonic(long wallMillis) {
        return monotonicMillis.getAsLong() - Math.max(0, wall.millis() - wallMillis);
    }
}

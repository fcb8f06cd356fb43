package dev.skerry.cache.store.disk;

import java.util.function.LongSupplier;

/**
 * Both clocks: heads in memory are by monotonic time, heads on disk by wall time.
 *
 * @param monotonic milliseconds that only grow, with any beginning
 * @param wall milliseconds since 1970
 */
public record DiskClock(LongSupplier monotonic, LongSupplier wall) {
    long mono() {
        return monotonic.getAsLong();
    }

    /** The wall time of a moment of the monotonic clock. */
    long wallAt(long mono) {
        return wall.getAsLong() - (mono() - mono);
    }

    /**
     * The age now of a response on disk: never less than it had when it was written, however the
     * wall clock was set since.
     *
     * @param written its age when it was written
     * @param initial its age when it was received
     * @param receivedWall when that was
     */
    long age(long written, long initial, long receivedWall) {
        long since = Math.max(0, wall.getAsLong() - receivedWall);
        return Math.max(0, Math.max(written, initial + since));
    }
}

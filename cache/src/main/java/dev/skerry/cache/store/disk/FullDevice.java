package dev.skerry.cache.store.disk;

/**
 * When a device that is full is written to again. The first failure may be cured by freeing room;
 * if the next writes fail as well, others have filled the device, and giving up more of what is
 * stored would help nobody: nothing is written for a while, which doubles up to a minute. For the
 * writer's thread.
 */
final class FullDevice {
    /** A response and its tombstone fail together. */
    private static final int BEFORE_PAUSE = 2;

    static final long SHORTEST_MILLIS = 1000;
    static final long LONGEST_MILLIS = 60_000;

    private int failures;
    private long pause;
    private long until = Long.MIN_VALUE;

    /**
     * A write found no room.
     *
     * @param now in milliseconds
     * @return whether to free some; otherwise nothing is to be written for a while
     */
    boolean failed(long now) {
        failures++;
        if (failures > BEFORE_PAUSE && !isPaused(now)) {
            pause = Math.clamp(pause * 2, SHORTEST_MILLIS, LONGEST_MILLIS);
            until = now + pause;
        }
        return failures == 1;
    }

    /** Whether nothing is to be written now. */
    boolean isPaused(long now) {
        return now < until;
    }

    /** There was room. */
    void wrote() {
        failures = 0;
        pause = 0;
        until = Long.MIN_VALUE;
    }
}

package dev.skerry.cache.store.disk;

/**
 * How far the reading of a disk in the background has come since it was opened.
 *
 * @param position of the pass under way, from 0 to 1, in whole segments
 * @param passes that went over everything
 * @param lastPassMillis when the last of these ended, by wall time; 0 for none
 */
public record ScrubProgress(double position, long passes, long lastPassMillis) {
    /** Nothing was read. */
    public static final ScrubProgress NONE = new ScrubProgress(0, 0, 0);
}

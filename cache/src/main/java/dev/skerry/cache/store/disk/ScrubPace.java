package dev.skerry.cache.store.disk;

/** How fast a disk is read in the background, and for how long. */
@FunctionalInterface
public interface ScrubPace {
    /**
     * So many bytes were read: waits as long as they should have taken.
     *
     * @return whether to go on
     */
    boolean read(long bytes);
}

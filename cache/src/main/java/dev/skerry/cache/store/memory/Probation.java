package dev.skerry.cache.store.memory;

import dev.skerry.cache.key.CacheKey;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Makes the choice of what stays in memory aware of sizes, which Caffeine's is not: it compares how
 * often one large response and one of the many small ones in its place were used.
 *
 * <p>What comes into memory is on probation while a third of the memory passes: long enough for the
 * requests that come in a burst. Then it stays if a byte of it earns as much as a byte of what had
 * to make room lately: one for having been wanted, one more for having been used since. A response
 * so large that the same room would do for many others goes, unless memory has room anyway.
 *
 * <p>Thread-safe; holds its own lock only.
 */
final class Probation {
    /** The part of the memory that responses on probation take at most. */
    private static final int PART = 3;

    /** A part of the memory: while so much of it is free, less is asked of those who stay. */
    private static final int SPARE = 24;

    /** How many of those who made room count. */
    private static final double LATELY = 1000;

    private final ArrayDeque<Novice> novices = new ArrayDeque<>();
    private long weight;

    /** What a unit of weight of those who made room lately had earned. */
    private double bar;

    private record Novice(CacheKey key, int weight) {}

    /** Something came into memory under a key. */
    synchronized void enter(CacheKey key, int itsWeight) {
        novices.add(new Novice(key, itsWeight));
        weight += itsWeight;
    }

    /**
     * Ends the probation of a key.
     *
     * @param maximum the most weight of everything in memory
     * @return null when none is over
     */
    synchronized @Nullable CacheKey next(long maximum) {
        if (weight <= maximum / PART || novices.size() <= 1) {
            return null;
        }
        Novice over = novices.remove();
        weight -= over.weight();
        return over.key();
    }

    /** What is under a key had to make room. */
    synchronized void evicted(int itsWeight) {
        bar += (1.0 / itsWeight - bar) / LATELY;
    }

    /**
     * Whether what is under a key stays, now that its probation is over.
     *
     * @param used whether a request has used it
     * @param free the weight for which there is room in memory
     */
    synchronized boolean stays(int itsWeight, boolean used, long free, long maximum) {
        if (free > maximum / SPARE) {
            bar -= bar / LATELY;
        }
        return (used ? 2.0 : 1.0) / itsWeight >= bar;
    }

    /** Forgets everybody. */
    synchronized void clear() {
        novices.clear();
        weight = 0;
    }
}

package dev.skerry.cache.store.memory;

/**
 * For how long the readers of a body that can go on elsewhere may hold up the others, all of them
 * together: {@value #MOST_NANOS} ns, which come back at a tenth of the time in which nobody is held
 * up. So such readers cost a fast one no more than that. Not thread-safe.
 */
final class Allowance {
    static final long MOST_NANOS = 100_000_000L;

    /** Or it would never be used up: a little comes back between one wait and the next. */
    static final long LEAST_NANOS = 1_000_000L;

    static final int PART_THAT_COMES_BACK = 10;

    private long left = MOST_NANOS;
    private long counted;

    /** An allowance that has not been touched. */
    Allowance(long nanoTime) {
        this.counted = nanoTime;
    }

    /** What is left of it now, in nanoseconds; 0 for what is too little to wait for. */
    long left(long nanoTime) {
        long back = (nanoTime - counted) / PART_THAT_COMES_BACK;
        if (back > 0) {
            left = Math.min(MOST_NANOS, left + back);
            counted = nanoTime;
        }
        return left < LEAST_NANOS ? 0 : left;
    }

    /** Takes from it what a wait has cost, which ends now. */
    void spend(long nanos, long nanoTime) {
        left = Math.max(0, left - nanos);
        counted = nanoTime;
    }
}

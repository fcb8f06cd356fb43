package dev.skerry.cache.engine;

/** The seam to time. Ages come from the monotonic clock, HTTP dates from the wall clock. */
public interface TimeSource {
    /** Nanoseconds of a clock that never goes back; its origin means nothing. */
    long nanoTime();

    /** Milliseconds of the same clock. */
    default long monotonicMillis() {
        return nanoTime() / 1_000_000;
    }

    /** Milliseconds since 1970. */
    long wallMillis();

    /** The machine's clocks. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}

package dev.skerry.cache.engine;

/** The seam to time. Ages come from the monotonic clock, HTTP dates from the wall clock. */
public interface TimeSource {
    /** Milliseconds of a clock that never goes back; its origin means nothing. */
    long monotonicMillis();

    /** Milliseconds since 1970. */
    long wallMillis();

    /** The machine's clocks. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public long monotonicMillis() {
                return System.nanoTime() / 1_000_000;
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}

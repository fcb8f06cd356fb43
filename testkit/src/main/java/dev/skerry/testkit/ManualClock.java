package dev.skerry.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time that moves only when a test says so. As a {@link LongSupplier} it is the monotonic clock in
 * nanoseconds, as an {@link InstantSource} the wall clock. Thread-safe.
 */
public final class ManualClock implements LongSupplier, InstantSource {
    private long nanos = 1_000_000_000L;
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");

    /** Moves both clocks forward. */
    public synchronized void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("monotonic time does not go back: " + by);
        }
        nanos += by.toNanos();
        wall = wall.plus(by);
    }

    /** Moves the wall clock alone, either way, as an operator or NTP would. */
    public synchronized void jumpWall(Duration by) {
        wall = wall.plus(by);
    }

    @Override
    public synchronized long getAsLong() {
        return nanos;
    }

    /** The monotonic clock in milliseconds. */
    public synchronized long monotonicMillis() {
        return nanos / 1_000_000;
    }

    @Override
    public synchronized Instant instant() {
        return wall;
    }
}

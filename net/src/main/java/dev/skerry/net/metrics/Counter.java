package dev.skerry.net.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Something that only grows. Resolve it once and keep it; counting takes no lock. */
public final class Counter {
    private final LongAdder sum = new LongAdder();

    Counter() {}

    /** Adds one. */
    public void increment() {
        sum.increment();
    }

    /** Adds {@code amount}, which must not be negative. */
    public void add(long amount) {
        sum.add(amount);
    }

    /** The count so far. */
    public long count() {
        return sum.sum();
    }
}

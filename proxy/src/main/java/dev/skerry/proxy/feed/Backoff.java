package dev.skerry.proxy.feed;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before another attempt: at random between the shortest wait and a ceiling that
 * doubles with each failure, so that a fleet which lost its control plane at one moment does not
 * come back at one moment. One thread at a time.
 */
final class Backoff {
    private final long first;
    private final long last;
    private final RandomGenerator random;
    private long ceiling;

    Backoff(Duration first, Duration last, RandomGenerator random) {
        this.first = first.toNanos();
        this.last = last.toNanos();
        this.random = random;
        this.ceiling = this.first;
    }

    /** The wait after one more failure. */
    Duration next() {
        ceiling = ceiling > last / 2 ? last : 2 * ceiling;
        return Duration.ofNanos(first + (long) (random.nextDouble() * (ceiling - first)));
    }

    /** An attempt has succeeded. */
    void reset() {
        ceiling = first;
    }
}

package dev.skerry.testkit;

import java.time.Duration;

/** The bound of every wait in a test: long enough for a busy machine, short enough to notice. */
final class Limits {
    static final Duration WAIT = Duration.ofSeconds(30);

    private Limits() {}
}

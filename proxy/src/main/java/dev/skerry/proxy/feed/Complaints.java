package dev.skerry.proxy.feed;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Says what is worth a line in the log: an attempt may succeed or fail ten times a second, and the
 * operator wants to read it once a minute. One thread at a time.
 */
final class Complaints {
    private static final long QUIET = Duration.ofMinutes(1).toNanos();
    private static final int MOST = 100;

    private final LongSupplier nanoTime;
    private final Map<String, Long> said = new HashMap<>();

    Complaints(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether these words have not been said for a minute; then they are said now. */
    boolean due(String words) {
        long now = nanoTime.getAsLong();
        Long before = said.get(words);
        if (before != null && now - before < QUIET) {
            return false;
        }
        if (said.size() >= MOST) {
            said.clear();
        }
        said.put(words, now);
        return true;
    }
}

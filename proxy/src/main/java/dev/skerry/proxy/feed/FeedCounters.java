package dev.skerry.proxy.feed;

import java.util.concurrent.atomic.LongAdder;

/** What a feed has done so far. Thread-safe. */
public final class FeedCounters {
    private final LongAdder sessions = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder changes = new LongAdder();
    private final LongAdder snapshots = new LongAdder();
    private volatile boolean connected;
    private volatile long applied;

    FeedCounters() {}

    /** Whether a stream is open and has welcomed this node. */
    public boolean connected() {
        return connected;
    }

    /** Streams that were opened after the first. */
    public long reconnects() {
        return Math.max(0, sessions.sum() - 1);
    }

    /** Attempts and streams that ended by themselves. */
    public long failures() {
        return failures.sum();
    }

    /** The counter of the last change that was applied, durable or not; 0 before the first. */
    public long applied() {
        return applied;
    }

    /** Changes received. */
    public long changes() {
        return changes.sum();
    }

    /** Snapshots taken. */
    public long snapshots() {
        return snapshots.sum();
    }

    void welcomed(boolean first) {
        connected = true;
        if (first) {
            sessions.increment();
        }
    }

    void disconnected() {
        connected = false;
    }

    void failed() {
        failures.increment();
    }

    void appliedChanges(int count, long counter) {
        changes.add(count);
        applied = counter;
    }

    void appliedSnapshot(long counter) {
        snapshots.increment();
        applied = counter;
    }
}

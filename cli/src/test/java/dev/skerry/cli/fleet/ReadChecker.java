package dev.skerry.cli.fleet;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides whether what was read may have been: the properties P1 and P2 of the purge protocol, from
 * what is seen outside of the system alone. Versions of an item only grow. Thread-safe.
 *
 * <p>A purge that was sent after the origin had a version is named by that version: once it is done
 * (P1), or once a node has acknowledged it (P2), a read that begins later may return that version
 * or a later one.
 */
final class ReadChecker {
    private static final int MOST_VIOLATIONS = 20;

    private final Map<String, AtomicLong> floors = new ConcurrentHashMap<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final AtomicLong reads = new AtomicLong();

    /** What a read has to satisfy: fixed when it begins. */
    record Read(String node, String item, long done, long acknowledged) {}

    /** The purge that was sent when the origin had this version is done. */
    void done(String item, long version) {
        raise("* " + item, version);
    }

    /** A node has acknowledged that purge. */
    void acknowledged(String node, String item, long version) {
        raise(node + " " + item, version);
    }

    /** A read is about to be sent. */
    Read begin(String node, String item) {
        return new Read(node, item, floor("* " + item), floor(node + " " + item));
    }

    /** A read has returned a version. */
    void ended(Read read, long version) {
        reads.incrementAndGet();
        if (version < read.done) {
            violation("P1", read, version, read.done);
        } else if (version < read.acknowledged) {
            violation("P2", read, version, read.acknowledged);
        }
    }

    /** Reads that have returned something. */
    long reads() {
        return reads.get();
    }

    /** What was wrong, the first few. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    private void violation(String property, Read read, long version, long least) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(
                    "%s: %s at %s gave version %d, at least %d was due"
                            .formatted(property, read.item, read.node, version, least));
        }
    }

    private void raise(String name, long version) {
        floors.computeIfAbsent(name, absent -> new AtomicLong())
                .accumulateAndGet(version, Math::max);
    }

    private long floor(String name) {
        AtomicLong floor = floors.get(name);
        return floor == null ? 0 : floor.get();
    }
}

package dev.skerry.proxy.admin;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Whether a node should get traffic: once everything it waits for has come, until it drains.
 * Thread-safe.
 */
public final class Readiness {
    private final ConcurrentSkipListSet<String> awaited;
    private volatile boolean draining;

    /**
     * Not ready until all of these have come.
     *
     * @param awaited words such as {@code configured} and {@code ledger}: letters and hyphens
     */
    public Readiness(Collection<String> awaited) {
        this.awaited = new ConcurrentSkipListSet<>(awaited);
    }

    /** Something awaited has come. */
    public void came(String awaitedWord) {
        awaited.remove(awaitedWord);
    }

    /** From now on the node wants no more traffic. */
    public void drain() {
        draining = true;
    }

    /** Whether {@link #drain} was called. */
    public boolean draining() {
        return draining;
    }

    /** Whether traffic should come. */
    public boolean ready() {
        return reasons().isEmpty();
    }

    /** Why not; empty when ready. */
    public List<String> reasons() {
        return draining ? List.of("draining") : List.copyOf(awaited);
    }

    AdminAnswer answer() {
        List<String> reasons = reasons();
        String list = reasons.isEmpty() ? "" : "\"" + String.join("\",\"", reasons) + "\"";
        return AdminAnswer.of(
                reasons.isEmpty() ? 200 : 503,
                "application/json",
                "{\"ready\":%b,\"reasons\":[%s]}\n".formatted(reasons.isEmpty(), list));
    }
}

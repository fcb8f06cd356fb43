package dev.skerry.control.fleet;

import dev.skerry.config.protocol.LeaseTerms;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.fleet.OpenPurge.Roster;
import dev.skerry.control.fleet.PurgeText.Recorded;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.store.ControlStore.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which node has acknowledged which purge. A purge concerns the nodes that were registered when it
 * had been accepted; whoever registers later reads the head after that, and is not ready before it
 * has applied it (PURGE.md rule 13). Thread-safe.
 */
public final class Receipts {
    /** How many purges can be asked for later. */
    public static final int REMEMBERED = 1000;

    private final LongSupplier nanos;

    /** Histories as they followed each other: whoever is in one has all purges of those before. */
    private final List<String> histories = new ArrayList<>();

    private final LinkedHashMap<String, OpenPurge> oldestFirst = new LinkedHashMap<>();
    private final Map<String, PriorityQueue<OpenPurge>> pending = new HashMap<>();
    private final ArrayDeque<OpenPurge> justDone = new ArrayDeque<>();
    private final ArrayDeque<String> dropped = new ArrayDeque<>();
    private Roster roster = new Roster(List.of(), List.of());

    /**
     * No receipts.
     *
     * @param nanos a monotonic clock in nanoseconds
     */
    public Receipts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Says which history is the newest. */
    public synchronized void follow(String history) {
        if (!histories.contains(history)) {
            histories.add(history);
        }
    }

    /** Says of a history that it is not the newest, in case nobody has followed it. */
    synchronized void precede(String history) {
        if (!histories.contains(history)) {
            histories.addFirst(history);
        }
    }

    /**
     * Begins a receipt.
     *
     * @param acceptedNanos when the purge was accepted
     * @param nodes asked for the nodes that count; it must name whoever registered before the purge
     *     was accepted, so it is asked now
     * @return done when every node that counts has acknowledged it
     */
    OpenPurge begin(Recorded purge, long acceptedNanos, Supplier<List<FleetNode>> nodes) {
        follow(purge.place().history());
        synchronized (this) {
            List<FleetNode> counting = nodes.get();
            roster = roster.of(counting);
            OpenPurge open = open(purge, acceptedNanos, roster);
            for (FleetNode node : counting) {
                if (node.applied() != null && covers(node.applied(), open.place)) {
                    open.acknowledged(node.name(), millisSince(acceptedNanos));
                } else {
                    waitingFor(node.name()).add(open);
                }
            }
            remember(open);
            if (open.isDone()) {
                justDone.add(open);
            }
            return open;
        }
    }

    /**
     * Takes up what was recorded before a restart.
     *
     * @param history the newest
     * @param nanosAgo how long ago each was accepted
     */
    void restore(
            List<Recorded> records,
            String history,
            ToLongFunction<Recorded> nanosAgo,
            Supplier<List<FleetNode>> nodes) {
        List<Recorded> inOrder =
                records.stream()
                        .sorted(
                                Comparator.comparingLong(Recorded::acceptedAtMillis)
                                        .thenComparingLong(record -> record.place().counter()))
                        .toList();
        inOrder.stream()
                .map(record -> record.place().history())
                .filter(its -> !its.equals(history))
                .forEach(this::follow);
        follow(history);
        for (Recorded record : inOrder) {
            long accepted = nanos.getAsLong() - nanosAgo.applyAsLong(record);
            if (record.nodes() == null) {
                begin(record, accepted, nodes);
            } else {
                restoreDone(record, accepted, record.nodes());
            }
        }
    }

    /** Takes up what is not remembered: another control plane has accepted it, or it is old. */
    OpenPurge adopt(Recorded record, long acceptedNanos, Supplier<List<FleetNode>> nodes) {
        synchronized (this) {
            OpenPurge known = oldestFirst.get(record.id());
            if (known != null) {
                return known;
            }
        }
        return record.nodes() == null
                ? begin(record, acceptedNanos, nodes)
                : restoreDone(record, acceptedNanos, record.nodes());
    }

    private OpenPurge restoreDone(Recorded record, long accepted, List<PurgeReceipt.Node> nodes) {
        follow(record.place().history());
        synchronized (this) {
            OpenPurge whole =
                    open(
                            record,
                            accepted,
                            new Roster(
                                    nodes.stream().map(PurgeReceipt.Node::name).toList(),
                                    nodes.stream().map(PurgeReceipt.Node::role).toList()));
            nodes.forEach(node -> whole.acknowledged(node.name(), node.millis()));
            remember(whole);
            return whole;
        }
    }

    /** A node has durably applied everything up to a position. */
    void acknowledged(String node, Position applied) {
        synchronized (this) {
            PriorityQueue<OpenPurge> waiting = pending.get(node);
            if (waiting == null) {
                return;
            }
            for (OpenPurge next = waiting.peek();
                    next != null && covers(applied, next.place);
                    next = waiting.peek()) {
                waiting.remove();
                if (next.acknowledged(node, millisSince(next.acceptedNanos))) {
                    justDone.add(next);
                }
            }
        }
    }

    /** A node counts no more. */
    synchronized void forgotten(String node) {
        PriorityQueue<OpenPurge> waiting = pending.remove(node);
        if (waiting != null) {
            for (OpenPurge purge : waiting) {
                if (purge.forgotten(node)) {
                    justDone.add(purge);
                }
            }
        }
    }

    /** The receipt as it is now, or null when it is not remembered. */
    @Nullable PurgeReceipt find(String id, List<FleetNode> nodes) {
        synchronized (this) {
            OpenPurge purge = oldestFirst.get(id);
            return purge == null ? null : purge.receipt(nanos.getAsLong(), heard(nodes));
        }
    }

    /** The receipt of one that may not be remembered any more: then as it was until then. */
    synchronized PurgeReceipt receipt(OpenPurge purge, List<FleetNode> nodes) {
        return purge.receipt(nanos.getAsLong(), heard(nodes));
    }

    /** The newest first. */
    synchronized List<PurgeReceipt> list(Predicate<String> sites, int most, List<FleetNode> nodes) {
        List<PurgeReceipt> receipts = new ArrayList<>();
        Iterator<OpenPurge> newestFirst = oldestFirst.sequencedValues().reversed().iterator();
        OpenPurge.Heard heard = heard(nodes);
        while (newestFirst.hasNext() && receipts.size() < most) {
            OpenPurge purge = newestFirst.next();
            if (sites.test(purge.site)) {
                receipts.add(purge.receipt(nanos.getAsLong(), heard));
            }
        }
        return receipts;
    }

    /** What the store should be told: who became done, and who is not remembered any more. */
    synchronized List<Entry> unrecorded() {
        List<Entry> entries = new ArrayList<>();
        for (OpenPurge purge : justDone) {
            if (oldestFirst.containsKey(purge.id)) {
                List<PurgeReceipt.Node> nodes =
                        purge.receipt(nanos.getAsLong(), node -> null).nodes();
                entries.add(
                        PurgeText.write(
                                new Recorded(
                                        purge.id,
                                        purge.site,
                                        purge.place,
                                        purge.acceptedAtMillis,
                                        nodes)));
            }
        }
        dropped.forEach(id -> entries.add(new Entry(PurgeText.RECORDS + id, null)));
        justDone.clear();
        dropped.clear();
        return entries;
    }

    /**
     * What a node is that has not acknowledged a purge (PURGE.md rule 15).
     *
     * @param placed when the purge had its place in the order, or later
     * @param heard when it was heard last, null when it is not known
     */
    static PurgeReceipt.State state(long placed, @Nullable Long heard, long now) {
        boolean quiet = heard == null || now - heard >= LeaseTerms.WAIT.toNanos();
        return quiet && now - placed >= LeaseTerms.WAIT.toNanos()
                ? PurgeReceipt.State.LOST
                : PurgeReceipt.State.PENDING;
    }

    private OpenPurge open(Recorded purge, long acceptedNanos, Roster roster) {
        return new OpenPurge(
                purge.id(),
                purge.site(),
                purge.place(),
                purge.acceptedAtMillis(),
                acceptedNanos,
                // After a restart too: another clock may have said when it was accepted.
                nanos.getAsLong(),
                roster);
    }

    private void remember(OpenPurge purge) {
        oldestFirst.put(purge.id, purge);
        if (oldestFirst.size() > REMEMBERED) {
            OpenPurge oldest = oldestFirst.pollFirstEntry().getValue();
            dropped.add(oldest.id);
            pending.values().forEach(waiting -> waiting.remove(oldest));
            // Nobody notes any more who acknowledges it: whoever waits gets what is known.
            oldest.done.complete(null);
        }
    }

    /** Numbers of different histories are never compared (PURGE.md rule 17). */
    private boolean covers(Position applied, Revision place) {
        return applied.history().equals(place.history())
                ? applied.counter() >= place.counter()
                : histories.indexOf(applied.history()) > histories.indexOf(place.history());
    }

    private PriorityQueue<OpenPurge> waitingFor(String node) {
        return pending.computeIfAbsent(
                node,
                name ->
                        new PriorityQueue<>(
                                Comparator.<OpenPurge>comparingInt(
                                                purge -> histories.indexOf(purge.place.history()))
                                        .thenComparingLong(purge -> purge.place.counter())));
    }

    private long millisSince(long acceptedNanos) {
        return Math.max(0, (nanos.getAsLong() - acceptedNanos) / 1_000_000);
    }

    private static OpenPurge.Heard heard(List<FleetNode> nodes) {
        Map<String, Long> heard = new HashMap<>();
        nodes.forEach(node -> heard.put(node.name(), node.lastHeardNanos()));
        return heard::get;
    }
}

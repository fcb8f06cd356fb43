package dev.skerry.control.fleet;

import dev.skerry.config.protocol.Revision;
import dev.skerry.control.purge.PurgeReceipt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A purge, and how far each node that counts is with it: four bytes a node, because a thousand
 * purges of a thousand nodes are remembered. Guarded by the receipts.
 */
final class OpenPurge {
    private static final int PENDING = -1;
    private static final int GONE = -2;

    final String id;
    final String site;
    final Revision place;
    final long acceptedAtMillis;
    final long acceptedNanos;

    /** When it had its place: a lease that was given without it is over so long after. */
    private final long placedNanos;

    final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Roster roster;
    private final int[] millis;
    private int pending;

    /**
     * A purge that nobody has acknowledged.
     *
     * @param acceptedNanos when it was asked for, by which nodes are measured
     * @param placedNanos not before it had its place
     */
    OpenPurge(
            String id,
            String site,
            Revision place,
            long acceptedAtMillis,
            long acceptedNanos,
            long placedNanos,
            Roster roster) {
        this.id = id;
        this.site = site;
        this.place = place;
        this.acceptedAtMillis = acceptedAtMillis;
        this.acceptedNanos = acceptedNanos;
        this.placedNanos = placedNanos;
        this.roster = roster;
        this.millis = new int[roster.names().size()];
        Arrays.fill(millis, PENDING);
        this.pending = millis.length;
        completeIfDone();
    }

    /** Names, ascending, and roles beside them; shared by many purges. */
    record Roster(List<String> names, List<String> roles) {
        Roster {
            names = List.copyOf(names);
            roles = List.copyOf(roles);
        }

        /** This one, if it is of these nodes; else another. */
        Roster of(List<FleetNode> nodes) {
            Roster now =
                    new Roster(
                            nodes.stream().map(FleetNode::name).toList(),
                            nodes.stream().map(FleetNode::role).toList());
            return now.equals(this) ? this : now;
        }
    }

    /** When a node was heard last. */
    @FunctionalInterface
    interface Heard {
        /** Null when there is no such node. */
        @Nullable Long nanos(String node);
    }

    /** Notes that a node has acknowledged it; whether that made it done. */
    boolean acknowledged(String node, long afterMillis) {
        return settle(node, Math.clamp(afterMillis, 0, Integer.MAX_VALUE));
    }

    /** Notes that a node counts no more; whether that made it done. */
    boolean forgotten(String node) {
        return settle(node, GONE);
    }

    private boolean settle(String node, int as) {
        int index = Collections.binarySearch(roster.names, node);
        if (index < 0 || millis[index] != PENDING) {
            return false;
        }
        millis[index] = as;
        pending--;
        return completeIfDone();
    }

    private boolean completeIfDone() {
        return pending == 0 && done.complete(null);
    }

    boolean isDone() {
        return pending == 0;
    }

    PurgeReceipt receipt(long nowNanos, Heard heard) {
        List<PurgeReceipt.Node> nodes = new ArrayList<>(millis.length);
        for (int i = 0; i < millis.length; i++) {
            if (millis[i] == GONE) {
                continue;
            }
            PurgeReceipt.State state = PurgeReceipt.State.ACKED;
            long after = millis[i];
            if (millis[i] == PENDING) {
                state = Receipts.state(placedNanos, heard.nanos(roster.names.get(i)), nowNanos);
                after = Math.max(0, (nowNanos - acceptedNanos) / 1_000_000);
            }
            nodes.add(
                    new PurgeReceipt.Node(roster.names.get(i), roster.roles.get(i), state, after));
        }
        return new PurgeReceipt(
                id, site, new PurgeReceipt.Place.OfHistory(place), acceptedAtMillis, nodes);
    }
}

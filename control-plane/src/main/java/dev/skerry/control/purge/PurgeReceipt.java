package dev.skerry.control.purge;

import dev.skerry.config.protocol.Revision;
import java.util.List;
import java.util.Locale;

/**
 * How far a purge has come.
 *
 * @param id by which it can be asked for later
 * @param place its last place in the order
 * @param acceptedAtMillis wall time of acceptance, for people
 * @param nodes every node that it concerns
 */
public record PurgeReceipt(
        String id, String site, Place place, long acceptedAtMillis, List<Node> nodes) {
    /** Copies the nodes. */
    public PurgeReceipt {
        nodes = List.copyOf(nodes);
    }

    /** Whether every node has acknowledged it. */
    public boolean done() {
        return nodes.stream().allMatch(node -> node.state() == State.ACKED);
    }

    /** Where a purge stands in an order. */
    public sealed interface Place {
        /** In the order of a node that stands alone; a number in the document. */
        record OfNode(long revision) implements Place {}

        /** In a history of the control plane; {@code HISTORY.COUNTER} in the document. */
        record OfHistory(Revision revision) implements Place {}
    }

    /**
     * What one node says.
     *
     * @param millis from acceptance to the acknowledgement, or to now
     */
    public record Node(String name, String role, State state, long millis) {}

    /** How far one node is. */
    public enum State {
        /** It works there, and will after a restart. */
        ACKED,
        /** Not yet acknowledged. */
        PENDING,
        /** Not acknowledged, and the node has been silent for too long (PURGE.md rule 15). */
        LOST;

        /** As the document has it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

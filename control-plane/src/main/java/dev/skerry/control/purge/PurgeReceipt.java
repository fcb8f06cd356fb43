package dev.skerry.control.purge;

import java.util.List;
import java.util.Locale;

/**
 * How far a purge has come.
 *
 * @param id by which it can be asked for later
 * @param revision its highest revision
 * @param nodes every node that it concerns
 */
public record PurgeReceipt(String id, long revision, List<Node> nodes) {
    /** Copies the nodes. */
    public PurgeReceipt {
        nodes = List.copyOf(nodes);
    }

    /** Whether every node has acknowledged it. */
    public boolean done() {
        return nodes.stream().allMatch(node -> node.state() == State.ACKED);
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
        PENDING;

        /** As the document has it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

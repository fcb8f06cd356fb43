package dev.skerry.control.purge;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The nodes that hold what is purged, to be asked about it. Thread-safe. */
@FunctionalInterface
public interface AskedNodes {
    /**
     * Asks every node.
     *
     * @param question a JSON document
     */
    List<Asked> ask(Question question);

    /** What a node is asked. */
    @FunctionalInterface
    interface Question {
        /** The question to one of them; the same to all, or not. */
        String to(String role, long nodesOfRole);
    }

    /**
     * A node that has been asked.
     *
     * @param role {@code edge} or {@code shield}
     * @param answer a JSON document; fails when the node cannot be reached or does not answer
     */
    record Asked(String name, String role, CompletionStage<String> answer) {}
}

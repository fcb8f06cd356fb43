package dev.skerry.control.fleet;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The fleet as others see it. Thread-safe. */
public interface FleetView {
    /** All nodes that count, by name; cheap. Those that left are not among them. */
    List<FleetNode> nodes();

    /**
     * Runs {@code wake} after a node came, went, or changed its state or position; on any thread,
     * so it must be quick.
     */
    void onChange(Runnable wake);

    /**
     * Asks a node something over its stream.
     *
     * @param question a JSON document
     * @return its answer, a JSON document; fails when it is not connected or does not answer within
     *     five seconds
     */
    CompletionStage<String> ask(String node, String question);
}

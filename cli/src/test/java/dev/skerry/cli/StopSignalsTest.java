package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.testkit.ChildJvm;
import org.junit.jupiter.api.Test;

/** How a node's process ends, with real signals. */
final class StopSignalsTest {
    @Test
    void aSignalledNodeDrainsAndEndsWithZero() throws Exception {
        try (ChildJvm node = ChildJvm.of(StrawNode.class.getName()).start()) {
            node.awaitLine("serving");
            node.terminate();
            node.awaitLine("closing");
            assertEquals(0, node.awaitExit(), () -> node.output().toString());
            node.awaitLine(".*stopped");
        }
    }

    @Test
    void aSecondSignalEndsADrainThatTakesTooLong() throws Exception {
        try (ChildJvm node = ChildJvm.of(StrawNode.class.getName()).args("forever").start()) {
            node.awaitLine("serving");
            node.terminate();
            node.awaitLine("closing");
            node.terminate();
            assertEquals(1, node.awaitExit(), () -> node.output().toString());
        }
    }
}

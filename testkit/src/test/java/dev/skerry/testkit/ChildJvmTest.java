package dev.skerry.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class ChildJvmTest {
    /** What the children run. */
    public static final class Program {
        private Program() {}

        /** Announces a port, then waits to be killed, unless told to exit. */
        public static void main(String[] args) throws Exception {
            System.err.println("warning: none");
            System.out.println("listening on port " + args[0]);
            if (args.length > 1) {
                System.exit(Integer.parseInt(args[1]));
            }
            new Gate("never").await();
        }
    }

    @Test
    void aChildAnnouncesItsPortAndIsKilled() throws Exception {
        try (ChildJvm child = ChildJvm.of(Program.class.getName()).args("8123").start()) {
            assertEquals(8123, child.awaitPort("on port (\\d+)"));
            child.awaitLine("warning: none");
            child.kill9();
            assertEquals(128 + 9, child.awaitExit());
            assertThrows(AssertionError.class, () -> child.awaitLine("never printed"));
        }
    }

    @Test
    void terminateSendsSigtermAndCloseKills() throws Exception {
        ChildJvm child = ChildJvm.of(Program.class.getName()).args("1").start();
        try (child) {
            child.awaitLine("listening");
            child.terminate();
            assertEquals(128 + 15, child.awaitExit());
        }
        ChildJvm other = ChildJvm.of(Program.class.getName()).args("1").start();
        try (other) {
            other.awaitLine("listening");
        }
        assertFalse(other.isAlive());
    }

    @Test
    void theExitCodeIsGiven() throws Exception {
        try (ChildJvm child = ChildJvm.of(Program.class.getName()).args("1", "7").start()) {
            assertEquals(7, child.awaitExit());
        }
    }
}

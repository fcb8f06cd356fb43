package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while clients ask without a pause. */
@Tag("slow")
final class DrainTest {
    private static final int CLIENTS = 4;

    private final ScriptedOrigin origin = ScriptedOrigin.start();
    @TempDir private Path folder;
    private String key = "";

    @BeforeEach
    void serve() throws IOException {
        Load.serve(origin);
        key = "--fleet-key=" + NodeProcess.fleetKey(folder, "fleet.key", "0");
    }

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void anEdgeThatIsToldToStopFailsNoRequestOnConnectionsThatItKept() throws Exception {
        try (NodeProcess shield = shield();
                NodeProcess edge =
                        NodeProcess.start("edge", "edge", "--shield=" + shield.url(), key);
                Load load = Load.on(edge.port(), CLIENTS)) {
            load.awaitWhole(200);
            edge.jvm().terminate();
            assertEquals(0, edge.jvm().awaitExit(), () -> edge.jvm().output().toString());
            load.awaitRefused();
            load.stop();
            assertEquals(0, load.lost() + load.cut() + load.wrong(), load::toString);
            assertFree(edge.port());
        }
    }

    @Test
    void aShieldThatIsToldToStopFailsNoRequestOfItsEdge() throws Exception {
        try (NodeProcess shield = shield();
                NodeProcess edge =
                        NodeProcess.start(
                                "edge",
                                "edge",
                                "--shield=" + shield.url(),
                                "--origin=" + origin.url(),
                                key);
                Load load = Load.on(edge.port(), CLIENTS)) {
            load.awaitWhole(200);
            shield.jvm().terminate();
            assertEquals(0, shield.jvm().awaitExit(), () -> shield.jvm().output().toString());
            assertFree(shield.port());
            load.awaitWhole(200);
            load.stop();
            assertEquals(
                    0, load.lost() + load.cut() + load.wrong() + load.unserved(), load::toString);
        }
    }

    private NodeProcess shield() throws Exception {
        return NodeProcess.start("shield", "shield", "--origin=" + origin.url(), key);
    }

    private static void assertFree(int port) throws IOException {
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
}

package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edge and shield as processes, killed with requests under way. */
@Tag("slow")
final class KillTest {
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
    void aShieldThatIsKilledUnderLoadLosesNoRequestWhereTheOriginsStandIn() throws Exception {
        NodeProcess shield = shield(0);
        try (NodeProcess edge = edge("--shield=" + shield.url(), "--origin=" + origin.url())) {
            killUnderLoad(edge, shield);
        } finally {
            shield.close();
        }
    }

    @Test
    void aShieldThatIsKilledUnderLoadLosesNoRequestWhereAnotherShieldStandsIn() throws Exception {
        NodeProcess shield = shield(0);
        try (NodeProcess other = shield(0);
                NodeProcess edge = edge("--shield=" + shield.url(), "--shield=" + other.url())) {
            killUnderLoad(edge, shield);
        } finally {
            shield.close();
        }
    }

    private void killUnderLoad(NodeProcess edge, NodeProcess shield) throws Exception {
        try (Load load = Load.on(edge.port(), CLIENTS)) {
            load.awaitWhole(200);
            shield.kill9();
            load.awaitWhole(200);
            try (NodeProcess again = shield(shield.port())) {
                load.awaitWhole(200);
                again.kill9();
                load.awaitWhole(200);
            }
            load.stop();
            assertEquals(0, load.wrong(), load::toString);
            assertEquals(0, load.lost(), load::toString);
            assertEquals(0, load.unserved(), load::toString);
            // At the two moments of death each client had one response under way.
            assertTrue(load.cut() <= 2 * CLIENTS, load::toString);
        }
    }

    @Test
    void anEdgeThatIsKilledUnderLoadComesBackOnItsPort() throws Exception {
        try (NodeProcess shield = shield(0)) {
            String upstream = "--shield=" + shield.url();
            NodeProcess edge = edge(upstream);
            try (Load load = Load.on(edge.port(), CLIENTS)) {
                load.awaitWhole(200);
                edge.kill9();
                load.awaitRefused();
                try (NodeProcess again =
                        NodeProcess.startOn(edge.port(), "edge", "edge", upstream, key)) {
                    load.awaitWhole(200);
                    load.stop();
                    assertTrue(again.jvm().isAlive());
                    assertEquals(0, load.wrong(), load::toString);
                    // Each client had one request with the edge when it died, and may have come
                    // back
                    // into the listen queue of the dying process.
                    assertTrue(load.lost() + load.cut() <= CLIENTS, load::toString);
                    assertTrue(load.unserved() <= CLIENTS, load::toString);
                }
            } finally {
                edge.close();
            }
        }
    }

    @Test
    void aRequestThatWaitedForAKilledShieldIsSentElsewhere() throws Exception {
        Gate never = new Gate("the shield's answer");
        origin.on("/held", Reply.ok().stallBeforeHead(never), Reply.ok().body("from the origin"));
        try (NodeProcess shield = shield(0);
                NodeProcess edge = edge("--shield=" + shield.url(), "--origin=" + origin.url());
                RawClient client = RawClient.connect(edge.port())) {
            client.request("GET", "/held");
            never.awaitArrival();
            shield.kill9();
            RawResponse response = client.readResponse();
            assertEquals(200, response.status());
            assertEquals("from the origin", response.text());
        } finally {
            never.open();
        }
    }

    @Test
    void aResponseThatStreamedThroughAKilledShieldIsCutWhereItsReaderSeesIt() throws Exception {
        Gate never = new Gate("the rest");
        for (Reply reply :
                new Reply[] {Reply.ok().body("abcdef"), Reply.ok().body("abcdef").chunked()}) {
            origin.on("/cut", reply.stallAfter(3, never));
            try (NodeProcess shield = shield(0);
                    NodeProcess edge =
                            edge("--shield=" + shield.url(), "--origin=" + origin.url());
                    RawClient client = RawClient.connect(edge.port())) {
                RawResponse head = client.request("GET", "/cut").readHead();
                assertEquals(200, head.status());
                never.awaitArrival();
                shield.kill9();
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                assertThrows(IOException.class, () -> client.readBody(head, body));
                String came = body.toString(StandardCharsets.US_ASCII);
                assertTrue("abc".startsWith(came), came);
            }
        }
        never.open();
    }

    private NodeProcess shield(int port) throws Exception {
        return NodeProcess.startOn(port, "shield", "shield", "--origin=" + origin.url(), key);
    }

    private NodeProcess edge(String... upstream) throws Exception {
        String[] options = new String[upstream.length + 1];
        System.arraycopy(upstream, 0, options, 0, upstream.length);
        options[upstream.length] = key;
        return NodeProcess.start("edge", "edge", options);
    }
}

package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.message.CommandFailed;
import dev.skerry.config.node.Role;
import java.net.BindException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node's way from options to an exit code. */
final class NodeRunTest {
    @Test
    void everyWrongOptionIsToldAtOnce() {
        Ran ran = Ran.skerry("edge", "--memory", "31m", "--listen", "here", "--tls-listen", ":1");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("skerry: --memory: '31m'"), ran.err());
        assertTrue(ran.err().contains("32m"), ran.err());
        assertTrue(ran.err().contains("skerry: --listen: 'here'"), ran.err());
        assertTrue(ran.err().contains("--tls-cert"), ran.err());
        assertTrue(ran.err().contains("--origin"), ran.err());
    }

    @Test
    void aFileThatIsNotThereNamesItsOption() {
        Ran ran = Ran.skerry("edge", "--config", "/nonexistent/site.yaml");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().startsWith("skerry: --config: "), ran.err());
    }

    @Test
    void aShieldHasNoShields() {
        Ran ran = Ran.skerry("shield", "--shield", "http://127.0.0.1:1");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("unknown option '--shield'"), ran.err());
    }

    @Test
    void aFailureToStartIsOneMessage() {
        CommandFailed failed =
                assertThrows(
                        CommandFailed.class,
                        () ->
                                NodeRun.untilSignalled(
                                        Role.EDGE,
                                        Map.of("origin", List.of("http://127.0.0.1:1")),
                                        Map.of(),
                                        settings -> {
                                            throw new BindException("--listen: in use");
                                        }));
        assertEquals(List.of("--listen: in use"), failed.messages());
        assertEquals(1, failed.exitCode());
    }

    @Test
    void repeatedOptionsKeepTheirOrder() {
        var parsed =
                Main.commandLine()
                        .parseArgs(
                                "edge",
                                "--shield=http://b:1",
                                "--memory=64m",
                                "--shield",
                                "http://a:1");
        assertEquals(
                Map.of("shield", List.of("http://b:1", "http://a:1"), "memory", List.of("64m")),
                NodeOptions.given(parsed.subcommand()));
    }
}

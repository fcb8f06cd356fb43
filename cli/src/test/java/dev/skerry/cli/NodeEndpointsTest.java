package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.NodeSettingsResult;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.proxy.node.CachingNode;
import dev.skerry.shield.ShieldProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may purge on the admin port of a node. */
final class NodeEndpointsTest {
    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir Path directory;

    @Test
    void aNodeThatStandsAloneTakesPurges() throws IOException {
        assertTakesPurges(true, Map.of("origin", NOBODY));
    }

    @Test
    void aNodeThatFollowsAControlPlaneTakesPurgesFromThereAlone() throws IOException {
        Path token = directory.resolve("node.token");
        Files.writeString(token, "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        assertTakesPurges(
                false,
                Map.of(
                        "control",
                        NOBODY,
                        "token",
                        token.toString(),
                        "state",
                        directory.resolve("state").toString()));
    }

    private static void assertTakesPurges(boolean wanted, Map<String, String> more)
            throws IOException {
        try (CachingNode node = ShieldProcess.start(settings(more), running -> List.of())) {
            assertEquals(
                    wanted,
                    NodeEndpoints.of(node).stream()
                            .anyMatch(endpoint -> endpoint.owns("/v1/purges")));
            if (!wanted) {
                assertThrows(IllegalStateException.class, () -> node.apply(List.of()));
            }
        }
    }

    private static NodeSettings settings(Map<String, String> more) {
        Map<String, List<String>> flags = new HashMap<>();
        flags.put("listen", List.of("127.0.0.1:0"));
        flags.put("admin", List.of("127.0.0.1:0"));
        flags.put("memory", List.of("32m"));
        more.forEach((name, value) -> flags.put(name, List.of(value)));
        return switch (NodeSettingsSource.of(Role.SHIELD).read(flags, Map.of())) {
            case NodeSettingsResult.Ready ready -> ready.settings();
            case NodeSettingsResult.Wrong wrong -> fail(wrong.toString());
        };
    }
}

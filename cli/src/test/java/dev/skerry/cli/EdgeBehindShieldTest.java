package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;

import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.NodeSettingsResult;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.edge.EdgeProcess;
import dev.skerry.proxy.node.CachingNode;
import dev.skerry.shield.ShieldProcess;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an edge knows of a response that came through a shield. */
final class EdgeBehindShieldTest {
    @TempDir Path directory;
    private ScriptedOrigin origin;
    private CachingNode shield;
    private CachingNode edge;

    @BeforeEach
    void start() throws IOException {
        Path key = directory.resolve("fleet.key");
        Files.writeString(key, "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        origin = ScriptedOrigin.start();
        shield =
                ShieldProcess.start(
                        settings(Role.SHIELD, key, "shield-1", "origin", origin.url()),
                        node -> List.of());
        edge =
                EdgeProcess.start(
                        settings(
                                Role.EDGE,
                                key,
                                "edge-1",
                                "shield",
                                "http://127.0.0.1:" + shield.address().getPort()),
                        node -> List.of());
    }

    @AfterEach
    void stop() {
        edge.close();
        shield.close();
        origin.close();
    }

    @Test
    void purgeByTagOnTheEdgeKillsWhatTheShieldGaveIt() throws IOException {
        origin.on("/a", tagged("one"), tagged("two"));
        assertEquals("one", get(shield.address()).text());
        // from the shield's store: the tags are no fields any more there
        RawResponse first = get(edge.address());
        assertEquals("one", first.text());
        assertNull(first.field("Surrogate-Key"));
        assertNull(first.field("Skerry-Tags"));
        assertEquals("one", get(edge.address()).text());

        purge("another");
        assertEquals("one", get(edge.address()).text());
        purge("blue, green");
        assertEquals("two", get(edge.address()).text());
        assertEquals("two", get(edge.address()).text());
        assertEquals(2, origin.requests("/a").size());
    }

    @Test
    void purgeByTagKillsWhatTheEdgeStreamedThroughTheShield() throws IOException {
        origin.on("/a", tagged("one"), tagged("two"));
        assertEquals("one", get(edge.address()).text());
        purge("red");
        assertEquals("two", get(edge.address()).text());
    }

    @Test
    void surrogateControlReachesTheEdgeAndNoClient() throws IOException {
        origin.on(
                "/a",
                Reply.ok()
                        .field("Surrogate-Control", "max-age=3600")
                        .field("Cache-Control", "no-store")
                        .body("one"));
        RawResponse throughBoth = get(edge.address());
        assertNull(throughBoth.field("Surrogate-Control"));
        RawResponse again = get(edge.address());
        assertEquals("one", again.text());
        assertEquals("no-store", again.field("Cache-Control"));
        assertNull(again.field("Surrogate-Control"));
        assertNull(get(shield.address()).field("Surrogate-Control"), "a client of the shield");
        assertEquals(1, origin.requests("/a").size());
    }

    private static Reply tagged(String body) {
        return Reply.ok()
                .field("Cache-Control", "max-age=3600")
                .field("Surrogate-Key", "red")
                .field("Cache-Groups", "\"blue, green\"")
                .body(body);
    }

    private void purge(String tag) {
        long revision = edge.applied() + 1;
        edge.apply(List.of(new PurgeRecord(revision, "default", Scope.TAG, tag, Mode.HARD, 0)));
    }

    /** Always for the same host, so that both nodes have the same key. */
    private static RawResponse get(InetSocketAddress node) throws IOException {
        try (RawClient client = RawClient.connect(node)) {
            return client.send("GET /a HTTP/1.1\r\nHost: www.example\r\n\r\n").readResponse();
        }
    }

    private static NodeSettings settings(
            Role role, Path fleetKey, String name, String upstream, String url) {
        Map<String, List<String>> flags = new HashMap<>();
        flags.put("listen", List.of("127.0.0.1:0"));
        flags.put("admin", List.of("127.0.0.1:0"));
        flags.put("memory", List.of("32m"));
        flags.put("name", List.of(name));
        flags.put("fleet-key", List.of(fleetKey.toString()));
        flags.put(upstream, List.of(url));
        return switch (NodeSettingsSource.of(role).read(flags, Map.of())) {
            case NodeSettingsResult.Ready ready -> ready.settings();
            case NodeSettingsResult.Wrong wrong -> fail(wrong.toString());
        };
    }
}

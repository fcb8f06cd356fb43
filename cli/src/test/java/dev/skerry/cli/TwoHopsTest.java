package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.proxy.hop.FleetKey;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said and believed between client, edge, shield and origin, each in its own process. */
@Tag("slow")
final class TwoHopsTest {
    private static final String[] SPOOFED = {
        "Skerry-Applied: 9000000000000000000",
        "Skerry-Need: 9000000000000000000",
        "Skerry-Born: 9000000000000000000",
        "sKERRY-State: stale",
        "Skerry-Auth: t=1;n=00112233445566778899aabbccddeeff;m=00",
        "Skerry-Unheard-Of: 1",
    };

    private static final String[][] SCOPES = {
        {"--url", "http://localhost/url"},
        {"--tag", "t1"},
        {"--prefix", "localhost/prefix"},
        {"--host", "localhost"},
        {"--everything"},
    };

    private final ScriptedOrigin origin = ScriptedOrigin.start();
    @TempDir private Path folder;
    private Path key = Path.of("");

    @BeforeEach
    void makeKey() throws IOException {
        key = NodeProcess.fleetKey(folder, "fleet.key", "0");
    }

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void everyNodeOnTheWaySaysWhatItDid() throws Exception {
        origin.on("/", fresh("hello"));
        try (NodeProcess shield = shield();
                NodeProcess edge = edge(shield)) {
            assertStatus("shield-1; fwd=uri-miss; .*, edge-1; fwd=uri-miss; .*", get(edge, "/"));
            // A response is stored a moment after its last byte has left, by each hop on its own.
            Await.until("a hit", () -> status(get(edge, "/")).contains("edge-1; hit"));
            Await.until("a hit", () -> status(get(shield, "/")).contains("shield-1; hit"));
            assertStatus("shield-1; fwd=.*, edge-1; hit; .*", get(edge, "/"));
            try (NodeProcess cold = NodeProcess.start("edge", "edge-2", shieldOptions(shield))) {
                assertStatus("shield-1; hit; .*, edge-2; fwd=uri-miss; .*", get(cold, "/"));
            }
            assertEquals(1, origin.requests().size());
        }
    }

    @Test
    void whatAClientSaysInFieldsOfTheFleetIsNeitherBelievedNorPassedOn() throws Exception {
        origin.on("/", fresh("hello"));
        try (NodeProcess shield = shield();
                NodeProcess edge = edge(shield)) {
            for (NodeProcess node : List.of(edge, shield, edge, shield)) {
                RawResponse response = get(node, "/", SPOOFED);
                assertEquals("hello", response.text());
                assertSaysNothing(response.lines());
            }
            assertEquals(1, origin.requests().size(), "the need of a client was believed");
            assertSaysNothing(origin.awaitRequest(0).lines());
        }
    }

    @Test
    void whatAnOriginSaysInFieldsOfTheFleetGoesNowhere() throws Exception {
        origin.on(
                "/",
                fresh("hello")
                        .field("Skerry-Born", "1")
                        .field("Skerry-State", "stale")
                        .field("Skerry-Age", "500000"));
        try (NodeProcess shield = shield();
                NodeProcess edge = edge(shield)) {
            for (NodeProcess node : List.of(edge, shield, edge)) {
                RawResponse response = get(node, "/");
                assertSaysNothing(response.lines());
                String age = response.field("Age");
                assertTrue(age == null || Long.parseLong(age) < 500, "Age: " + age);
            }
        }
    }

    @Test
    void aShieldTellsItsOwnAndNobodyElseTheAgeInMilliseconds() throws Exception {
        origin.on("/", fresh("hello"));
        HopAuth auth =
                new HopAuth(FleetKey.read(key), System::currentTimeMillis, new SecureRandom());
        try (NodeProcess shield = shield();
                RawClient client = RawClient.connect(shield.port())) {
            assertEquals("0", signed(client, auth).field("Skerry-Born"));
            AtomicLong age = new AtomicLong();
            Await.until(
                    "an age that is no whole second",
                    () -> {
                        age.set(
                                Long.parseLong(
                                        String.valueOf(signed(client, auth).field("Skerry-Age"))));
                        return age.get() % 1000 != 0;
                    });
            assertTrue(age.get() < 600_000, "milliseconds: " + age);
            assertSaysNothing(get(shield, "/").lines());
            assertNull(get(shield, "/").field("Skerry-Age"));
        }
    }

    @Test
    void aPurgeOnTheEdgeHoldsAlthoughTheShieldHasTheOldCopy() throws Exception {
        for (String[] what : SCOPES) {
            String path = "/" + what[0].substring(2);
            origin.on(path, fresh("old").field("Surrogate-Key", "t1"), fresh("new"));
        }
        try (NodeProcess shield = shield();
                NodeProcess edge = edge(shield)) {
            for (String[] what : SCOPES) {
                String path = "/" + what[0].substring(2);
                assertEquals("old", get(edge, path).text(), path);
                assertEquals("old", get(shield, path).text(), path);
                List<String> command = new ArrayList<>(List.of("purge", "--admin", edge.admin()));
                command.addAll(List.of(what));
                assertEquals(
                        new Ran(0, "purged\n", ""),
                        Ran.skerry(command.toArray(String[]::new)),
                        path);
                assertEquals("new", get(edge, path).text(), path);
                assertEquals("new", get(shield, path).text(), path + ", put right for others");
                assertEquals(2, origin.requests(path).size(), path);
            }
        }
    }

    @Test
    void anEdgeWithAnotherKeyIsNotBelievedAndBelievesNothing() throws Exception {
        origin.on("/", fresh("hello"));
        Path other = NodeProcess.fleetKey(folder, "other.key", "f");
        try (NodeProcess shield = shield();
                NodeProcess edge =
                        NodeProcess.start(
                                "edge",
                                "edge-1",
                                "--shield=" + shield.url(),
                                "--fleet-key=" + other);
                NodeProcess withOrigin =
                        NodeProcess.start(
                                "edge",
                                "edge-2",
                                "--shield=" + shield.url(),
                                "--origin=" + origin.url(),
                                "--fleet-key=" + other)) {
            RawResponse refused = get(edge, "/");
            assertEquals(502, refused.status(), refused::toString);
            assertSaysNothing(refused.lines());
            RawResponse direct = get(withOrigin, "/");
            assertEquals(200, direct.status(), direct::toString);
            assertFalse(status(direct).contains("shield-1"), status(direct));
        }
    }

    @Test
    void aPurgeHoldsWhenTheEdgeIsKilledAndStartedAgain() throws Exception {
        for (String path : List.of("/url", "/other")) {
            origin.on(path, fresh("old"), fresh("new"));
        }
        origin.on("/tag", fresh("old").field("Surrogate-Key", "t0 t1"), fresh("new"));
        String state = "--state=" + folder.resolve("state");
        try (NodeProcess shield = shield()) {
            try (NodeProcess edge =
                    NodeProcess.start("edge", "edge-1", shieldOptions(shield, state))) {
                assertEquals("old", get(edge, "/url").text());
                assertEquals("old", get(edge, "/tag").text());
                assertEquals("old", get(edge, "/other").text());
                Ran purged =
                        Ran.skerry(
                                "purge",
                                "--admin=" + edge.admin(),
                                "--url=http://localhost/url",
                                "--tag=t1");
                assertEquals(new Ran(0, "purged\n", ""), purged);
                edge.kill9();
            }
            try (NodeProcess edge =
                    NodeProcess.start("edge", "edge-1", shieldOptions(shield, state))) {
                for (String path : List.of("/url", "/tag")) {
                    assertEquals("old", get(shield, path).text(), "what this test is about");
                    assertEquals("new", get(edge, path).text(), path);
                }
                assertEquals("old", get(edge, "/other").text());
            }
        }
    }

    private NodeProcess shield() throws Exception {
        return NodeProcess.start(
                "shield", "shield-1", "--origin=" + origin.url(), "--fleet-key=" + key);
    }

    private NodeProcess edge(NodeProcess shield) throws Exception {
        return NodeProcess.start("edge", "edge-1", shieldOptions(shield));
    }

    private String[] shieldOptions(NodeProcess shield, String... more) {
        List<String> options =
                new ArrayList<>(List.of("--shield=" + shield.url(), "--fleet-key=" + key));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    private static Reply fresh(String body) {
        return Reply.ok().field("Cache-Control", "max-age=600").body(body);
    }

    private static RawResponse get(NodeProcess node, String target, String... fields)
            throws IOException {
        try (RawClient client = RawClient.connect(node.port())) {
            return client.get(target, fields);
        }
    }

    private static String status(RawResponse response) {
        return String.join(", ", response.fields("Cache-Status"));
    }

    private static void assertStatus(String regex, RawResponse response) {
        assertTrue(status(response).matches(regex), status(response));
    }

    /** A request as an edge would send it. */
    private static RawResponse signed(RawClient client, HopAuth auth) throws IOException {
        FieldList fields = auth.signRequest("GET", "localhost", "/", FieldList.of(), 0, 0).fields();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            lines.add(fields.name(i) + ": " + fields.value(i));
        }
        RawResponse response = client.get("/", lines.toArray(String[]::new));
        assertNotNull(response.field("Skerry-Auth"), response::toString);
        return response;
    }

    private static void assertSaysNothing(List<String> head) {
        assertTrue(
                head.stream()
                        .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("skerry-")),
                head::toString);
    }
}

package dev.skerry.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.CuttableWire;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A control plane with its router and an edge on either side of an ocean, each a process. */
@Tag("slow")
@Timeout(180)
final class RouterTest {
    private static final String HOST = "Host: shop.example";
    private static final String GERMAN = "X-Forwarded-For: 193.99.144.80";
    private static final String AMERICAN = "X-Forwarded-For: 8.8.8.8";
    private static final String DEBUG = "Skerry-Debug: a-debug-token-of-32-characters-";
    private static final Pattern ROUTER = Pattern.compile("router http://127\\.0\\.0\\.1:(\\d+)");

    @TempDir private Path folder;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private ScriptedOrigin origin;
    private HttpClient client;
    private Member control;
    private CuttableWire fraToControl;
    private CuttableWire iadToControl;
    private Member fra;
    private Member iad;

    @BeforeEach
    void start() throws Exception {
        origin = later(ScriptedOrigin.start());
        client = later(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        Files.writeString(folder.resolve("debug.token"), DEBUG.substring(14) + "\n");
        trust("127.0.0.1/32");
        Path data = folder.resolve("control");
        control =
                later(
                        Member.start(
                                client,
                                "control",
                                "control",
                                List.of(
                                        "--data=" + data,
                                        "--router-listen=127.0.0.1:0",
                                        "--routing=" + folder.resolve("routing.yaml"))));
        applySite(Files.readString(data.resolve("admin.token")).strip());
        fraToControl = later(CuttableWire.to(control.port()));
        iadToControl = later(CuttableWire.to(control.port()));
        fra = edge("fra", fraToControl);
        iad = edge("iad", iadToControl);
        awaitAt(fra, GERMAN);
        awaitAt(iad, AMERICAN);
    }

    @AfterEach
    void stop() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void whoIsFrozenOrDeadLeavesAndWhoComesBackIsThereAgain() throws Exception {
        fra.freeze();
        awaitAt(iad, GERMAN);
        fra.thaw();
        awaitAt(fra, GERMAN);

        fra.kill();
        awaitAt(iad, GERMAN);
        fra.startAgain();
        awaitAt(fra, GERMAN);

        fra.kill();
        iad.kill();
        Await.until("nobody is left", () -> ask("/a", GERMAN).status() == 503);
        assertNotNull(ask("/a", GERMAN).field("Retry-After"));
        iad.startAgain();
        awaitAt(iad, GERMAN);
    }

    @Test
    void whoDrainsLeavesWhileItStillAnswers() throws Exception {
        Gate slow = new Gate("the origin's answer");
        origin.on("/slow", Reply.ok().body("whole").stallBeforeHead(slow));
        try (RawClient reader = RawClient.connect(fra.port())) {
            reader.request("GET", "/slow", HOST);
            origin.awaitRequests(1);
            fra.terminate();
            awaitAt(iad, GERMAN);
            assertTrue(fra.alive(), "it waits for its reader");
            slow.open();
            assertEquals("whole", reader.readResponse().text());
        }
        assertEquals(0, fra.awaitExit());
        assertEquals(iad.port(), sentTo("/a", GERMAN));
    }

    @Test
    void whoIsCutOffFromTheControlPlaneStaysWhileItAnswers() throws Exception {
        fraToControl.cut();
        iadToControl.cut();
        Await.until("both are cut off", () -> connected() == 0);
        for (int i = 0; i < 100; i++) {
            assertEquals(fra.port(), sentTo("/a" + i, GERMAN));
            assertEquals(iad.port(), sentTo("/a" + i, AMERICAN));
        }

        // One that has never heard of them since it began finds them where they were.
        control.kill();
        control.startAgain();
        awaitAt(fra, GERMAN);
        awaitAt(iad, AMERICAN);
        assertEquals(0, connected());

        fra.kill();
        awaitAt(iad, GERMAN);
        iadToControl.mend();
        Await.until("one is back", () -> connected() == 1);
        assertEquals(iad.port(), sentTo("/a", AMERICAN));
        // What the router asked of them for all that time was no client's.
        List<String> clients =
                metrics(iad)
                        .lines()
                        .filter(line -> line.startsWith("skerry_http_requests_total{"))
                        .filter(line -> !line.endsWith(" 0.0"))
                        .toList();
        assertEquals(List.of(), clients);
    }

    @Test
    void whoAsksIsBelievedOnlyFromTrustedProxies() throws Exception {
        try (RawClient stranger = RawClient.connect(routerPort())) {
            assertEquals(404, stranger.get("/a", "Host: other.example").status());
        }
        RawResponse plain = ask("/a?q=1", GERMAN);
        assertEquals(302, plain.status());
        assertEquals("http://shop.example:" + fra.port() + "/a?q=1", plain.field("Location"));
        assertNull(plain.field("Skerry-Route"));
        // What the client wrote itself stands before what the trusted proxy added.
        assertEquals(fra.port(), sentTo("/a", "X-Forwarded-For: 8.8.8.8, 193.99.144.80"));

        RawResponse told = ask("/a", GERMAN, DEBUG);
        String route = String.valueOf(told.field("Skerry-Route"));
        assertTrue(route.startsWith("client=\"193.99.144.80\", placed=country"), route);
        assertTrue(route.contains("edge=\"fra-1\""), route);
        assertNull(ask("/a", GERMAN, DEBUG + "x").field("Skerry-Route"));

        // The running router takes the changed file: now nobody is believed.
        trust("192.0.2.0/24");
        awaitAt(iad, GERMAN);
        String untold = String.valueOf(ask("/a", GERMAN, DEBUG).field("Skerry-Route"));
        assertTrue(untold.startsWith("client=\"127.0.0.1\", placed=default"), untold);
    }

    private void trust(String proxies) throws IOException {
        String routing =
                """
                locations:
                  fra: {latitude: 50.11, longitude: 8.68}
                  iad: {latitude: 39.04, longitude: -77.49}
                default-location: iad
                trusted-proxies: [%s]
                debug-token-file: debug.token
                """
                        .formatted(proxies);
        Path next = Files.writeString(folder.resolve("next.yaml"), routing);
        Files.move(next, folder.resolve("routing.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Member edge(String pop, CuttableWire toControl) throws Exception {
        return later(
                Member.start(
                        client,
                        pop + "-1",
                        "edge",
                        List.of(
                                "--pop=" + pop,
                                "--control=http://127.0.0.1:" + toControl.port(),
                                "--token=" + folder.resolve("control/node.token"),
                                "--state=" + folder.resolve(pop))));
    }

    private void applySite(String token) throws IOException {
        String site =
                "site: shop\nhosts: [shop.example]\norigins:\n  - url: " + origin.url() + "\n";
        try (RawClient api = RawClient.connect(control.port())) {
            RawResponse applied =
                    api.requestWithBody(
                                    "PUT",
                                    "/v1/sites/shop",
                                    site,
                                    "Authorization: Bearer " + token,
                                    "Content-Type: application/yaml")
                            .readResponse();
            assertEquals(2, applied.status() / 100, applied.text());
        }
    }

    private void awaitAt(Member edge, String from) throws Exception {
        Await.until(
                from + " is sent to " + edge.name(),
                () -> sentTo("/a", from) == edge.port(),
                () -> String.join("\n", control.output()));
    }

    /** The port of the edge, 0 when there is none. */
    private int sentTo(String target, String from) throws IOException {
        String location = ask(target, from).field("Location");
        String before = "http://shop.example:";
        return location == null
                ? 0
                : Integer.parseInt(
                        location.substring(before.length(), location.length() - target.length()));
    }

    private RawResponse ask(String target, String... lines) throws IOException {
        String[] all = List.of(HOST, String.join("\r\n", lines)).toArray(String[]::new);
        try (RawClient router = RawClient.connect(routerPort())) {
            return router.get(target, all);
        }
    }

    private int routerPort() {
        for (String line : control.output()) {
            Matcher said = ROUTER.matcher(line);
            if (said.find()) {
                return Integer.parseInt(said.group(1));
            }
        }
        throw new AssertionError("no router: " + control.output());
    }

    private int connected() throws IOException {
        String token = Files.readString(folder.resolve("control/admin.token")).strip();
        try (RawClient api = RawClient.connect(control.port())) {
            String nodes = api.get("/v1/nodes", "Authorization: Bearer " + token).text();
            return nodes.split("\"connected\": ?true", -1).length - 1;
        }
    }

    private static String metrics(Member node) throws IOException {
        try (RawClient admin = RawClient.connect(node.adminPort())) {
            return admin.get("/metrics").text();
        }
    }

    private <T extends AutoCloseable> T later(T part) {
        parts.push(part);
        return part;
    }
}

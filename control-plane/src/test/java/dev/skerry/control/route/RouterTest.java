package dev.skerry.control.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.SiteTable;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import dev.skerry.config.protocol.NodeReport.State;
import dev.skerry.config.routing.Routing;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.net.server.ServerOptions;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@Tag("slow")
final class RouterTest {
    private static final String SITE =
            """
            site: shop
            hosts: [www.shop.example, "*.img.shop.example"]
            origins: [{url: "https://origin.shop.example/base"}]
            """;
    private static final String ROUTING =
            """
            locations:
              fra: {latitude: 50.11, longitude: 8.68}
              iad: {latitude: 39.04, longitude: -77.49}
              nrt: {country: JP}
            networks:
              - {cidr: 192.0.2.0/24, location: nrt}
            default-location: iad
            trusted-proxies: [127.0.0.0/8]
            debug-token-file: debug.token
            """;
    private static final String HOST = "Host: www.shop.example:8080";
    private static final String GERMAN = "X-Forwarded-For: 193.99.144.80";
    private static final String AMERICAN = "X-Forwarded-For: 8.8.8.8";

    @TempDir private Path folder;
    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = new Fleet(clock);
    private final Metrics metrics = new Metrics();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final SiteTable sites = sites();
    private @Nullable RouterServer server;
    private @Nullable RawClient connection;

    @AfterEach
    void close() throws Exception {
        if (connection != null) {
            connection.close();
        }
        if (server != null) {
            server.close();
        }
        metrics.close();
    }

    @Test
    void clientsAreSentToTheNearestLocation() throws Exception {
        threeLocations();
        assertEquals("https://fra-1.www.shop.example/a", location(get("/a", HOST, GERMAN)));
        assertEquals("https://iad-1.www.shop.example/a", location(get("/a", HOST, AMERICAN)));
        // The operator's word goes before the table; what nothing knows is at the default.
        assertEquals(
                "https://nrt-1.www.shop.example/a",
                location(get("/a", HOST, "X-Forwarded-For: 192.0.2.1")));
        assertEquals(
                "https://iad-1.www.shop.example/a",
                location(get("/a", HOST, "X-Forwarded-For: 10.0.0.1")));
        assertEquals(
                "https://fra-1.www.shop.example/a",
                location(get("/a", HOST, "X-Forwarded-For: 2001:638::1")));
    }

    @Test
    void theNextNearestTakesOverWhenNobodyIsLeftInALocation() throws Exception {
        threeLocations();
        fleet.state("fra-1", State.DRAINING);
        assertEquals("https://iad-1.www.shop.example/a", location(get("/a", HOST, GERMAN)));
        fleet.state("iad-1", State.LEFT);
        assertEquals("https://nrt-1.www.shop.example/a", location(get("/a", HOST, GERMAN)));
        fleet.state("fra-1", State.READY);
        assertEquals("https://fra-1.www.shop.example/a", location(get("/a", HOST, GERMAN)));
    }

    @Test
    void insideALocationThePathDecides() throws Exception {
        for (int i = 1; i <= 4; i++) {
            fleet.ready("fra-" + i, "fra", "https://fra-" + i + ".{host}");
        }
        start(ROUTING);
        Set<String> used = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            String edge = location(get("/" + i, HOST));
            used.add(edge.substring(0, edge.indexOf('.')));
            String again = location(get("/" + i + "?other=query", HOST));
            assertEquals(edge + "?other=query", again);
        }
        assertEquals(4, used.size());
    }

    @Test
    void edgesWithoutCoordinatesComeLastAndWithoutAnyThePathDecides() throws Exception {
        fleet.ready("e1", "here", "http://{host}:8081").ready("e2", null, "http://{host}:8082");
        start("{}");
        Set<String> used = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            used.add(location(get("/" + i, HOST)).replaceFirst("/[0-9]+$", ""));
        }
        assertEquals(Set.of("http://www.shop.example:8081", "http://www.shop.example:8082"), used);
    }

    @Test
    void pathAndQueryStayByteForByte() throws Exception {
        threeLocations();
        for (String target :
                List.of(
                        "/",
                        "//evil.example/x",
                        "/a//b",
                        "/%2e%41%0d%0a?x=%0D%0ASet-Cookie:1",
                        "/a?b?c=d&&e",
                        "/?",
                        "/@evil.example",
                        "/:80",
                        "/a;b=c|d",
                        "/" + "x".repeat(8000),
                        "/caf\u00e9?\u00fc")) {
            RawResponse response = get(target, HOST, GERMAN);
            assertEquals("https://fra-1.www.shop.example" + target, location(response), target);
            assertEquals(302, response.status());
            assertNull(response.field("Set-Cookie"));
            assertEquals("no-store", response.field("Cache-Control"));
            assertEquals("Thu, 01 Jan 2026 00:00:00 GMT", response.field("Date"));
        }
    }

    @Test
    void otherMethodsKeepTheirMethod() throws Exception {
        threeLocations();
        connection().request("HEAD", "/a", HOST);
        assertEquals(302, connection().readResponseToHead().status());
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            assertEquals(307, request(method, "/a", HOST).status(), method);
        }
        RawResponse post = request("POST", "/a?format=json", HOST);
        assertEquals("https://iad-1.www.shop.example/a?format=json", location(post));
        connection().requestWithBody("POST", "/a", "body", HOST);
        assertEquals(307, connection().readResponse().status());
    }

    @Test
    void onlyHostsOfSitesAreServed() throws Exception {
        threeLocations();
        RawResponse unknown = get("/a", "Host: evil.example");
        assertEquals(404, unknown.status());
        assertNull(unknown.field("Location"));
        assertEquals(
                "https://iad-1.a.b.img.shop.example/a",
                location(get("/a", "Host: a.b.img.shop.example")));
        assertEquals(404, get("/a", "Host: img.shop.example").status());
        assertEquals(400, request("OPTIONS", "*", HOST).status());
    }

    @Test
    void scriptsMayFollow() throws Exception {
        threeLocations();
        RawResponse plain = get("/a", HOST);
        assertNull(plain.field("Access-Control-Allow-Origin"));
        assertEquals("Origin", plain.field("Vary"));
        RawResponse scripted = get("/a", HOST, "Origin: https://app.example");
        assertEquals(302, scripted.status());
        assertEquals("*", scripted.field("Access-Control-Allow-Origin"));
        RawResponse preflight =
                request(
                        "OPTIONS",
                        "/a",
                        HOST,
                        "Origin: https://app.example",
                        "Access-Control-Request-Method: PURGE",
                        "Access-Control-Request-Headers: X-One, content-type");
        assertEquals(204, preflight.status());
        assertEquals("*", preflight.field("Access-Control-Allow-Origin"));
        assertEquals("PURGE", preflight.field("Access-Control-Allow-Methods"));
        assertEquals("X-One, content-type", preflight.field("Access-Control-Allow-Headers"));
        assertEquals("600", preflight.field("Access-Control-Max-Age"));
        RawResponse odd =
                request(
                        "OPTIONS",
                        "/a",
                        HOST,
                        "Origin: null",
                        "Access-Control-Request-Method: " + "X".repeat(33),
                        "Access-Control-Request-Headers: " + "x".repeat(1025));
        assertEquals(204, odd.status());
        assertTrue(String.valueOf(odd.field("Access-Control-Allow-Methods")).startsWith("GET"));
        assertNull(odd.field("Access-Control-Allow-Headers"));
    }

    @Test
    void theListHasAllEdgesInOrder() throws Exception {
        threeLocations();
        RawResponse list = get("/a?x=%2F&format=json", HOST, GERMAN);
        assertEquals(200, list.status());
        assertEquals("application/json", list.field("Content-Type"));
        String fra = "\"https://fra-1.www.shop.example/a?x=%2F\"";
        String iad = "\"https://iad-1.www.shop.example/a?x=%2F\"";
        String nrt = "\"https://nrt-1.www.shop.example/a?x=%2F\"";
        assertEquals(
                "{\"location\":%s,\"locations\":[%s,%s,%s]}\n".formatted(fra, fra, iad, nrt),
                list.text());
        // Written twice, one of them is the site's.
        assertEquals(
                "https://fra-1.www.shop.example/a?format=json",
                location(get("/a?format=json&format=json", HOST, GERMAN)));
        assertTrue(get("/\u00e9?format=json", HOST).text().contains("/%E9\""));
    }

    @Test
    void withoutAnEdgeItIsUnavailableOrTheOrigin() throws Exception {
        start(ROUTING);
        RawResponse none = get("/a", HOST);
        assertEquals(503, none.status());
        assertNotNull(none.field("Retry-After"));
        assertEquals(503, get("/a?format=json", HOST).status());
        rewrite("no-edge: origin\n");
        Await.until("the new routing", () -> get("/a", HOST).status() == 302);
        assertEquals("https://origin.shop.example/base//x?y", location(get("//x?y", HOST)));
    }

    @Test
    void theReasonIsForThoseWhoShowTheToken() throws Exception {
        threeLocations();
        assertNull(get("/a", HOST, GERMAN).field("Skerry-Route"));
        assertNull(get("/a", HOST, GERMAN, "Skerry-Debug: wrong").field("Skerry-Route"));
        assertEquals(
                "client=\"193.99.144.80\", placed=country, country=\"DE\", at=\"51.00,10.00\","
                        + " location=\"fra\", km=136, edge=\"fra-1\","
                        + " candidates=(\"fra-1\" \"iad-1\" \"nrt-1\")",
                get("/a", HOST, GERMAN, "Skerry-Debug: let me see").field("Skerry-Route"));
        fleet.state("fra-1", State.LEFT).state("iad-1", State.LEFT).state("nrt-1", State.LEFT);
        assertEquals(
                "client=\"127.0.0.1\", placed=default, at=\"39.04,-77.49\", candidates=()",
                get("/a", HOST, "Skerry-Debug: let me see").field("Skerry-Route"));
    }

    @Test
    void explainDecidesAsRequestsAreDecided() throws Exception {
        threeLocations();
        InetAddress german = InetAddress.ofLiteral("193.99.144.80");
        RoutePlan plan = server().explain("www.shop.example:8080", "/a?b", german);
        assertEquals(Outcome.REDIRECTED, plan.outcome());
        assertEquals("shop", plan.site());
        assertEquals(Placement.How.COUNTRY, plan.placement().how());
        assertEquals("https://fra-1.www.shop.example/a?b", plan.location());
        assertEquals(
                List.of("fra-1", "iad-1", "nrt-1"),
                plan.candidates().stream().map(RoutePlan.Candidate::edge).toList());
        assertEquals(136, plan.candidates().getFirst().kilometres());
        assertEquals(Outcome.UNKNOWN_HOST, server().explain("evil.example", "/", german).outcome());
        assertEquals(List.of("fra-1", "iad-1", "nrt-1"), server().inRotation());
    }

    @Test
    void requestsAreLoggedAndCounted() throws Exception {
        threeLocations();
        get("/a?\u00e9\"", HOST, GERMAN);
        get("/b", "Host: evil.example");
        server().close();
        List<String> lines = log.toString(StandardCharsets.US_ASCII).lines().toList();
        assertEquals(2, lines.size());
        assertEquals(
                "{\"time\":\"2026-01-01T00:00:00Z\",\"client\":\"193.99.144.80\",\"method\":\"GET\","
                        + "\"host\":\"www.shop.example:8080\",\"target\":\"/a?\\u00E9\\\"\","
                        + "\"status\":302,\"outcome\":\"redirected\",\"site\":\"shop\","
                        + "\"placed\":\"country\",\"country\":\"DE\",\"location\":\"fra\","
                        + "\"km\":136,\"edge\":\"fra-1\",\"candidates\":3}",
                lines.get(0));
        assertTrue(lines.get(1).contains("\"unknown-host\""), lines.get(1));
        String scrape = metrics.scrape();
        assertTrue(
                scrape.contains("skerry_router_requests_total{outcome=\"redirected\",} 1.0"),
                scrape);
        assertTrue(scrape.contains("skerry_router_edges_healthy 3.0"), scrape);
    }

    @Test
    void aRoutingFileThatIsWrongStopsTheStartButNotARunningRouter() throws Exception {
        IOException refused = assertThrows(IOException.class, () -> start("location: x\nfoo: 1\n"));
        assertTrue(refused.toString().contains(":1: location"), refused::toString);
        assertTrue(refused.toString().contains(":2: foo"), refused::toString);
        threeLocations();
        rewrite("default-location: nowhere\n");
        RoutingSource source = new RoutingSource(null, Routing.DEFAULT);
        assertFalse(source.check());
        rewrite(ROUTING.replace("default-location: iad", "default-location: nrt"));
        Await.until(
                "the valid file is taken",
                () -> location(get("/a", HOST)).startsWith("https://nrt-1."));
    }

    private void threeLocations() throws Exception {
        for (String pop : List.of("fra", "iad", "nrt")) {
            fleet.ready(pop + "-1", pop, "https://" + pop + "-1.{host}");
        }
        start(ROUTING);
    }

    private void start(String routing) throws Exception {
        Files.writeString(folder.resolve("debug.token"), "let me see\n");
        Path file = Files.writeString(folder.resolve("routing.yaml"), routing);
        server =
                RouterServer.start(
                        ServerOptions.plain(
                                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .withIoThreads(1),
                        new RouterInputs(
                                file,
                                Routing.DEFAULT,
                                () -> sites,
                                fleet,
                                WatchedHttpClient.create(ClientOptions.defaults()),
                                host -> List.of(InetAddress.getLoopbackAddress()),
                                metrics,
                                clock,
                                clock,
                                log));
    }

    private void rewrite(String routing) throws Exception {
        Path file = folder.resolve("routing.yaml");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, routing);
        Files.setLastModifiedTime(file, FileTime.fromMillis(before.toMillis() + 1000));
    }

    private static SiteTable sites() {
        Loaded loaded = ConfigLoader.parse("shop", SITE.getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(), loaded.problems());
        return new SiteTable(loaded.sites());
    }

    private RawResponse get(String target, String... lines) throws IOException {
        return request("GET", target, lines);
    }

    private RawResponse request(String method, String target, String... lines) throws IOException {
        connection().request(method, target, lines);
        return connection().readResponse();
    }

    private RawClient connection() throws IOException {
        RawClient known = connection;
        if (known == null) {
            known = RawClient.connect(server().address());
            connection = known;
        }
        return known;
    }

    private RouterServer server() {
        RouterServer running = server;
        assertNotNull(running);
        return running;
    }

    private static String location(RawResponse response) {
        String location = response.field("Location");
        assertNotNull(location, response::toString);
        return location;
    }
}

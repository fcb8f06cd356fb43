package dev.skerry.control.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.http.ApiServer;
import dev.skerry.control.http.Resource;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API as it is served, beside what is said of it. */
final class ControlPlaneTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String YAML = "Content-Type: application/yaml";
    private static final String SHOP =
            "site: shop\nhosts: [shop.example]\norigins: [{url: \"http://o.example\"}]\n";
    private static final Pattern EVENT = Pattern.compile("event: ?(\\w+)\ndata: ?(.*)\n\n");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z]+) (/\\S*)` \\| (\\w+) \\|.*");

    @TempDir private Path folder;
    private final ManualClock clock = new ManualClock();
    private ControlPlane plane;
    private String admin;

    @BeforeEach
    void start() throws IOException {
        plane = ControlPlane.start(options(loopback()), clock, clock);
        admin = "Authorization: Bearer " + Files.readString(folder.resolve("admin.token")).strip();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void everythingThatIsServedIsDescribedAndTheOtherWayRound() throws Exception {
        Set<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : description().path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                JsonNode answers = method.getValue().path("responses");
                assertTrue(answers.size() > 1, path.getKey() + " says what it answers");
            }
        }
        assertEquals(names(plane.resources()), described);
        assertEquals(described, writtenByHand());
    }

    /** What the description takes parameters, bodies and answers from. */
    private static Set<String> writtenByHand() throws IOException {
        Set<String> operations = new TreeSet<>();
        try (InputStream in = ApiServer.class.getResourceAsStream("operations.json")) {
            JsonMapper.builder()
                    .build()
                    .readTree(in)
                    .path("operations")
                    .fieldNames()
                    .forEachRemaining(operations::add);
        }
        return operations;
    }

    @Test
    void aPathTakesTheMethodsThatAreDescribedAndNoOther() throws Exception {
        for (Map.Entry<String, JsonNode> path : description().path("paths").properties()) {
            Set<String> methods = new TreeSet<>();
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                methods.add(method.getKey().toUpperCase(Locale.ROOT));
            }
            RawResponse response = call("PATCH", target(path.getKey()), "", admin);
            assertEquals(405, response.status(), path.getKey());
            Set<String> allowed =
                    new TreeSet<>(List.of(String.valueOf(response.field("Allow")).split(", ")));
            allowed.remove("HEAD");
            assertEquals(methods, allowed, path.getKey());
        }
    }

    @Test
    void onlyWhatIsDescribedAsOpenIsOpen() throws Exception {
        for (Map.Entry<String, JsonNode> path : description().path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                String name = method.getKey().toUpperCase(Locale.ROOT);
                boolean open = method.getValue().path("security").isEmpty();
                for (String line : List.of("X: y", "Authorization: Bearer " + "0".repeat(64))) {
                    RawResponse response = call(name, target(path.getKey()), "", line);
                    assertEquals(open ? 200 : 401, response.status(), name + path.getKey());
                }
            }
        }
    }

    @Test
    void aSchemaThatIsReferredToIsThere() throws Exception {
        JsonNode description = description();
        for (String reference : description.findValuesAsText("$ref")) {
            assertFalse(description.at(reference.substring(1)).isMissingNode(), reference);
        }
    }

    @Test
    void thePageHasEveryResourceWithItsVerb() throws Exception {
        Set<String> page = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("../docs/api.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                page.add(row.group(1) + " " + row.group(2) + " " + row.group(3));
            }
        }
        Set<String> served = new TreeSet<>();
        for (Resource resource : plane.resources()) {
            String verb = resource.verb().name().toLowerCase(Locale.ROOT);
            served.add(resource.method() + " " + resource.path() + " " + verb);
        }
        assertEquals(served, page);
    }

    @Test
    void aSiteIsAppliedPurgedAndToldOf() throws Exception {
        assertEquals(201, call("PUT", "/v1/sites/shop", SHOP, admin, YAML).status());
        RawResponse purge =
                call("POST", "/v1/sites/shop/purges", "{\"tags\":[\"a\"]}", admin, JSON);
        assertEquals(200, purge.status(), purge.text());
        JsonNode receipt = json(purge);
        assertEquals("done", receipt.path("state").asText());
        String found = call("GET", "/v1/purges/" + receipt.path("id").asText(), "", admin).text();
        assertEquals(purge.text(), found);
        JsonNode entries = json(call("GET", "/v1/audit", "", admin)).path("entries");
        assertEquals("PUT /v1/sites/{site}", entries.at("/0/what").asText());
        assertEquals(receipt.path("revision"), entries.at("/1/revision"));
        assertEquals("admin", entries.at("/1/who").asText());
        JsonNode status = json(call("GET", "/v1/status", "", admin));
        assertEquals(1, status.path("sites").asInt());
        assertEquals(receipt.path("revision"), status.path("revision"));
        assertEquals("[]", json(call("GET", "/v1/nodes", "", admin)).path("nodes").toString());
        assertEquals(404, call("DELETE", "/v1/nodes/edge-1", "", admin).status());
    }

    @Test
    void aPurgeIsDoneOnceEveryNodeThatFollowsHasAcknowledgedIt() throws Exception {
        call("PUT", "/v1/sites/shop", SHOP, admin, YAML);
        String secret = Files.readString(folder.resolve("node.token")).strip();
        String node = "Authorization: Bearer " + secret;
        try (RawClient stream = connect()) {
            stream.request("GET", "/v1/watch?node=edge-1&role=edge", node).readHead();
            StreamEvent.Welcome welcome = await(stream, StreamEvent.Welcome.class);
            RawResponse accepted =
                    call("POST", "/v1/sites/shop/purges?wait=0", "{\"tags\":[\"a\"]}", admin, JSON);
            assertEquals(202, accepted.status(), accepted.text());
            assertEquals("edge-1", json(accepted).at("/nodes/0/name").asText());
            assertEquals("pending", json(accepted).at("/nodes/0/state").asText());
            assertEquals("false", siteOnNodes().at("/nodes/0/applied").asText());

            Position after = await(stream, StreamEvent.Changes.class).after();
            assertEquals(json(accepted).path("revision").asText(), after.revision().toString());
            NodeReport report =
                    new NodeReport(welcome.session(), 1, after, NodeReport.State.READY, List.of());
            String text = StreamCodec.writeReport(report);
            assertEquals(204, call("POST", "/v1/nodes/edge-1/reports", text, node, JSON).status());

            String id = json(accepted).path("id").asText();
            JsonNode receipt = json(call("GET", "/v1/purges/" + id, "", admin));
            assertEquals("done", receipt.path("state").asText(), receipt.toString());
            assertEquals("true", siteOnNodes().at("/nodes/0/applied").asText());
            JsonNode listed = json(call("GET", "/v1/nodes", "", admin)).at("/nodes/0");
            assertEquals(0, listed.path("behind").asInt(-1), listed.toString());
            assertEquals("ready", listed.path("state").asText());
        }
        assertEquals(204, call("DELETE", "/v1/nodes/edge-1", "", admin).status());
        assertEquals(0, siteOnNodes().path("nodes").size());
    }

    private JsonNode siteOnNodes() throws IOException {
        return json(call("GET", "/v1/sites/shop/nodes", "", admin));
    }

    /** The next event of a kind, whatever comes before it. */
    private static <E extends StreamEvent> E await(RawClient stream, Class<E> kind)
            throws Exception {
        StringBuilder text = new StringBuilder();
        while (true) {
            text.append(stream.readText(1));
            Matcher event = EVENT.matcher(text);
            if (event.find()) {
                StreamEvent read = StreamCodec.decode(event.group(1), event.group(2));
                if (kind.isInstance(read)) {
                    return kind.cast(read);
                }
                text.setLength(0);
            }
        }
    }

    @Test
    void purgesThatAreWrongChangeNothing() throws Exception {
        call("PUT", "/v1/sites/shop", SHOP, admin, YAML);
        String revision = json(call("GET", "/v1/status", "", admin)).path("revision").asText();
        assertEquals(400, purge("{\"tags\":[").status());
        assertEquals(400, purge("{\"tags\":[\"a\"],\"tag\":1}").status());
        RawResponse dry = purge("{\"tags\":[\"a\"],\"dryRun\":\"yes\"}");
        assertEquals(400, dry.status());
        assertEquals("/dryRun", json(dry).at("/errors/0/pointer").asText());
        assertEquals(200, purge("{\"tags\":[\"a\"],\"dryRun\":true}").status());
        assertEquals(400, purge(urls(10_001)).status());
        assertEquals(
                400, call("POST", "/v1/sites/shop/purges?wait=61s", "{}", admin, JSON).status());
        assertEquals(404, call("POST", "/v1/sites/blog/purges", "{}", admin, JSON).status());
        assertEquals(415, call("POST", "/v1/sites/shop/purges", "{}", admin).status());
        assertEquals(
                revision, json(call("GET", "/v1/status", "", admin)).path("revision").asText());
        assertEquals(200, purge(urls(10_000)).status());
    }

    @Test
    void aHundredMegabytesAreRefusedUnread() throws Exception {
        for (String path : List.of("/v1/sites/shop/purges", "/v1/tokens")) {
            try (RawClient client = connect()) {
                client.request("POST", path, admin, JSON, "Content-Length: 104857600");
                assertEquals(413, client.readResponse().status());
            }
        }
        String document = SHOP + "#";
        String most = document + "x".repeat((1 << 20) - document.length());
        assertEquals(201, call("PUT", "/v1/sites/shop", most, admin, YAML).status());
        assertEquals(413, call("PUT", "/v1/sites/shop", most + "x", admin, YAML).status());
    }

    @Test
    void aTokenReachesAsFarAsItsScope() throws Exception {
        call("PUT", "/v1/sites/shop", SHOP, admin, YAML);
        call("PUT", "/v1/sites/blog", SHOP.replace("shop", "blog"), admin, YAML);
        String wanted = "{\"name\":\"cms\",\"verbs\":[\"purge\",\"read\"],\"sites\":[\"blog\"]}";
        JsonNode made = json(call("POST", "/v1/tokens", wanted, admin, JSON));
        String cms = "Authorization: Bearer " + made.path("token").asText();
        String everything = "{\"everything\":true}";
        assertEquals(200, call("POST", "/v1/sites/blog/purges", everything, cms, JSON).status());
        RawResponse shop = call("POST", "/v1/sites/shop/purges", everything, cms, JSON);
        assertEquals(403, shop.status());
        assertEquals("token 'cms' is not for site 'shop'", json(shop).path("detail").asText());
        RawResponse apply = call("PUT", "/v1/sites/blog", SHOP, cms, YAML);
        assertEquals("token 'cms' lacks the verb configure", json(apply).path("detail").asText());
        assertEquals(1, json(call("GET", "/v1/sites", "", cms)).path("sites").size());
        String id = json(purge(everything)).path("id").asText();
        assertEquals(404, call("GET", "/v1/purges/" + id, "", cms).status());
        assertEquals(1, json(call("GET", "/v1/purges", "", cms)).path("purges").size());
        assertEquals(403, call("GET", "/v1/watch?node=e&role=edge", "", cms).status());
    }

    @Test
    void whatWasAcceptedIsThereAfterARestart() throws Exception {
        call("PUT", "/v1/sites/shop", SHOP, admin, YAML);
        String id = json(purge("{\"everything\":true}")).path("id").asText();
        plane.close();
        start();
        assertEquals(SHOP, call("GET", "/v1/sites/shop", "", admin).text());
        assertEquals(200, call("GET", "/v1/purges/" + id, "", admin).status());
    }

    @Test
    void aRouterBesideItKnowsTheSitesThatAreApplied() throws Exception {
        plane.close();
        ControlOptions.RouterOptions router =
                new ControlOptions.RouterOptions(loopback(), null, null, null, null);
        plane =
                ControlPlane.start(
                        new ControlOptions(loopback(), null, folder, router), clock, clock);
        assertEquals(404, routed().status());
        call("PUT", "/v1/sites/shop", SHOP, admin, YAML);
        Await.until("the router has the site, and no edge", () -> routed().status() == 503);
        call("DELETE", "/v1/sites/shop", "", admin);
        Await.until("the router has the site no more", () -> routed().status() == 404);
    }

    private RawResponse routed() throws IOException {
        InetSocketAddress router = plane.routerAddress();
        assertNotNull(router);
        try (RawClient client = RawClient.connect(router)) {
            return client.get("/", "Host: shop.example");
        }
    }

    @Test
    void itIsMeasured() throws Exception {
        call("GET", "/v1/status", "", admin);
        String scrape = call("GET", "/metrics", "", "X: y").text();
        for (String line :
                List.of(
                        "skerry_control_requests_total{code=\"2xx\",} 1.0",
                        "skerry_control_head_counter 1.0",
                        "skerry_control_pending_purges 0.0",
                        "skerry_control_nodes{state=\"away\",} 0.0")) {
            assertTrue(scrape.contains(line), scrape);
        }
    }

    @Test
    void offLoopbackItNeedsTlsAndLeavesNothingBehindWithout() {
        ControlOptions open =
                new ControlOptions(new InetSocketAddress(0), null, folder.resolve("other"), null);
        assertThrows(IOException.class, () -> ControlPlane.start(open, clock, clock));
        assertFalse(Files.exists(folder.resolve("other")));
    }

    @Test
    void aSecondProcessOnTheSameDirectoryIsRefused() throws Exception {
        IOException e =
                assertThrows(
                        IOException.class,
                        () -> ControlPlane.start(options(loopback()), clock, clock));
        assertTrue(String.valueOf(e.getMessage()).contains("in use"), e.toString());
        assertEquals(200, call("GET", "/healthz", "", "X: y").status());
    }

    private RawResponse purge(String document) throws IOException {
        return call("POST", "/v1/sites/shop/purges", document, admin, JSON);
    }

    private static String urls(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"http://shop.example/" + i + "\"")
                .collect(Collectors.joining(",", "{\"urls\":[", "]}"));
    }

    private JsonNode description() throws IOException {
        return json(call("GET", "/openapi.json", "", "X: y"));
    }

    private static Set<String> names(List<Resource> resources) {
        Set<String> names = new TreeSet<>();
        for (Resource resource : resources) {
            if (!resource.isAboutSites()) {
                names.add(resource.method() + " " + resource.path().replace("...}", "}"));
            }
        }
        return names;
    }

    private static String target(String template) {
        return template.replaceAll("\\{\\w+}", "x");
    }

    private RawResponse call(String method, String target, String body, String... lines)
            throws IOException {
        try (RawClient client = connect()) {
            return body.isEmpty()
                    ? client.request(method, target, lines).readResponse()
                    : client.requestWithBody(method, target, body, lines).readResponse();
        }
    }

    private RawClient connect() throws IOException {
        return RawClient.connect(plane.address());
    }

    private ControlOptions options(InetSocketAddress listen) {
        return new ControlOptions(listen, null, folder, null);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static JsonNode json(RawResponse response) throws IOException {
        return JsonMapper.builder().build().readTree(response.text());
    }
}

package dev.skerry.control.sites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.NodeReport.SiteProblem;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.access.AuditTrail;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.ResourceTable;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SitesApiTest {
    @TempDir private Path folder;
    private final ManualClock clock = new ManualClock();
    private final List<FleetNode> nodes = new ArrayList<>();
    private EmbeddedStore store;
    private ResourceTable table;

    private final class Fleet implements FleetView {
        @Override
        public List<FleetNode> nodes() {
            return nodes;
        }

        @Override
        public void onChange(Runnable wake) {}

        @Override
        public CompletionStage<String> ask(String node, String question) {
            return CompletableFuture.failedFuture(new IOException("nobody is asked here"));
        }
    }

    @BeforeEach
    void open() throws IOException {
        store = EmbeddedStore.open(folder, clock);
        Sites sites = new Sites(store, new AuditTrail(store, clock));
        table = new ResourceTable(new SitesApi(sites, new Fleet()).resources());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void aDocumentBecomesAVersionAndComesBackByteForByte() throws Exception {
        String document = site("shop", "shop.example") + "# a comment stays\n";
        ApiAnswer answer = put("shop", document);
        assertEquals(201, answer.status());
        assertEquals("\"1\"", answer.fields().get("ETag"));
        assertEquals(1, json(answer).path("version").asInt());
        assertEquals(revision(1), json(answer).path("revision").asText());
        assertTrue(json(answer).path("changed").asBoolean());
        ApiAnswer read = call("GET", "/v1/sites/shop", "");
        assertEquals(document, read.body());
        assertEquals("\"1\"", read.fields().get("ETag"));
        assertEquals(
                "{\"sites\":[{\"site\":\"shop\",\"version\":1,\"revision\":\""
                        + revision(1)
                        + "\",\"hosts\":[\"shop.example\"]}]}\n",
                call("GET", "/v1/sites", "").body());
    }

    @Test
    void anUnchangedDocumentMakesNoRevision() throws Exception {
        put("shop", site("shop", "shop.example"));
        ApiAnswer again = put("shop", site("shop", "shop.example"));
        assertEquals(200, again.status());
        assertFalse(json(again).path("changed").asBoolean());
        assertEquals(1, json(again).path("version").asInt());
        assertEquals(revision(1), store.head().revision().toString());
    }

    @Test
    void everyProblemOfADocumentIsListedWithItsLine() throws Exception {
        ApiAnswer answer = put("shop", "site: shop\nhost: x\norigins: [{url: 'ftp://x'}]\n");
        assertEquals(400, answer.status());
        JsonNode errors = json(answer).path("errors");
        assertEquals(2, errors.at("/1/line").asInt(), answer.body());
        assertEquals("host", errors.at("/1/path").asText());
        assertEquals(3, errors.size(), answer.body());
        JsonNode check = json(post("/v1/sites/shop/check", "site: shop\nhost: x\n"));
        assertFalse(check.path("valid").asBoolean());
        assertEquals(2, check.at("/problems/2/line").asInt());
        assertEquals(revision(0), store.head().revision().toString());
    }

    @Test
    void theNameIsThatOfThePathAndThereIsOneDocument() throws Exception {
        assertEquals(400, put("blog", site("shop", "shop.example")).status());
        String two = site("shop", "shop.example") + "---\n" + site("blog", "blog.example");
        assertEquals(400, put("shop", two).status());
        assertEquals(400, put("shop", "").status());
        assertEquals(
                "is 'shop', but the path says 'blog'",
                json(post("/v1/sites/blog/check", site("shop", "a.example")))
                        .at("/problems/0/message")
                        .asText());
    }

    @Test
    void aHostBelongsToOneSite() throws Exception {
        put("shop", site("shop", "www.example"));
        ApiAnswer taken = put("blog", site("blog", "www.example"));
        assertEquals(409, taken.status());
        assertEquals(
                "'www.example' belongs to site 'shop' already",
                json(taken).path("detail").asText());
        assertFalse(
                json(post("/v1/sites/blog/check", site("blog", "www.example")))
                        .path("valid")
                        .asBoolean());
        put("shop", site("shop", "other.example"));
        assertEquals(201, put("blog", site("blog", "www.example")).status());
    }

    @Test
    void oneOfManyThatWantTheSameHostAtOnceGetsIt() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ApiAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String name = "s" + i;
                answers.add(threads.submit(() -> put(name, site(name, "www.example"))));
            }
            for (Future<ApiAnswer> answer : answers) {
                statuses.add(answer.get().status());
            }
        }
        assertEquals(1, statuses.stream().filter(status -> status == 201).count());
        assertEquals(19, statuses.stream().filter(status -> status == 409).count());
    }

    @Test
    void aConditionThatDoesNotHoldNamesTheCurrentVersion() throws Exception {
        put("shop", site("shop", "a.example"));
        put("shop", site("shop", "b.example"));
        ApiAnswer stale = put("shop", site("shop", "c.example"), "\"1\"", null);
        assertEquals(412, stale.status());
        assertEquals("site 'shop' has version 2", json(stale).path("detail").asText());
        assertEquals("\"2\"", stale.fields().get("ETag"));
        assertEquals(412, put("shop", site("shop", "c.example"), null, "*").status());
        assertEquals(412, put("new", site("new", "n.example"), "\"1\"", null).status());
        assertEquals(200, put("shop", site("shop", "c.example"), "\"2\"", null).status());
        assertEquals(201, put("new", site("new", "n.example"), null, "*").status());
        for (String odd : List.of("2", "W/\"2\"", "\"0\"", "*", "\"1\", \"2\"")) {
            assertEquals(400, put("shop", site("shop", "d.example"), odd, null).status(), odd);
        }
    }

    @Test
    void whoeverReplacesAVersionIsToldWhoseItWas() throws Exception {
        assertFalse(json(put("shop", site("shop", "a.example"))).has("replaced"));
        ApiAnswer second = put("shop", site("shop", "b.example"));
        assertEquals(
                "{\"version\":1,\"who\":\"tester\",\"when\":\"2026-01-01T00:00:00Z\"}",
                json(second).path("replaced").toString());
        assertFalse(json(put("shop", site("shop", "b.example"))).has("replaced"));
        call("DELETE", "/v1/sites/shop", "");
        ApiAnswer anew = put("shop", site("shop", "a.example"));
        assertEquals(201, anew.status());
        assertFalse(json(anew).has("replaced"));
    }

    @Test
    void aDocumentThatIsKnownAlreadyIsNotSentAgain() throws Exception {
        put("shop", site("shop", "a.example"));
        String path = "/v1/sites/shop";
        assertEquals("\"1\"", call("GET", path, "").fields().get("ETag"));
        for (String known : List.of("\"1\"", "W/\"1\"", "\"7\", \"1\"", "*")) {
            ApiAnswer answer = answer("GET", path, null, "", null, known);
            assertEquals(304, answer.status(), known);
            assertEquals("\"1\"", answer.fields().get("ETag"));
            assertEquals("", answer.body());
        }
        assertEquals(200, answer("GET", path, null, "", null, "\"2\"").status());
    }

    @Test
    void deletingAndRollingBackHeedConditionsToo() throws Exception {
        put("shop", site("shop", "a.example"));
        put("shop", site("shop", "b.example"));
        String back = "/v1/sites/shop/rollback";
        assertEquals(412, answer("POST", back, null, "{\"version\":1}", "\"1\"", null).status());
        assertEquals(200, answer("POST", back, null, "{\"version\":1}", "\"2\"", null).status());
        assertEquals(412, answer("DELETE", "/v1/sites/shop", null, "", "\"2\"", null).status());
        assertEquals(412, answer("DELETE", "/v1/sites/shop", null, "", null, "*").status());
        assertEquals(200, answer("DELETE", "/v1/sites/shop", null, "", "\"3\"", null).status());
    }

    @Test
    void aRollbackIsANewVersionWithTheOldDocument() throws Exception {
        String old = site("shop", "a.example");
        put("shop", old);
        put("shop", site("shop", "b.example"));
        ApiAnswer back = post("/v1/sites/shop/rollback", "{\"version\":1}");
        assertEquals(3, json(back).path("version").asInt());
        assertEquals(old, call("GET", "/v1/sites/shop", "").body());
        JsonNode versions = json(call("GET", "/v1/sites/shop/versions", "")).path("versions");
        assertEquals(3, versions.size());
        assertEquals("rolled back", versions.at("/0/what").asText());
        assertEquals(1, versions.at("/0/of").asInt());
        assertEquals("tester", versions.at("/2/who").asText());
        assertEquals(revision(1), versions.at("/2/revision").asText());
        assertEquals("2026-01-01T00:00:00Z", versions.at("/2/when").asText());
        assertEquals(404, post("/v1/sites/shop/rollback", "{\"version\":9}").status());
        for (String bad : List.of("{}", "{\"version\":\"1\"}", "{\"version\":0}", "1", "{")) {
            assertEquals(400, post("/v1/sites/shop/rollback", bad).status(), bad);
        }
    }

    @Test
    void aRollbackIsCheckedAsAnyDocumentIs() throws Exception {
        put("shop", site("shop", "a.example"));
        put("shop", site("shop", "b.example"));
        put("blog", site("blog", "a.example"));
        assertEquals(409, post("/v1/sites/shop/rollback", "{\"version\":1}").status());
    }

    @Test
    void versionsCountOnOverADeletion() throws Exception {
        put("shop", site("shop", "a.example"));
        assertEquals(200, call("DELETE", "/v1/sites/shop", "").status());
        assertEquals(404, call("GET", "/v1/sites/shop", "").status());
        assertEquals(404, call("DELETE", "/v1/sites/shop", "").status());
        ApiAnswer again = put("shop", site("shop", "a.example"));
        assertEquals(201, again.status());
        assertEquals(2, json(again).path("version").asInt());
        JsonNode versions = json(call("GET", "/v1/sites/shop/versions", "")).path("versions");
        assertEquals("deleted", versions.at("/1/what").asText());
        assertEquals(3, versions.size());
    }

    @Test
    void differencesAreShownAsDiffDoes() throws Exception {
        put("shop", site("shop", "a.example"));
        put("shop", site("shop", "b.example"));
        String expected =
                """
                --- shop (version 1)
                +++ shop (version 2)
                @@ -1,3 +1,3 @@
                 site: shop
                -hosts: [a.example]
                +hosts: [b.example]
                 origins: [{url: "http://o.example"}]
                """;
        assertEquals(expected, diff("from=1&to=2", ""));
        assertEquals(expected, diff("from=1", ""));
        assertEquals("", diff("from=2", ""));
        assertEquals("", diff(null, site("shop", "b.example")));
        assertTrue(diff(null, site("shop", "c.example")).contains("+hosts: [c.example]"));
        for (String query : List.of("from=x", "to=1", "from=1&to=0", "frm=1")) {
            assertEquals(400, answer("POST", "/v1/sites/shop/diff", query, "").status(), query);
        }
        assertEquals(400, answer("POST", "/v1/sites/shop/diff", "from=1", "x").status());
        assertEquals(404, answer("POST", "/v1/sites/shop/diff", "from=7", "").status());
    }

    @Test
    void aNodeHasASiteOnceItIsThatFarAndTookTheDocument() throws Exception {
        put("shop", site("shop", "a.example"));
        put("shop", site("shop", "b.example"));
        node("behind", 1, List.of());
        node("there", 2, List.of());
        node("sour", 2, List.of(new SiteProblem("shop", 2, "no such origin")));
        node("cured", 2, List.of(new SiteProblem("shop", 1, "no such origin")));
        nodes.add(fleetNode("elsewhere", new Revision("f".repeat(32), 9), List.of()));
        JsonNode answer = json(call("GET", "/v1/sites/shop/nodes", ""));
        assertEquals(2, answer.path("version").asInt());
        List<String> seen = new ArrayList<>();
        for (JsonNode node : answer.path("nodes")) {
            seen.add(node.path("name").asText() + " " + node.path("applied").asBoolean());
        }
        assertEquals(
                List.of(
                        "behind false",
                        "there true",
                        "sour false",
                        "cured true",
                        "elsewhere false"),
                seen);
        assertEquals("no such origin", answer.at("/nodes/2/problem").asText());
    }

    @Test
    void aNewHistoryKeepsTheSites() throws Exception {
        put("shop", site("shop", "a.example"));
        store.newHistory("restored");
        ApiAnswer same = put("shop", site("shop", "a.example"));
        assertFalse(json(same).path("changed").asBoolean());
        assertEquals(2, json(put("shop", site("shop", "b.example"))).path("version").asInt());
        close();
        open();
        assertEquals(site("shop", "b.example"), call("GET", "/v1/sites/shop", "").body());
    }

    @Test
    void aDocumentMayHaveAMebibyte() throws Exception {
        String document = site("shop", "a.example") + "#";
        String most = document + "x".repeat(SitesApi.MOST_BYTES - document.length());
        assertEquals(201, put("shop", most).status());
        assertEquals(400, put("shop", most + "x").status());
    }

    private void node(String name, long changes, List<SiteProblem> problems) {
        nodes.add(fleetNode(name, new Revision(store.head().history(), 1 + changes), problems));
    }

    private static FleetNode fleetNode(String name, Revision applied, List<SiteProblem> problems) {
        return new FleetNode(
                name,
                "edge",
                null,
                null,
                null,
                null,
                NodeReport.State.READY,
                new Position(applied, "0".repeat(32)),
                0,
                true,
                problems);
    }

    /** A history begins with a change that says so. */
    private String revision(long changes) {
        return new Revision(store.head().history(), 1 + changes).toString();
    }

    private static String site(String name, String host) {
        return """
        site: %s
        hosts: [%s]
        origins: [{url: "http://o.example"}]
        """
                .formatted(name, host);
    }

    private String diff(@Nullable String query, String body) throws Exception {
        ApiAnswer answer = answer("POST", "/v1/sites/shop/diff", query, body);
        assertEquals(200, answer.status(), answer.body());
        return answer.body();
    }

    private ApiAnswer put(String site, String document) throws Exception {
        return put(site, document, null, null);
    }

    private ApiAnswer put(
            String site, String document, @Nullable String ifMatch, @Nullable String ifNoneMatch)
            throws Exception {
        return answer("PUT", "/v1/sites/" + site, null, document, ifMatch, ifNoneMatch);
    }

    private ApiAnswer post(String path, String body) throws Exception {
        return call("POST", path, body);
    }

    private ApiAnswer call(String method, String path, String body) throws Exception {
        return answer(method, path, null, body);
    }

    private ApiAnswer answer(String method, String path, @Nullable String query, String body)
            throws Exception {
        return answer(method, path, query, body, null, null);
    }

    private ApiAnswer answer(
            String method,
            String path,
            @Nullable String query,
            String body,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch)
            throws Exception {
        try {
            if (table.match(method, path)
                            instanceof
                            ResourceTable.Match.Found(Resource resource, Map<String, String> parts)
                    && resource.handler() instanceof Resource.Handler.Whole whole) {
                return whole.answer(
                        new ApiCall(
                                parts,
                                ResourceTable.query(query),
                                name ->
                                        switch (name) {
                                            case "If-Match" -> ifMatch;
                                            case "If-None-Match" -> ifNoneMatch;
                                            default -> null;
                                        },
                                body.getBytes(StandardCharsets.UTF_8),
                                "tester",
                                site -> true));
            }
            throw new AssertionError("nothing serves " + method + " " + path);
        } catch (ApiProblem e) {
            return e.answer();
        }
    }

    private static JsonNode json(ApiAnswer answer) throws IOException {
        return JsonMapper.builder().build().readTree(answer.body());
    }
}

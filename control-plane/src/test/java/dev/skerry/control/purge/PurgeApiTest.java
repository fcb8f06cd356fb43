package dev.skerry.control.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.PaceOrder;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.EmbeddedApi;
import dev.skerry.control.http.Resource;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PurgeApiTest {
    private static final byte[] NO_BODY = {};
    private static final String TAGS = "{\"tags\":[\"a\",\"b\"]}";

    /** Microseconds of a time that the clock does not reach, so that revisions count from here. */
    private static final long APPLIED = 4_000_000_000_000_041L;

    private final ManualClock clock = new ManualClock();
    private final Node node = new Node();
    private Set<String> sites = Set.of("shop");
    private @Nullable String idempotencyKey;
    private final List<String> questions = new ArrayList<>();

    /** What nodes answer, by name; the role is what comes before the hyphen. */
    private final Map<String, String> answers = new TreeMap<>();

    private final PurgeApi purges =
            new PurgeApi(
                    new Purges(new NodeOrder(APPLIED, clock), node, clock, "e"),
                    () -> sites,
                    this::asked);
    private final EmbeddedApi api = new EmbeddedApi(resources());

    /** Records what it is given and acknowledges when told. */
    private static final class Node implements PurgeNode {
        private final List<PurgeRecord> applied = new ArrayList<>();
        private CompletableFuture<Void> acknowledgement = CompletableFuture.completedFuture(null);

        @Override
        public String name() {
            return "edge-1";
        }

        @Override
        public String role() {
            return "edge";
        }

        @Override
        public CompletionStage<?> apply(List<PurgeRecord> records) {
            applied.addAll(records);
            return acknowledgement;
        }
    }

    @Test
    void aPurgeGetsRevisionsInOrderAndIsDoneWhenTheNodeAcknowledged() throws Exception {
        ApiAnswer answer = post("/v1/purges", null, TAGS);
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.contentType());
        assertEquals(
                "{\"id\":\"e-4000000000000043\",\"site\":\"shop\",\"revision\":4000000000000043,\"state\":\"done\",\"nodes\":[{\"name\":"
                        + "\"edge-1\",\"role\":\"edge\",\"state\":\"acked\",\"millis\":0}]}\n",
                answer.body());
        long now = clock.millis();
        assertEquals(
                List.of(
                        new PurgeRecord(APPLIED + 1, "shop", Scope.TAG, "a", Mode.HARD, now),
                        new PurgeRecord(APPLIED + 2, "shop", Scope.TAG, "b", Mode.HARD, now)),
                node.applied);
        assertEquals(answer.body(), get("/v1/purges/e-4000000000000043").body());
    }

    @Test
    void whatIsNotAcknowledgedInTimeIsPendingAndDoneLater() throws Exception {
        node.acknowledgement = new CompletableFuture<>();
        ApiAnswer answer = post("/v1/purges", "wait=0", TAGS);
        assertEquals(202, answer.status());
        assertEquals("pending", json(answer).path("state").asText());
        clock.advance(Duration.ofMillis(70));
        node.acknowledgement.complete(null);
        clock.advance(Duration.ofMillis(5));
        JsonNode later = json(get("/v1/purges/" + json(answer).path("id").asText()));
        assertEquals("done", later.path("state").asText());
        assertEquals(70, later.path("nodes").path(0).path("millis").asInt());
    }

    @Test
    void whatTheDiskRefusesStaysPending() throws Exception {
        node.acknowledgement = CompletableFuture.failedFuture(new IOException("disk full"));
        ApiAnswer answer = post("/v1/purges", null, TAGS);
        assertEquals(202, answer.status());
        assertEquals("pending", json(answer).path("nodes").path(0).path("state").asText());
    }

    @Test
    void aSiteIsNamedUnlessThereIsOnlyOne() throws Exception {
        sites = Set.of("shop", "a b");
        ApiAnswer which = post("/v1/purges", null, TAGS);
        assertEquals(400, which.status());
        assertEquals("application/problem+json", which.contentType());
        assertTrue(which.body().contains("[a b, shop]"), which.body());
        assertEquals(404, post("/v1/sites/other/purges", null, TAGS).status());
        assertEquals(List.of(), node.applied);
        assertEquals(200, post("/v1/sites/a%20b/purges", null, TAGS).status());
        assertEquals("a b", node.applied.getFirst().site());
    }

    @Test
    void aBadDocumentPurgesNothingAndListsItsProblems() throws Exception {
        ApiAnswer answer = post("/v1/purges", null, "{\"tags\":[],\"x\":1}");
        assertEquals(400, answer.status());
        assertEquals("/tags", json(answer).path("errors").path(0).path("pointer").asText());
        assertEquals("/x", json(answer).path("errors").path(1).path("pointer").asText());
        assertEquals(List.of(), node.applied);
    }

    @Test
    void waitsAreBounded() throws Exception {
        assertEquals(200, post("/v1/purges", "wait=60s", TAGS).status());
        for (String query :
                List.of("wait=61s", "wait=x", "wait=", "weit=1s", "wait=1s&x", "wait=1s&wait=1s")) {
            assertEquals(400, post("/v1/purges", query, TAGS).status(), query);
        }
    }

    @Test
    void otherMethodsAndUnknownPurgesAreRefused() throws Exception {
        ApiAnswer answer = get("/v1/sites/shop/purges");
        assertEquals(405, answer.status());
        assertEquals("POST", answer.fields().get("Allow"));
        assertEquals(405, post("/v1/purges/e-1", null, TAGS).status());
        assertEquals(404, get("/v1/purges/e-1").status());
    }

    @Test
    void theListHasTheNewestFirstAndOnlyOfTheSiteThatIsAskedFor() throws Exception {
        sites = Set.of("shop", "blog");
        post("/v1/sites/shop/purges", null, TAGS);
        post("/v1/sites/blog/purges", null, TAGS);
        post("/v1/sites/shop/purges", null, TAGS);
        assertEquals(List.of(47L, 45L, 43L), listed(null));
        assertEquals(List.of(47L, 43L), listed("site=shop"));
        assertEquals(List.of(47L, 45L), listed("limit=2"));
        assertEquals(List.of(47L, 45L, 43L), listed("limit=1000"));
        for (String query : List.of("limit=1001", "limit=0", "limit=x", "side=shop")) {
            assertEquals(400, answer("GET", "/v1/purges", query, NO_BODY).status(), query);
        }
    }

    @Test
    void whatACallerMayNotSeeTakesNoPlaceInTheList() throws Exception {
        sites = Set.of("shop", "blog");
        post("/v1/sites/shop/purges", null, TAGS);
        post("/v1/sites/blog/purges", null, TAGS);
        Resource list =
                purges.resources().stream()
                        .filter(resource -> resource.path().equals("/v1/purges"))
                        .findFirst()
                        .orElseThrow();
        ApiCall ofShop =
                new ApiCall(
                        Map.of(),
                        Map.of("limit", "1"),
                        ApiCall.Fields.NONE,
                        NO_BODY,
                        "shop's",
                        "shop"::equals);
        ApiAnswer answer = ((Resource.Handler.Whole) list.handler()).answer(ofShop);
        assertEquals("shop", json(answer).path("purges").path(0).path("site").asText());
        assertEquals(1, json(answer).path("purges").size());
    }

    private List<Long> listed(@Nullable String query) throws Exception {
        List<Long> revisions = new ArrayList<>();
        for (JsonNode purge : json(answer("GET", "/v1/purges", query, NO_BODY)).path("purges")) {
            revisions.add(purge.path("revision").asLong() - APPLIED + 41);
        }
        return revisions;
    }

    @Test
    void theLastThousandPurgesAreRemembered() throws Exception {
        for (int i = 0; i < Purges.REMEMBERED; i++) {
            post("/v1/purges", null, "{\"everything\":true}");
        }
        assertEquals(200, get("/v1/purges/e-4000000000000042").status());
        post("/v1/purges", null, "{\"everything\":true}");
        assertEquals(404, get("/v1/purges/e-4000000000000042").status());
        assertEquals(200, get("/v1/purges/e-4000000000000043").status());
    }

    @Test
    void concurrentPurgesReachTheNodeInOrderOfRevision() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ApiAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(() -> post("/v1/purges", null, TAGS)));
            }
            for (Future<ApiAnswer> answer : answers) {
                assertEquals(200, answer.get().status());
            }
        }
        for (int i = 0; i < 400; i++) {
            assertEquals(APPLIED + 1 + i, node.applied.get(i).revision());
        }
    }

    @Test
    void aRepeatedKeyGetsTheReceiptOfItsFirstPurge() throws Exception {
        idempotencyKey = "deploy-17";
        ApiAnswer first = post("/v1/purges", null, TAGS);
        assertEquals(first, post("/v1/purges", null, TAGS));
        assertEquals(first, post("/v1/sites/shop/purges", "wait=1s", TAGS));
        idempotencyKey = "\"deploy-17\"";
        assertEquals(first, post("/v1/purges", null, TAGS));
        assertEquals(2, node.applied.size());
        idempotencyKey = "deploy-18";
        assertNotEquals(first, post("/v1/purges", null, TAGS));
        assertEquals(4, node.applied.size());
    }

    @Test
    void aKeyWithAnotherBodyIsRefusedAndPurgesNothing() throws Exception {
        idempotencyKey = "k";
        post("/v1/purges", null, TAGS);
        ApiAnswer other = post("/v1/purges", null, "{\"tags\":[\"a\"]}");
        assertEquals(422, other.status());
        assertEquals("application/problem+json", other.contentType());
        assertEquals(2, node.applied.size());
        // Of another site it is another key.
        sites = Set.of("shop", "blog");
        assertEquals(200, post("/v1/sites/blog/purges", null, "{\"tags\":[\"a\"]}").status());
    }

    @Test
    void whatWasRefusedTakesNoKey() throws Exception {
        idempotencyKey = "k";
        assertEquals(400, post("/v1/purges", null, "{}").status());
        assertEquals(200, post("/v1/purges", null, TAGS).status());
    }

    @Test
    void keysAreBounded() throws Exception {
        for (String key : List.of("a", "a".repeat(255), "\"" + "~".repeat(255) + "\"")) {
            idempotencyKey = key;
            assertEquals(200, post("/v1/purges", null, TAGS).status(), key);
        }
        for (String key : List.of("", "\"\"", "\"", "a".repeat(256), "a b", "\u00e4", "\"a")) {
            idempotencyKey = key;
            assertEquals(400, post("/v1/purges", null, TAGS).status(), key);
        }
    }

    @Test
    void aKeyIsForgottenWithItsReceipt() throws Exception {
        idempotencyKey = "k";
        ApiAnswer first = post("/v1/purges", null, TAGS);
        idempotencyKey = null;
        for (int i = 1; i < Purges.REMEMBERED; i++) {
            post("/v1/purges", null, TAGS);
        }
        idempotencyKey = "k";
        assertEquals(first, post("/v1/purges", null, TAGS));
        idempotencyKey = null;
        post("/v1/purges", null, TAGS);
        idempotencyKey = "k";
        assertNotEquals(first, post("/v1/purges", null, TAGS));
    }

    @Test
    void onlyItsOwnPathsAreOwned() {
        assertTrue(api.owns("/v1/purges"));
        assertTrue(api.owns("/v1/purges/x"));
        assertTrue(api.owns("/v1/sites/x/purges"));
        assertFalse(api.owns("/v1/purgesx"));
        assertFalse(api.owns("/v1/sites/x"));
    }

    @Test
    void aDryRunPurgesNothingAndAddsUpWhatNodesSay() throws Exception {
        answers.put("edge-1", counted(10, 4, 100, true, 2000, 1, 2));
        answers.put("edge-2", counted(5, 0, 0, true, 2000, 2, 3));
        answers.put("shield-1", counted(7, 20, 3000, false, 2000, 1));
        answers.put("shield-2", "{\"problem\":\"the node is starting\"}");
        ApiAnswer answer = post("/v1/purges", null, "{\"tags\":[\"a\"],\"dryRun\":true}");
        assertEquals(200, answer.status());
        assertEquals(List.of(), node.applied);
        assertEquals(
                new DryRunQuestion(
                                "shop",
                                Mode.HARD,
                                2000,
                                0,
                                List.of(new DryRunQuestion.Named(Scope.TAG, "a")))
                        .json(),
                questions.getFirst());
        JsonNode all = json(answer);
        assertEquals("hard", all.path("mode").asText());
        assertEquals(22, all.at("/memory/objects").asInt());
        assertTrue(all.at("/memory/exact").asBoolean());
        assertEquals(24, all.at("/disk/objects").asInt());
        assertEquals(3100, all.at("/disk/bytes").asInt());
        assertFalse(all.at("/disk/exact").asBoolean());
        // Two edges ask for 1 and 2, 2 and 3 in two seconds: behind a shield that is three.
        assertEquals(1.5, all.path("originRequestsPerSecond").asDouble());
        assertEquals(1.0, all.at("/nodes/0/requestsPerSecond").asDouble());
        assertEquals("the node is starting", all.at("/nodes/3/problem").asText());
        answers.keySet().removeIf(name -> name.startsWith("shield"));
        // Without one, each edge asks the origin for itself.
        ApiAnswer alone = post("/v1/purges", null, "{\"tags\":[\"a\"],\"dryRun\":true}");
        assertEquals(2.0, json(alone).path("originRequestsPerSecond").asDouble());
    }

    @Test
    void aDryRunNamesNoMoreThanANodeCanBeAsked() throws Exception {
        answers.put("edge-1", counted(0, 0, 0, true, 2000));
        String tag = "x".repeat(1000);
        StringBuilder tags = new StringBuilder("\"" + tag + "\"");
        for (int i = 0; i < 256; i++) {
            tags.append(",\"").append(i).append(tag).append("\"");
        }
        String document = "{\"dryRun\":true,\"tags\":[" + tags + "]}";
        assertEquals(400, post("/v1/purges", null, document).status());
        assertEquals(List.of(), questions);
    }

    @Test
    void aHardPurgeOfEverythingThatWouldBeFeltIsConfirmedFirst() throws Exception {
        answers.put("edge-1", counted(1000, 0, 0, true, 1000, 50));
        String everything = "{\"everything\":true}";
        ApiAnswer refused = post("/v1/purges", null, everything);
        assertEquals(409, refused.status());
        assertEquals(
                "a hard purge of everything of 'shop' would kill 1,000 stored responses (10,000"
                        + " bytes) on 1 node, and at first cause some 50 requests a second to the"
                        + " origin; nothing was purged. Make it soft, and what is stored is served"
                        + " while it is fetched anew; or confirm it with \"confirm\":\"shop\""
                        + " (--confirm shop)",
                json(refused).path("detail").asText());
        assertEquals(List.of(), node.applied);
        String wrong = "{\"everything\":true,\"confirm\":\"blog\"}";
        assertEquals(400, post("/v1/purges", null, wrong).status());
        assertEquals(
                200, post("/v1/purges", null, everything.replace("}", ",\"soft\":true}")).status());
        assertEquals(200, post("/v1/purges", null, TAGS).status());
        questions.clear();
        String confirmed = "{\"everything\":true,\"confirm\":\"shop\"}";
        assertEquals(200, post("/v1/purges", null, confirmed).status());
        assertEquals(List.of(), questions);
    }

    @Test
    void whatNobodyWouldFeelIsPurgedAtOnce() throws Exception {
        String everything = "{\"everything\":true}";
        for (String answer :
                List.of(
                        counted(999, 0, 0, true, 1000, 999),
                        counted(1000, 0, 0, true, 1000, 49),
                        counted(999_000, 999, 0, true, 1000, 49),
                        "{\"problem\":\"the node is starting\"}")) {
            answers.put("edge-1", answer);
            assertEquals(200, post("/v1/purges", null, everything).status(), answer);
        }
        answers.put("edge-1", counted(999_000, 1000, 0, true, 1000));
        assertEquals(409, post("/v1/purges", null, everything).status());
    }

    @Test
    void aPaceIsToldToNodesBeforeThePurgeAndSharedByEdges() throws Exception {
        answers.put("edge-1", PaceOrder.TAKEN);
        answers.put("edge-2", "{\"problem\":\"there is no site 'shop' here\"}");
        answers.put("shield-1", PaceOrder.TAKEN);
        ApiAnswer answer =
                post("/v1/purges", null, "{\"everything\":true,\"soft\":true,\"pace\":50}");
        assertEquals(2, json(answer).path("paced").asInt());
        assertEquals(
                List.of(
                        new PaceOrder("shop", 40_000_000).json(),
                        new PaceOrder("shop", 40_000_000).json(),
                        new PaceOrder("shop", 20_000_000).json()),
                questions);
        assertEquals(Mode.SOFT, node.applied.getFirst().mode());
    }

    private List<AskedNodes.Asked> asked(AskedNodes.Question question) {
        List<AskedNodes.Asked> asked = new ArrayList<>();
        for (Map.Entry<String, String> answer : answers.entrySet()) {
            String role = answer.getKey().substring(0, answer.getKey().indexOf('-'));
            long alike = answers.keySet().stream().filter(n -> n.startsWith(role)).count();
            questions.add(question.to(role, alike));
            asked.add(
                    new AskedNodes.Asked(
                            answer.getKey(),
                            role,
                            CompletableFuture.completedFuture(answer.getValue())));
        }
        return asked;
    }

    /** With so many hashes as there are numbers, or as one number that is larger than that. */
    private static String counted(
            long memory, long disk, long diskBytes, boolean exact, long window, long... urls) {
        boolean many = urls.length == 1 && urls[0] > 10;
        long requested = many ? urls[0] : urls.length;
        return new DryRunAnswer(
                        new DryRunAnswer.Count(memory, 10 * memory, true),
                        new DryRunAnswer.Count(disk, diskBytes, exact),
                        requested,
                        window,
                        many ? List.of() : Arrays.stream(urls).boxed().toList())
                .json();
    }

    private List<Resource> resources() {
        List<Resource> resources = new ArrayList<>(purges.resources());
        resources.add(purges.ofTheOnlySite());
        return resources;
    }

    private ApiAnswer post(String path, @Nullable String query, String body)
            throws InterruptedException {
        return answer("POST", path, query, body.getBytes(StandardCharsets.UTF_8));
    }

    private ApiAnswer get(String path) throws InterruptedException {
        return answer("GET", path, null, NO_BODY);
    }

    private ApiAnswer answer(String method, String path, @Nullable String query, byte[] body)
            throws InterruptedException {
        return api.answer(
                method,
                path,
                query,
                name -> name.equals(IdempotencyKey.FIELD) ? idempotencyKey : null,
                body);
    }

    private static JsonNode json(ApiAnswer answer) throws IOException {
        return JsonMapper.builder().build().readTree(answer.body());
    }
}

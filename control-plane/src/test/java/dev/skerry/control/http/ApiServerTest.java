package dev.skerry.control.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.control.http.Resource.Handler.Whole;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ApiServerTest {
    private static final int MOST = 16;
    private static final String TOKEN = "Authorization: Bearer reader";
    private static final String ADMIN = "Authorization: Bearer admin";
    private static final String JSON = "Content-Type: application/json";

    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final ManualClock clock = new ManualClock();
    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private ApiServer server;

    private final class Callers implements Access {
        @Override
        public @Nullable Caller identify(@Nullable String authorization) {
            return switch (authorization) {
                case "Bearer admin" -> new Caller("root", Set.of(Verb.ADMIN), null);
                case "Bearer slow" -> new Caller("slow", Set.of(Verb.READ), null, 1);
                case "Bearer reader" -> new Caller("cms", Set.of(Verb.READ), Set.of("shop"));
                case null, default -> null;
            };
        }

        @Override
        public void refused(
                Caller caller, String what, @Nullable String site, int status, String detail) {
            refusals.add(caller.name() + " " + what + " " + site + " " + status);
        }
    }

    @BeforeEach
    void start() throws IOException {
        List<Resource> resources = new ArrayList<>(OpenResources.of(() -> "m 1\n", List::of));
        resources.add(new Resource("GET", "/v1/{site}/x", Verb.READ, "X", 0, whole(this::echo)));
        resources.add(
                new Resource("PUT", "/v1/{site}/x", Verb.ADMIN, "X", MOST, whole(this::echo)));
        resources.add(new Resource("POST", "/v1/none", Verb.ADMIN, "X", 0, whole(this::echo)));
        resources.add(new Resource("GET", "/v1/broken", Verb.READ, "X", 0, whole(c -> broken())));
        resources.add(new Resource("GET", "/v1/away", Verb.READ, "X", 0, whole(c -> away())));
        server =
                ApiServer.start(
                        new ApiOptions(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                        resources,
                        new Callers(),
                        new RateLimits(clock),
                        statuses::add);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void metricsAndHealthNeedNoToken() throws Exception {
        assertEquals("m 1\n", get("/metrics").text());
        assertEquals("{\"alive\":true}\n", get("/healthz").text());
        assertEquals("{\"ready\":true,\"reasons\":[]}\n", get("/readyz").text());
        assertEquals(List.of(200, 200, 200), statuses);
    }

    @Test
    void partsAndParametersArriveDecoded() throws Exception {
        RawResponse response = get("/v1/shop/x?a=1%202&b=c+d&e&%C3%A4=%26", TOKEN);
        assertEquals("shop {a=1 2, b=c d, e=, ä=&} cms 0\n", response.text());
        assertEquals("no-store", response.field("Cache-Control"));
        assertEquals("nosniff", response.field("X-Content-Type-Options"));
        assertEquals("a b", get("/v1/a%20b/x", ADMIN).text().substring(0, 3));
    }

    @Test
    void aParameterThatComesTwiceIsRefused() throws Exception {
        RawResponse response = get("/v1/shop/x?wait=1s&wait=2s", TOKEN);
        assertProblem(400, "query parameter 'wait' is given twice", response);
        assertProblem(400, "query parameter 'a' is given twice", get("/v1/shop/x?a&%61=1", TOKEN));
        assertEquals(400, get("/v1/shop/x?a=%FF", TOKEN).status());
    }

    @Test
    void withoutATokenOrWithAWrongOneNobodyGetsIn() throws Exception {
        RawResponse none = get("/v1/shop/x");
        assertProblem(401, "a bearer token is needed", none);
        assertEquals("Bearer realm=\"skerry\"", none.field("WWW-Authenticate"));
        RawResponse wrong = get("/v1/shop/x", "Authorization: Bearer wrong");
        assertProblem(401, "the token is not one of ours, or no longer", wrong);
        assertEquals(List.of(), refusals);
    }

    @Test
    void aWrongScopeSaysWhatIsMissing() throws Exception {
        assertProblem(403, "token 'cms' is not for site 'blog'", get("/v1/blog/x", TOKEN));
        assertProblem(403, "token 'cms' lacks the verb admin", put("{}", TOKEN, JSON));
        assertEquals(List.of("cms PUT /v1/{site}/x shop 403"), refusals);
    }

    @Test
    void aBodyHasALimitThatItMayReach() throws Exception {
        assertTrue(put("x".repeat(MOST), ADMIN, JSON).text().endsWith(" 16\n"));
        assertProblem(
                413, "a body here has at most 16 bytes", put("x".repeat(MOST + 1), ADMIN, JSON));
        try (RawClient client = connect()) {
            client.request("PUT", "/v1/shop/x", ADMIN, JSON, "Transfer-Encoding: chunked");
            client.send("11\r\n" + "x".repeat(MOST + 1) + "\r\n0\r\n\r\n");
            assertEquals(413, client.readResponse().status());
        }
    }

    @Test
    void aHugeBodyIsRefusedBeforeAnyOfItIsRead() throws Exception {
        try (RawClient client = connect()) {
            client.request("PUT", "/v1/shop/x", ADMIN, JSON, "Content-Length: 104857600");
            assertProblem(413, "a body here has at most 16 bytes", client.readResponse());
        }
    }

    @Test
    void aBodyOfAnotherTypeOrWhereNoneBelongsIsRefused() throws Exception {
        assertProblem(415, "Content-Type must be application/json", put("{}", ADMIN));
        assertEquals(415, put("{}", ADMIN, "Content-Type: text/plain").status());
        assertEquals(200, put("{}", ADMIN, "Content-Type: Application/JSON; charset=u").status());
        try (RawClient client = connect()) {
            client.requestWithBody("POST", "/v1/none", "x", ADMIN);
            assertProblem(413, "this resource takes no body", client.readResponse());
        }
    }

    @Test
    void whoAsksTooOftenIsToldWhenToAskAgain() throws Exception {
        String slow = "Authorization: Bearer slow";
        RawResponse first = get("/v1/shop/x", slow);
        assertEquals("\"token\";q=10;w=10", first.field("RateLimit-Policy"));
        assertEquals("\"token\";r=9;t=1", first.field("RateLimit"));
        for (int i = 1; i < 10; i++) {
            assertEquals(200, get("/v1/shop/x", slow).status());
        }
        RawResponse over = get("/v1/shop/x", slow);
        assertProblem(
                429,
                "token 'slow' may ask 1 times a second, and 10 times at once: again in 1 s",
                over);
        assertEquals("1", over.field("Retry-After"));
        assertEquals("\"token\";r=0;t=10", over.field("RateLimit"));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(200, get("/v1/shop/x", slow).status());
        assertNull(get("/v1/shop/x", ADMIN).field("RateLimit"));
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertEquals(404, get("/v1/shop", TOKEN).status());
        assertEquals(404, get("/v1//x", TOKEN).status());
        assertEquals(404, get("/v1/shop/x/", TOKEN).status());
        try (RawClient client = connect()) {
            RawResponse response = client.request("DELETE", "/v1/shop/x", TOKEN).readResponse();
            assertProblem(405, "this resource takes GET, HEAD, PUT", response);
            assertEquals("GET, HEAD, PUT", response.field("Allow"));
        }
    }

    @Test
    void headIsAnsweredAsGetWithoutABody() throws Exception {
        try (RawClient client = connect()) {
            RawResponse head = client.request("HEAD", "/v1/shop/x", TOKEN).readResponseToHead();
            assertEquals(200, head.status());
            assertEquals("shop {} cms 0\n".length() + "", head.field("Content-Length"));
        }
    }

    @Test
    void aPageOfAnotherNameThatLeadsHereIsTurnedAway() throws Exception {
        for (String host : List.of("evil.example", "localhost.evil.example", "evil.example:9000")) {
            assertEquals(421, get("/metrics", "Host: " + host).status(), host);
        }
        for (String host : List.of("localhost", "LOCALHOST:9000", "127.0.0.1", "[::1]:9000")) {
            assertEquals(200, get("/metrics", "Host: " + host).status(), host);
        }
    }

    @Test
    void whatGoesWrongInsideIsNoAnswerOfOurs() throws Exception {
        assertProblem(500, "the log says more", get("/v1/broken", TOKEN));
        assertProblem(503, "nothing was changed: disk full", get("/v1/away", TOKEN));
    }

    @Test
    void offLoopbackPlainHttpIsRefusedWithTheOptionsThatHelp() {
        for (String host : List.of("0.0.0.0", "192.0.2.1")) {
            ApiOptions options = new ApiOptions(new InetSocketAddress(host, 0), null);
            IOException e =
                    assertThrows(
                            IOException.class,
                            () ->
                                    ApiServer.start(
                                            options,
                                            List.of(),
                                            new Callers(),
                                            new RateLimits(clock),
                                            s -> {}));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains("--tls-cert") && message.contains("127.0.0.1"), message);
        }
    }

    @Test
    void resourcesThatOneRequestWouldMeanAreNotServed() {
        Resource one = new Resource("GET", "/a/{x}", Verb.READ, "", 0, whole(this::echo));
        Resource other = new Resource("GET", "/{y}/b", Verb.READ, "", 0, whole(this::echo));
        assertThrows(IllegalArgumentException.class, () -> new ResourceTable(List.of(one, other)));
    }

    @Test
    void theRestOfAPathIsOnePartAsItCame() throws Exception {
        Resource rest = new Resource("GET", "/a/{x...}", Verb.READ, "", 0, whole(this::echo));
        ResourceTable table = new ResourceTable(List.of(rest));
        for (String part : List.of("b", "b/c%2F", "http://b//c", "b/")) {
            assertTrue(
                    table.match("GET", "/a/" + part)
                                    instanceof ResourceTable.Match.Found(var _, var parts)
                            && parts.equals(Map.of("x", part)),
                    part);
        }
        for (String path : List.of("/a", "/a/", "/b/c")) {
            assertFalse(table.knows(path), path);
        }
        for (String path : List.of("/a/b", "/{y}/b/c", "/a/{y...}", "/{y...}", "/a/b/{y...}")) {
            Resource other = new Resource("GET", path, Verb.READ, "", 0, whole(this::echo));
            List<Resource> both = List.of(rest, other);
            assertThrows(IllegalArgumentException.class, () -> new ResourceTable(both), path);
        }
        Resource shorter = new Resource("GET", "/a", Verb.READ, "", 0, whole(this::echo));
        assertTrue(new ResourceTable(List.of(rest, shorter)).knows("/a"));
    }

    @Test
    void theDescriptionHasEveryResourceWithItsScope() throws Exception {
        JsonNode document = json(get("/openapi.json"));
        assertEquals("3.1.0", document.path("openapi").asText());
        JsonNode x = document.path("paths").path("/v1/{site}/x");
        assertEquals("read", x.at("/get/security/0/token/0").asText());
        assertEquals("site", x.at("/get/parameters/0/name").asText());
        assertTrue(x.at("/put/requestBody/content").has("application/json"));
        assertFalse(document.path("paths").path("/openapi.json").isMissingNode());
        assertNull(document.at("/paths/~1metrics/get/security/0/token").textValue());
    }

    private ApiAnswer echo(ApiCall call) {
        String text =
                "%s %s %s %d\n"
                        .formatted(
                                call.part("site"),
                                new TreeMap<>(call.query()),
                                call.caller(),
                                call.body().length);
        return new ApiAnswer(200, "text/plain; charset=utf-8", text, Map.of());
    }

    private static ApiAnswer broken() {
        throw new IllegalStateException("on purpose");
    }

    private static ApiAnswer away() throws IOException {
        throw new IOException("disk full");
    }

    private static Whole whole(Whole handler) {
        return handler;
    }

    private RawResponse put(String body, String... lines) throws IOException {
        try (RawClient client = connect()) {
            return client.requestWithBody("PUT", "/v1/shop/x", body, lines).readResponse();
        }
    }

    private RawResponse get(String target, String... lines) throws IOException {
        try (RawClient client = connect()) {
            return client.get(target, lines);
        }
    }

    private RawClient connect() throws IOException {
        return RawClient.connect(server.address());
    }

    private static void assertProblem(int status, String detail, RawResponse response)
            throws IOException {
        JsonNode problem = json(response);
        assertEquals(status, response.status());
        assertEquals("application/problem+json", response.field("Content-Type"));
        assertEquals(status, problem.path("status").asInt());
        assertNotNull(problem.path("title").textValue());
        assertEquals(detail, problem.path("detail").asText());
    }

    private static JsonNode json(RawResponse response) throws IOException {
        return JsonMapper.builder().build().readTree(response.text());
    }
}

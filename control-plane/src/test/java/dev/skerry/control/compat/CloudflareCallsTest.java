package dev.skerry.control.compat;

import static dev.skerry.control.compat.CallScene.JSON;
import static dev.skerry.control.compat.CallScene.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CloudflareCallsTest {
    private static final String PURGE = "/client/v4/zones/shop/purge_cache";

    @TempDir private Path folder;
    private CallScene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new CallScene(folder);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void theAnswerIsCloudflaresEnvelopeWithTheIdOfTheReceipt() throws Exception {
        RawResponse response = purge("{\"tags\":[\"a\"]}");
        String id = json(response).at("/result/id").asText();
        assertEquals(
                "{\"success\":true,\"errors\":[],\"messages\":[],\"result\":{\"id\":\""
                        + id
                        + "\"}}\n",
                response.text());
        assertTrue(id.length() <= 32, id);
        scene.assertReceipt(id, "shop");
        assertTrue(scene.last().startsWith("admin | POST /client/v4/zones/{site}/purge_cache |"));
    }

    @Test
    void eachOfTheFiveFormsIsTaken() throws Exception {
        ok(purge("{\"purge_everything\":true}"));
        scene.assertPurged("shop", "hard", 1, "EVERYTHING", "");
        ok(purge("{\"files\":[\"https://shop.example/a.css\",\"http://shop.example/b?c\"]}"));
        scene.assertPurged("shop", "hard", 2, "URL", "shop.example/a.css");
        ok(purge("{\"tags\":[\"a\",\"b\",\"a\"]}"));
        scene.assertPurged("shop", "hard", 2, "TAG", "a");
        ok(purge("{\"hosts\":[\"WWW.shop.example\"]}"));
        scene.assertPurged("shop", "hard", 1, "HOST", "www.shop.example");
        ok(purge("{\"prefixes\":[\"shop.example/img\"]}"));
        scene.assertPurged("shop", "hard", 1, "PREFIX", "shop.example/img");
    }

    @Test
    void aFileMayComeWithHeaders() throws Exception {
        ok(
                purge(
                        "{\"files\":[{\"url\":\"https://shop.example/p.png\",\"headers\":{"
                                + "\"CF-Device-Type\":\"desktop\",\"Accept-Language\":\"en-US\"}},"
                                + "{\"url\":\"https://shop.example/q.png\"}]}"));
        scene.assertPurged("shop", "hard", 2, "URL", "shop.example/p.png");
        ok(purge(headers(CloudflareApi.MOST_HEADERS)));
        assertRefused(400, 1400, purge(headers(CloudflareApi.MOST_HEADERS + 1)));
    }

    @Test
    void invalidatingIsASoftPurge() throws Exception {
        ok(
                scene.send(
                        "POST",
                        "/client/v4/zones/shop/invalidate_cache",
                        "{\"tags\":[\"a\"]}",
                        JSON,
                        scene.bearer()));
        scene.assertPurged("shop", "soft", 1, "TAG", "a");
    }

    @Test
    void fiveHundredEntriesGoInOneCallAndNoMore() throws Exception {
        ok(purge(tags(500)));
        scene.assertPurged("shop", "hard", 500, "TAG", "t0");
        assertRefused(400, 1400, purge(tags(501)));
    }

    @Test
    void refusalsHaveCloudflaresCodes() throws Exception {
        String tags = "{\"tags\":[\"a\"]}";
        assertRefused(401, 10000, scene.send("POST", PURGE, tags, JSON));
        String wrong = "Authorization: Bearer " + "0".repeat(64);
        assertRefused(401, 10000, scene.send("POST", PURGE, tags, JSON, wrong));
        String other = "/client/v4/zones/other/purge_cache";
        assertRefused(404, 7003, scene.send("POST", other, tags, JSON, scene.bearer()));
        String both = "{\"purge_everything\":true,\"tags\":[\"a\"]}";
        assertRefused(400, 1092, purge(both));
        for (String document :
                List.of(
                        "{}",
                        "{\"purge_everything\":false}",
                        "{\"purge_everything\":\"true\"}",
                        "{\"tags\":[]}",
                        "{\"tags\":\"a\"}",
                        "{\"tags\":[\"a\"],\"hosts\":[\"shop.example\"]}")) {
            assertRefused(400, 1012, purge(document));
        }
        for (String document :
                List.of(
                        "{",
                        "[]",
                        "{\"tag\":[\"a\"]}",
                        "{\"tags\":[1]}",
                        "{\"tags\":[\"\"]}",
                        "{\"files\":[\"/a.css\"]}",
                        "{\"files\":[{\"headers\":{}}]}",
                        "{\"files\":[{\"url\":\"http://a/\",\"headers\":{\"a\":1}}]}",
                        "{\"files\":[{\"url\":\"http://a/\",\"header\":{}}]}",
                        "{\"prefixes\":[\"shop.example/img*\"]}",
                        "{\"hosts\":[\"https://shop.example/\"]}")) {
            assertRefused(400, 1400, purge(document));
        }
        assertRefused(415, 1415, scene.send("POST", PURGE, tags, scene.bearer()));
        assertTrue(scene.last().contains("refused 415"), scene.last());
    }

    @Test
    void aTokenReachesAsFarAsItsSites() throws Exception {
        String blog = "Authorization: Bearer " + scene.tokenFor("blog");
        String tags = "{\"tags\":[\"a\"]}";
        assertRefused(403, 10000, scene.send("POST", PURGE, tags, JSON, blog));
        ok(scene.send("POST", PURGE.replace("shop", "blog"), tags, JSON, blog));
    }

    @Test
    void whoPurgesTooOftenIsToldSoInCloudflaresWords() throws Exception {
        String shop = "Authorization: Bearer " + scene.tokenFor("shop", 1);
        String tags = "{\"tags\":[\"a\"]}";
        for (int i = 0; i < 10; i++) {
            ok(scene.send("POST", PURGE, tags, JSON, shop));
        }
        RawResponse refused = scene.send("POST", PURGE, tags, JSON, shop);
        assertRefused(429, 1134, refused);
        assertEquals("1", refused.field("Retry-After"));
    }

    @Test
    void aHundredMegabytesAreRefusedUnread() throws Exception {
        try (var client = scene.connect()) {
            client.request("POST", PURGE, scene.bearer(), JSON, "Content-Length: 104857600");
            assertRefused(413, 1413, client.readResponse());
        }
    }

    private RawResponse purge(String document) throws IOException {
        return scene.send("POST", PURGE, document, JSON, scene.bearer());
    }

    private static String tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"t" + i + "\"")
                .collect(Collectors.joining(",", "{\"tags\":[", "]}"));
    }

    private static String headers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"h" + i + "\":\"v\"")
                .collect(
                        Collectors.joining(
                                ",",
                                "{\"files\":[{\"url\":\"http://shop.example/\",\"headers\":{",
                                "}}]}"));
    }

    private static void ok(RawResponse response) throws IOException {
        assertEquals(200, response.status(), response.text());
        JsonNode answer = json(response);
        assertTrue(answer.path("success").asBoolean(), response.text());
    }

    private static void assertRefused(int status, int code, RawResponse response)
            throws IOException {
        assertEquals(status, response.status(), response.text());
        JsonNode answer = json(response);
        assertEquals(code, answer.at("/errors/0/code").asInt(), response.text());
        assertTrue(answer.at("/errors/0/message").isTextual());
        assertEquals("false", answer.path("success").asText());
        assertTrue(answer.path("result").isNull());
        assertTrue(answer.path("messages").isArray());
    }
}

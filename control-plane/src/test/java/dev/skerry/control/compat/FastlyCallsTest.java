package dev.skerry.control.compat;

import static dev.skerry.control.compat.CallScene.JSON;
import static dev.skerry.control.compat.CallScene.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FastlyCallsTest {
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
    void aKeyIsPurgedAndTheIdIsThatOfTheReceipt() throws Exception {
        JsonNode answer = ok(post("/service/shop/purge/product-1"));
        assertEquals("ok", answer.path("status").asText());
        scene.assertReceipt(answer.path("id").asText(), "shop");
        scene.assertPurged("shop", "hard", 1, "TAG", "product-1");
        assertTrue(scene.last().startsWith("admin | POST /service/{site}/purge/{key...} | "));
    }

    @Test
    void aKeyMayHoldSlashesAsTheyAreOrEncoded() throws Exception {
        ok(post("/service/shop/purge/a/b"));
        scene.assertPurged("shop", "hard", 1, "TAG", "a/b");
        ok(post("/service/shop/purge/a%2Fb%20c"));
        scene.assertPurged("shop", "hard", 1, "TAG", "a/b c");
    }

    @Test
    void softPurgeMakesItSoftWhateverItsValue() throws Exception {
        for (String value : List.of("1", "0")) {
            ok(post("/service/shop/purge/a", "Fastly-Soft-Purge: " + value));
            scene.assertPurged("shop", "soft", 1, "TAG", "a");
        }
    }

    @Test
    void severalKeysComeInABodyOrAFieldAndHaveAnIdEach() throws Exception {
        JsonNode ofBody = ok(keys("{\"surrogate_keys\":[\"a\",\"b b\"]}"));
        assertEquals(2, ofBody.size());
        scene.assertReceipt(ofBody.path("b b").asText(), "shop");
        scene.assertPurged("shop", "hard", 2, "TAG", "a");
        JsonNode ofField =
                ok(
                        post(
                                "/service/shop/purge",
                                "Surrogate-Key: c  d",
                                "Surrogate-Key: e c",
                                "Fastly-Soft-Purge: 1"));
        assertEquals(3, ofField.size());
        scene.assertPurged("shop", "soft", 3, "TAG", "c");
    }

    @Test
    void twoHundredAndFiftySixKeysGoInOneCallAndNoMore() throws Exception {
        ok(keys(list(256)));
        scene.assertPurged("shop", "hard", 256, "TAG", "k0");
        assertRefused(400, "Bad request", keys(list(257)));
        String field = "Surrogate-Key: " + words(256);
        assertEquals(256, ok(post("/service/shop/purge", field)).size());
        assertRefused(400, "Bad request", post("/service/shop/purge", field + " k256"));
    }

    @Test
    void everythingGoesAndNeverSoftly() throws Exception {
        JsonNode answer = ok(post("/service/shop/purge_all", "Fastly-Soft-Purge: 1"));
        assertEquals("ok", answer.path("status").asText());
        scene.assertReceipt(answer.path("id").asText(), "shop");
        scene.assertPurged("shop", "hard", 1, "EVERYTHING", "");
    }

    @Test
    void aUrlNamesItsSiteByItsHostInEverySpellingOfTheClients() throws Exception {
        for (String url :
                List.of(
                        "www.shop.example/a?b=1",
                        "http://www.shop.example/a?b=1",
                        "https://www.shop.example/a?b=1",
                        "https%3A%2F%2Fwww.shop.example%2Fa%3Fb%3D1",
                        "www.shop.example%2Fa%3Fb%3D1")) {
            ok(post("/purge/" + url));
            scene.assertPurged("shop", "hard", 1, "URL", "www.shop.example/a?b=1");
        }
        ok(post("/purge/a.blog.example", "Fastly-Soft-Purge: 1"));
        scene.assertPurged("blog", "soft", 1, "URL", "a.blog.example/");
    }

    @Test
    void refusalsHaveFastlysShape() throws Exception {
        String wrong = "Fastly-Key: " + "0".repeat(64);
        String invalid = "Provided credentials are missing or invalid";
        assertRefused(401, invalid, scene.send("POST", "/service/shop/purge/a", "", wrong));
        assertRefused(401, invalid, scene.send("POST", "/service/shop/purge/a", ""));
        String unknown = "Record not found";
        assertRefused(404, unknown, post("/service/other/purge/a"));
        assertRefused(404, unknown, post("/purge/other.example/a"));
        String bad = "Bad request";
        assertRefused(400, bad, post("/service/shop/purge/a%09"));
        assertRefused(400, bad, post("/service/shop/purge/" + "k".repeat(1025)));
        assertRefused(400, bad, post("/service/shop/purge"));
        assertRefused(400, bad, post("/service/shop/purge/a?wait=1s"));
        assertRefused(400, bad, post("/purge/:80/a"));
        for (String document :
                List.of(
                        "{",
                        "[]",
                        "{}",
                        "{\"surrogate_keys\":[]}",
                        "{\"surrogate_keys\":\"a\"}",
                        "{\"surrogate_keys\":[1]}",
                        "{\"surrogate_keys\":[\"\"]}",
                        "{\"keys\":[\"a\"]}")) {
            assertRefused(400, bad, keys(document));
        }
        assertTrue(scene.last().contains("refused 400"), scene.last());
    }

    @Test
    void aTokenReachesAsFarAsItsSites() throws Exception {
        String key = "Fastly-Key: " + scene.tokenFor("blog");
        String not = "You are not authorized to perform this action";
        assertRefused(403, not, scene.send("POST", "/service/shop/purge/a", "", key));
        assertRefused(403, not, scene.send("POST", "/purge/shop.example/a", "", key));
        assertEquals(200, scene.send("POST", "/service/blog/purge/a", "", key).status());
        assertEquals(200, scene.send("POST", "/purge/x.blog.example/a", "", key).status());
        assertTrue(scene.last().startsWith("blog-cms | POST /purge/{url...} | blog | done"));
    }

    @Test
    void whoPurgesTooOftenIsTold() throws Exception {
        String key = "Fastly-Key: " + scene.tokenFor("blog", 1);
        for (int i = 0; i < 10; i++) {
            ok(scene.send("POST", "/service/blog/purge/a", "", key));
        }
        String message = "Too many requests";
        assertRefused(429, message, scene.send("POST", "/service/blog/purge/a", "", key));
        assertRefused(429, message, scene.send("PURGE", "/", "", "Host: a.blog.example", key));
    }

    @Test
    void bodiesAreRefusedUnreadWhereTheyAreTooLarge() throws Exception {
        for (String path : List.of("/service/shop/purge", "/service/shop/purge_all")) {
            try (var client = scene.connect()) {
                client.request("POST", path, scene.fastlyKey(), JSON, "Content-Length: 104857600");
                assertEquals(413, client.readResponse().status());
            }
        }
    }

    private RawResponse post(String target, String... lines) throws IOException {
        String[] all = Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = scene.fastlyKey();
        return scene.send("POST", target, "", all);
    }

    private RawResponse keys(String document) throws IOException {
        return scene.send("POST", "/service/shop/purge", document, JSON, scene.fastlyKey());
    }

    private static String list(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\"")
                .collect(Collectors.joining(",", "{\"surrogate_keys\":[", "]}"));
    }

    private static String words(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i).collect(Collectors.joining(" "));
    }

    private static JsonNode ok(RawResponse response) throws IOException {
        assertEquals(200, response.status(), response.text());
        assertEquals("application/json", response.field("Content-Type"));
        return json(response);
    }

    private static void assertRefused(int status, String message, RawResponse response)
            throws IOException {
        assertEquals(status, response.status(), response.text());
        assertEquals("application/json", response.field("Content-Type"));
        assertEquals(message, json(response).path("msg").asText(), response.text());
        assertTrue(json(response).path("detail").isTextual());
    }
}

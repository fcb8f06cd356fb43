package dev.skerry.control.compat;

import static dev.skerry.control.compat.CallScene.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

final class VarnishCallsTest {
    private static final String HOST = "Host: www.shop.example";

    @TempDir private Path folder;
    private CallScene scene;

    @BeforeEach
    void start() throws IOException {
        scene = new CallScene(folder);
    }

    private void startAgain(String... purgeFrom) throws IOException {
        scene.close();
        scene = new CallScene(folder, purgeFrom);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void aUrlIsPurgedByTheHostAndTargetThatItIsSentTo() throws Exception {
        RawResponse response = scene.send("PURGE", "/a?b=1", "", HOST, scene.fastlyKey());
        assertEquals(200, response.status(), response.text());
        assertEquals("ok", json(response).path("status").asText());
        scene.assertReceipt(json(response).path("id").asText(), "shop");
        scene.assertPurged("shop", "hard", 1, "URL", "www.shop.example/a?b=1");
        assertTrue(scene.last().startsWith("admin | PURGE /* | "), scene.last());
        ok(
                scene.send(
                        "PURGE",
                        "http://a.blog.example:6081/v1/status",
                        "",
                        "Host: a.blog.example:6081",
                        scene.bearer(),
                        "Fastly-Soft-Purge: 1"));
        scene.assertPurged("blog", "soft", 1, "URL", "a.blog.example:6081/v1/status");
    }

    @Test
    void xkeysArePurgedHardOrSoftByEitherMethod() throws Exception {
        for (String method : List.of("PURGE", "PURGEKEYS")) {
            ok(scene.send(method, "/", "", HOST, scene.bearer(), "xkey-purge: a b,c"));
            scene.assertPurged("shop", "hard", 3, "TAG", "a");
            ok(scene.send(method, "/x", "", HOST, scene.bearer(), "xkey-softpurge: a"));
            scene.assertPurged("shop", "soft", 1, "TAG", "a");
        }
        String[] both = {HOST, scene.bearer(), "xkey-purge: a", "xkey-softpurge: b"};
        assertEquals(400, scene.send("PURGE", "/", "", both).status());
        assertEquals(400, scene.send("PURGEKEYS", "/", "", HOST, scene.bearer()).status());
        assertEquals(
                400, scene.send("PURGE", "/", "", HOST, scene.bearer(), "xkey-purge:").status());
    }

    @Test
    void aThousandXkeysGoInOneCallAndNoMore() throws Exception {
        String most =
                IntStream.range(0, VarnishApi.MOST_KEYS)
                        .mapToObj(i -> "k" + i)
                        .collect(Collectors.joining(" ", "xkey-purge: ", ""));
        ok(scene.send("PURGE", "/", "", HOST, scene.bearer(), most));
        scene.assertPurged("shop", "hard", 1000, "TAG", "k0");
        assertEquals(400, scene.send("PURGE", "/", "", HOST, scene.bearer(), most + " k").status());
    }

    @Test
    void withoutATokenOnlyAddressesThatAreAllowedGetIn() throws Exception {
        RawResponse refused = scene.send("PURGE", "/", "", HOST);
        assertEquals(401, refused.status());
        assertEquals(
                "Provided credentials are missing or invalid", json(refused).path("msg").asText());
        startAgain("192.0.2.0/24");
        assertEquals(401, scene.send("PURGE", "/", "", HOST).status());
        startAgain("192.0.2.0/24", "127.0.0.0/8", "::1/128");
        for (String method : List.of("PURGE", "BAN")) {
            ok(scene.send(method, "/a", "", HOST));
            assertTrue(scene.last().contains("address "), scene.last());
        }
        String wrong = "Fastly-Key: " + "0".repeat(64);
        assertEquals(401, scene.send("PURGE", "/", "", HOST, wrong).status());
        // What a page makes a browser send.
        assertEquals(
                401, scene.send("PURGE", "/", "", HOST, "Origin: http://evil.example").status());
        assertEquals(401, scene.send("POST", "/service/shop/purge_all", "").status());
        assertEquals(401, scene.send("GET", "/v1/status", "").status());
    }

    @Test
    void aTokenReachesAsFarAsItsSites() throws Exception {
        String blog = "Authorization: Bearer " + scene.tokenFor("blog");
        RawResponse refused = scene.send("PURGE", "/", "", HOST, blog);
        assertEquals(403, refused.status());
        String detail = json(refused).path("detail").asText();
        assertEquals("token 'blog-cms' is not for site 'shop'", detail);
        ok(scene.send("PURGE", "/", "", "Host: x.blog.example", blog));
        String ban = "X-Ban-Expression: req.http.host == www.shop.example && req.url == /a";
        assertEquals(403, scene.send("BAN", "/", "", "Host: x.blog.example", blog, ban).status());
    }

    @Test
    void aHostOfNoSiteOrACallWithAnotherMeaningIsRefused() throws Exception {
        assertEquals(404, scene.send("PURGE", "/", "", "Host: x", scene.bearer()).status());
        assertEquals(404, scene.send("BAN", "/", "", "Host: x", scene.bearer()).status());
        for (String line :
                List.of(
                        "X-Magento-Tags-Pattern: .*",
                        "X-Invalidate-Pattern: /a",
                        "X-Purge-Method: regex")) {
            assertEquals(
                    400, scene.send("PURGE", "/a", "", HOST, scene.bearer(), line).status(), line);
        }
        assertEquals(413, scene.send("PURGE", "/", "x", HOST, scene.bearer()).status());
        assertEquals(421, scene.send("GET", "/healthz", "", HOST).status());
    }

    @Test
    void aBanMeansWhatItIsSentTo() throws Exception {
        ok(scene.send("BAN", "/a(b)?c=1", "", HOST, scene.bearer()));
        scene.assertPurged("shop", "hard", 1, "URL", "www.shop.example/a(b)?c=1");
        ok(scene.send("BAN", "/.*", "", HOST, scene.bearer()));
        scene.assertPurged("shop", "hard", 1, "HOST", "www.shop.example");
        ok(scene.send("PURGE", "/.*", "", HOST, scene.bearer(), "X-Purge-Method: regex"));
        scene.assertPurged("shop", "hard", 1, "HOST", "www.shop.example");
        assertEquals(400, scene.send("BAN", "/a/.*", "", HOST, scene.bearer()).status());
    }

    @Test
    void aBanMeansWhatItsFieldsSay() throws Exception {
        ban("X-Host: .*", "X-Url: ^/img/", "X-Content-Type: .*");
        scene.assertPurged("shop", "hard", 2, "PREFIX", "shop.example/img");
        ban("X-Host: ^(www\\.shop\\.example|shop\\.example)$", "X-Url: ^/a$");
        scene.assertPurged("shop", "hard", 2, "URL", "www.shop.example/a");
        ban("X-Ban-Host: .*", "X-Ban-Url: .*");
        scene.assertPurged("shop", "hard", 1, "EVERYTHING", "");
        ban("X-Cache-Tags: (^|,)(a\\-1|b)(,|$)");
        scene.assertPurged("shop", "hard", 2, "TAG", "a-1");
        ban("X-Ban-Expression: obj.http.xkey ~ \"(^|[ ,])\u00c3\u00a4([ ,]|$)\"");
        scene.assertPurged("shop", "hard", 1, "TAG", "\u00c3\u00a4");
        String type = "X-Content-Type: image/.*";
        assertEquals(400, scene.send("BAN", "/", "", HOST, scene.bearer(), type).status());
    }

    @Test
    void aBanOfAnotherHostThanItsOwnIsOfThatHostsSite() throws Exception {
        ban("X-Ban-Expression: req.http.host == a.blog.example && req.url ~ ^/x/");
        scene.assertPurged("blog", "hard", 1, "PREFIX", "a.blog.example/x");
        String two = "X-Ban-Host: ^(a\\.blog\\.example|shop\\.example)$";
        assertEquals(400, scene.send("BAN", "/", "", HOST, scene.bearer(), two).status());
        String all = "X-Ban-Url: ^/x/";
        assertEquals(
                400,
                scene.send("BAN", "/", "", "Host: a.blog.example", scene.bearer(), all).status());
    }

    private void ban(String... lines) throws IOException {
        String[] all = Arrays.copyOf(lines, lines.length + 2);
        all[lines.length] = HOST;
        all[lines.length + 1] = scene.bearer();
        ok(scene.send("BAN", "/", "", all));
    }

    private static void ok(RawResponse response) {
        assertEquals(200, response.status(), response.text());
    }
}

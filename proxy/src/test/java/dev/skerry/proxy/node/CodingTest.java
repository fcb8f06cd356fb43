package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content codings made by the edge. */
@Tag("slow")
class CodingTest extends NodeScene {
    private static final String BR = "Accept-Encoding: gzip, br";

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip"})
    void eachCodingIsMadeOnceAndThenAHit(String coding) throws Exception {
        byte[] page = text(1, 50_000);
        origin.on("/a", page(page).field("ETag", "\"5\""));
        String accept = "Accept-Encoding: " + coding;

        RawResponse miss = getCoded("/a", accept);
        RawResponse hit = getCoded("/a", accept);

        for (RawResponse response : List.of(miss, hit)) {
            assertEquals(coding, response.field("Content-Encoding"));
            assertEquals("W/\"5;" + coding + "\"", response.field("ETag"));
            assertEquals("Accept-Encoding", response.field("Vary"));
            assertArrayEquals(page, Decoded.of(response));
            assertTrue(response.body().length < page.length / 2);
        }
        assertTrue(status(miss).contains("fwd=uri-miss"), status(miss));
        assertTrue(status(hit).contains("; hit; ttl="), status(hit));
        assertEquals(Integer.toString(hit.body().length), hit.field("Content-Length"));
        assertEquals(1, metric("skerry_coding_runs_total"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void whoTakesNoCodingGetsTheResponseAsItIsWithVary() throws Exception {
        byte[] page = text(1, 50_000);
        origin.on("/a", page(page).field("ETag", "\"5\""));
        getCoded("/a", BR);

        RawResponse plain = get("/a");

        assertNull(plain.field("Content-Encoding"));
        assertEquals("\"5\"", plain.field("ETag"));
        assertEquals("Accept-Encoding", plain.field("Vary"));
        assertArrayEquals(page, plain.body());
        assertTrue(status(plain).contains("; hit"), status(plain));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void aStoredResponseIsCodedWhenItIsFirstAskedForSo() throws Exception {
        byte[] page = text(1, 50_000);
        origin.on("/a", page(page));
        get("/a");

        RawResponse coded = getCoded("/a", BR);

        assertEquals("br", coded.field("Content-Encoding"));
        assertEquals(Integer.toString(coded.body().length), coded.field("Content-Length"));
        assertArrayEquals(page, Decoded.of(coded));
        assertTrue(status(coded).contains("; hit; ttl="), status(coded));
    }

    @Test
    void largeStoredResponseIsSentWhileItIsCoded() throws Exception {
        byte[] page = text(1, 3_000_000);
        origin.on("/a", page(page));
        get("/a");

        RawResponse first = getCoded("/a", BR);
        RawResponse second = getCoded("/a", BR);

        assertNull(first.field("Content-Length"));
        assertArrayEquals(page, Decoded.of(first));
        assertArrayEquals(first.body(), second.body());
        assertEquals(1, metric("skerry_coding_runs_total"));
    }

    @Test
    void codingsAreToldApartFromTheOriginsOwnVariants() throws Exception {
        byte[] german = text(1, 5000);
        byte[] english = text(2, 5000);
        origin.on(
                "/a",
                request ->
                        page("de".equals(request.field("Accept-Language")) ? german : english)
                                .field("Vary", "Accept-Language, Accept-Encoding"));

        for (int round = 0; round < 2; round++) {
            RawResponse de = getCoded("/a", BR, "Accept-Language: de");
            RawResponse en = getCoded("/a", BR, "Accept-Language: en");
            assertArrayEquals(german, Decoded.of(de));
            assertArrayEquals(english, Decoded.of(en));
            assertEquals(List.of("Accept-Language, Accept-Encoding"), de.fields("Vary"));
        }
        assertEquals(2, origin.requests().size());
        assertEquals(2, metric("skerry_coding_runs_total"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: no-transform",
                "Content-Encoding: x-own",
                "Content-Digest: sha-256=:AAAA:",
                "Repr-Digest: sha-256=:AAAA:",
                "Content-MD5: AAAA",
                "Content-Type: image/png",
                "Content-Type: text/event-stream"
            })
    void someResponsesAreLeftAlone(String line) throws Exception {
        byte[] page = text(1, 5000);
        String name = line.substring(0, line.indexOf(':'));
        String value = line.substring(line.indexOf(':') + 2);
        Reply reply = cacheable().body(page).field(name, value);
        origin.on(
                "/a",
                name.equals("Content-Type") ? reply : reply.field("Content-Type", "text/css"));

        for (int round = 0; round < 2; round++) {
            RawResponse response = getCoded("/a", BR);
            assertArrayEquals(page, response.body());
            assertNull(response.field("Vary"));
        }
        assertEquals(0, metric("skerry_coding_runs_total"));
    }

    @Test
    void noTransformInTheRequestIsObeyed() throws Exception {
        byte[] page = text(1, 5000);
        origin.on("/a", page(page));

        assertArrayEquals(page, getCoded("/a", BR, "Cache-Control: no-transform").body());
        assertEquals("br", getCoded("/a", BR).field("Content-Encoding"));
    }

    @Test
    void theOriginsOwnCodingPassesByteForByteEvenDamaged() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text(1, 50_000));
        }
        byte[] damaged = packed.toByteArray();
        Arrays.fill(damaged, 100, 200, (byte) 0x55);
        origin.on("/a", page(damaged).field("Content-Encoding", "gzip").field("ETag", "\"z\""));

        for (int round = 0; round < 2; round++) {
            RawResponse response = getCoded("/a", BR);
            assertEquals("gzip", response.field("Content-Encoding"));
            assertEquals("\"z\"", response.field("ETag"));
            assertArrayEquals(damaged, response.body());
        }
    }

    @Test
    void theLeastLengthIsTheFirstThatIsCoded() throws Exception {
        origin.on("/1023", page(text(1, 1023)));
        origin.on("/1024", page(text(1, 1024)));
        origin.on("/chunked", page(text(1, 1023)).chunked());

        assertNull(getCoded("/1023", BR).field("Content-Encoding"));
        assertNull(getCoded("/1023", BR).field("Vary"));
        assertEquals("br", getCoded("/1024", BR).field("Content-Encoding"));
        assertNull(getCoded("/chunked", BR).field("Content-Encoding"));
        assertNull(getCoded("/chunked", BR).field("Content-Encoding"));
    }

    @Test
    void theGreatestLengthIsTheLastThatIsCoded() throws Exception {
        withSite("defaults: {compress: {max-size: 4k}}\n");
        origin.on("/4096", page(text(1, 4096)));
        origin.on("/4097", page(text(1, 4097)));

        assertEquals("br", getCoded("/4096", BR).field("Content-Encoding"));
        RawResponse larger = getCoded("/4097", BR);
        assertNull(larger.field("Content-Encoding"));
        assertNull(larger.field("Vary"));
        assertArrayEquals(text(1, 4097), larger.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip"})
    void bodiesOfAnyKindDecodeToThemselves(String coding) throws Exception {
        Random random = new Random(coding.hashCode());
        for (int i = 0; i < 20; i++) {
            byte[] body = mixed(random);
            Reply reply = page(body);
            origin.on("/" + i, random.nextBoolean() ? reply : reply.chunked());
            for (int round = 0; round < 2; round++) {
                RawResponse response = getCoded("/" + i, "Accept-Encoding: " + coding);
                assertArrayEquals(body, Decoded.of(response), "body " + i + ", round " + round);
            }
        }
        assertTrue(metric("skerry_coding_runs_total") > 5);
    }

    @Test
    void whatGetsHardlySmallerIsTriedOnce() throws Exception {
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        origin.on("/a", page(noise));

        for (int round = 0; round < 3; round++) {
            RawResponse response = getCoded("/a", BR);
            assertArrayEquals(noise, Decoded.of(response));
        }
        assertNull(getCoded("/a", BR).field("Content-Encoding"));
        assertEquals(1, metric("skerry_coding_runs_total"));
        assertEquals(1, metric("skerry_coding_useless_total"));
    }

    @Test
    void rangesOfACodedResponseAreOfItsCodedBytes() throws Exception {
        origin.on("/a", page(text(1, 50_000)).field("ETag", "\"5\""));
        getCoded("/a", BR);
        byte[] whole = getCoded("/a", BR).body();

        RawResponse part = get("/a", BR, "Range: bytes=10-99");
        assertEquals(206, part.status());
        assertEquals("bytes 10-99/" + whole.length, part.field("Content-Range"));
        assertEquals("br", part.field("Content-Encoding"));
        assertArrayEquals(Arrays.copyOfRange(whole, 10, 100), part.body());

        // Weak, so that nobody glues parts of two encodings together.
        RawResponse weak = get("/a", BR, "Range: bytes=10-99", "If-Range: W/\"5;br\"");
        assertEquals(200, weak.status());
        assertArrayEquals(whole, weak.body());
        RawResponse beyond = get("/a", BR, "Range: bytes=" + whole.length + "-");
        assertEquals(416, beyond.status());
        assertEquals("bytes */" + whole.length, beyond.field("Content-Range"));
    }

    @Test
    void whoHasTheBeginningOfTheUncodedBodyGetsItsRest() throws Exception {
        byte[] page = text(1, 50_000);
        origin.on("/a", page(page).field("ETag", "\"5\""));
        getCoded("/a", BR);

        RawResponse rest = get("/a", BR, "Range: bytes=1000-", "If-Range: \"5\"");

        assertEquals(206, rest.status());
        assertNull(rest.field("Content-Encoding"));
        assertArrayEquals(Arrays.copyOfRange(page, 1000, page.length), rest.body());
    }

    @Test
    void aDateDoesNotTellCodingsApart() throws Exception {
        String date = "Thu, 01 Jan 2026 00:00:00 GMT";
        origin.on("/a", page(text(1, 50_000)).field("Last-Modified", date));
        getCoded("/a", BR);

        assertEquals(200, get("/a", BR, "Range: bytes=10-99", "If-Range: " + date).status());
        assertEquals(206, get("/a", "Range: bytes=10-99", "If-Range: " + date).status());
    }

    @Test
    void clientsConditionsHoldForEveryCoding() throws Exception {
        origin.on("/a", page(text(1, 50_000)).field("ETag", "\"5\""));
        getCoded("/a", BR);

        for (String tag : List.of("W/\"5;br\"", "W/\"5;gzip\"", "\"5\"")) {
            RawResponse none = get("/a", BR, "If-None-Match: \"x\", " + tag);
            assertEquals(304, none.status());
            assertEquals(tag, none.field("ETag"));
            assertEquals("Accept-Encoding", none.field("Vary"));
        }
        assertEquals(200, get("/a", BR, "If-None-Match: \"5;br\"").status());
        assertEquals(200, get("/a", BR, "If-None-Match: W/\"6;br\"").status());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void theOriginSeesItsOwnTagsInConditions() throws Exception {
        origin.on("/a", Reply.status(412));

        send("PUT", "/a", "x", "If-Match: W/\"5;br\", \"6\"");
        assertEquals("\"5\", \"6\"", field(origin.requests().getLast(), "If-Match"));
        send("DELETE", "/a", "", "If-None-Match: W/\"5;gzip\"");
        assertEquals("\"5\"", field(origin.requests().getLast(), "If-None-Match"));
    }

    @Test
    void anOrigins304ConfirmsWhatTheClientHas() throws Exception {
        withSite("rules: [{match: {}, pass: true}]");
        origin.on("/a", Reply.status(304).field("ETag", "\"5\""));

        RawResponse none = get("/a", BR, "If-None-Match: W/\"5;br\"");

        assertEquals(304, none.status());
        assertEquals("W/\"5;br\"", none.field("ETag"));
        assertEquals("\"5\"", field(origin.requests().getLast(), "If-None-Match"));
    }

    @Test
    void headersThatARevalidationBroughtAreOnTheNextCodedHit() throws Exception {
        byte[] page = text(1, 50_000);
        origin.on(
                "/a",
                Reply.ok()
                        .field("Cache-Control", "max-age=50")
                        .field("Age", "150")
                        .field("ETag", "\"5\"")
                        .field("Content-Type", "text/html")
                        .field("X-Round", "1")
                        .body(page),
                Reply.status(304)
                        .field("ETag", "\"5\"")
                        .field("Cache-Control", "max-age=1000")
                        .field("X-Round", "2"));
        getCoded("/a", BR);
        RawResponse confirmed = getCoded("/a", BR);
        RawResponse hit = getCoded("/a", BR);

        assertEquals("2", confirmed.field("X-Round"));
        assertEquals("2", hit.field("X-Round"));
        assertEquals("W/\"5;br\"", hit.field("ETag"));
        assertArrayEquals(page, Decoded.of(hit));
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertEquals(1, metric("skerry_coding_runs_total"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void afterAPurgeTheNewContentIsCoded() throws Exception {
        origin.on("/a", page(text(1, 50_000)), page(text(2, 50_000)));
        getCoded("/a", BR);
        purge(Scope.EVERYTHING, "", Mode.HARD);

        for (int round = 0; round < 2; round++) {
            assertArrayEquals(text(2, 50_000), Decoded.of(getCoded("/a", BR)));
        }
        assertEquals(2, metric("skerry_coding_runs_total"));
        assertEquals(2, metric("skerry_cache_objects"));
    }

    @Test
    void twoHundredClientsOfOneColdObjectCostOneRequestAndOneEncoding() throws Exception {
        Gate head = gate("head");
        byte[] page = text(1, 400_000);
        origin.on("/a", page(page).stallBeforeHead(head));
        List<CompletableFuture<RawResponse>> clients = getLater(200, "/a", BR);
        origin.awaitRequests(1);
        Await.until("200 clients are connected", () -> metric("skerry_http_connections") >= 200);

        head.open();

        for (CompletableFuture<RawResponse> client : clients) {
            RawResponse response = now(client);
            assertEquals("br", response.field("Content-Encoding"));
            assertArrayEquals(page, Decoded.of(response));
        }
        assertEquals(1, origin.requests().size());
        assertEquals(1, metric("skerry_coding_runs_total"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip"})
    void whatASlowOriginHasSentIsNotHeldBack(String coding) throws Exception {
        Gate rest = gate("rest");
        byte[] page = text(1, 20_000);
        origin.on("/a", page(page).chunked().stallAfter(3000, rest));
        RawClient client = ask("/a", "Accept-Encoding: " + coding);
        RawResponse head = client.readHead();
        assertEquals(coding, head.field("Content-Encoding"));

        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        byte[] sent = Arrays.copyOf(page, 3000);
        while (!Arrays.equals(sent, Decoded.beginning(coding, coded.toByteArray(), 3000))) {
            assertTrue(chunk(client, coded));
        }
        rest.open();
        while (chunk(client, coded)) {
            // until the last one
        }
        assertArrayEquals(page, Decoded.of(coding, coded.toByteArray()));
    }

    @Test
    void whatMayNotBeStoredIsCodedOnItsWay() throws Exception {
        byte[] page = text(1, 300_000);
        origin.on(
                "/a",
                Reply.ok()
                        .field("Cache-Control", "no-store")
                        .field("Content-Type", "application/problem+json; charset=utf-8")
                        .body(page));

        for (int round = 0; round < 2; round++) {
            RawResponse response = getCoded("/a", BR);
            assertEquals("br", response.field("Content-Encoding"));
            assertArrayEquals(page, Decoded.of(response));
        }
        assertEquals(2, origin.requests().size());
        assertEquals(0, metric("skerry_cache_objects"));
    }

    @Test
    void aBodyThatBreaksOffBreaksOffCodedToo() throws Exception {
        origin.on("/a", page(text(1, 300_000)).cutAfter(200_000), page(text(2, 300_000)));
        RawClient client = ask("/a", BR);

        assertThrows(IOException.class, client::readResponse);
        Await.until("the encoding has ended", () -> metric("skerry_coding_under_way") == 0);
        assertEquals(1, metric("skerry_coding_failed_total"));
        assertArrayEquals(text(2, 300_000), Decoded.of(getCoded("/a", BR)));
    }

    @Test
    void headHasTheFieldsOfTheCodedResponse() throws Exception {
        origin.on("/a", page(text(1, 50_000)).field("ETag", "\"5\""));
        get("/a");

        RawResponse before = head("/a", BR);
        RawResponse coded = getCoded("/a", BR);
        RawResponse after = head("/a", BR);

        assertEquals("br", before.field("Content-Encoding"));
        assertEquals("W/\"5;br\"", before.field("ETag"));
        assertNull(before.field("Content-Length"));
        assertEquals(Integer.toString(coded.body().length), after.field("Content-Length"));
        assertEquals("br", after.field("Content-Encoding"));
        assertEquals(1, metric("skerry_coding_runs_total"));
    }

    @Test
    void headOfWhatIsNotStoredHasTheFieldsThatAGetWouldGet() throws Exception {
        origin.on("/1023", page(text(1, 1023)));
        origin.on("/1024", page(text(1, 1024)).field("ETag", "\"5\""));

        RawResponse plain = head("/1024");
        RawResponse coded = head("/1024", BR);
        RawResponse small = head("/1023", BR);

        assertEquals("Accept-Encoding", plain.field("Vary"));
        assertEquals("\"5\"", plain.field("ETag"));
        assertEquals("1024", plain.field("Content-Length"));
        assertEquals("Accept-Encoding", coded.field("Vary"));
        assertEquals("br", coded.field("Content-Encoding"));
        assertEquals("W/\"5;br\"", coded.field("ETag"));
        assertNull(coded.field("Content-Length"));
        assertNull(small.field("Vary"));
        assertEquals("1023", small.field("Content-Length"));
        assertEquals(0, metric("skerry_coding_runs_total"));
    }

    @Test
    void aSiteSaysWhatIsCodedAndHow() throws Exception {
        withSite(
                """
                defaults: {compress: {codings: [gzip, br], min-size: 100}}
                rules:
                  - match: {path: /off}
                    compress: false
                  - match: {path: /png}
                    compress: {types: image/png, codings: br, br-level: 11}
                """);
        byte[] page = text(1, 500);
        origin.on("/on", page(page));
        origin.on("/off", page(page));
        origin.on("/png", cacheable().field("Content-Type", "image/png").body(page));

        RawResponse on = getCoded("/on", BR);
        RawResponse off = getCoded("/off", BR);
        RawResponse png = getCoded("/png", BR);

        assertEquals("gzip", on.field("Content-Encoding"));
        assertNull(off.field("Content-Encoding"));
        assertNull(off.field("Vary"));
        assertEquals("br", png.field("Content-Encoding"));
        for (RawResponse response : List.of(on, off, png)) {
            assertArrayEquals(page, Decoded.of(response));
        }
    }

    /** Reads one chunk (RFC 9112 §7.1); false for the last. */
    private static boolean chunk(RawClient client, ByteArrayOutputStream to) throws Exception {
        int size = Integer.parseInt(line(client), 16);
        to.write(client.readBytes(size));
        client.readText(2);
        return size > 0;
    }

    private static String line(RawClient client) throws Exception {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append(client.readText(1));
        }
        return line.substring(0, line.length() - 2);
    }

    private RawResponse getCoded(String target, String... lines) throws Exception {
        RawResponse response = get(target, lines);
        Await.until("the encoding has ended", () -> metric("skerry_coding_under_way") == 0);
        return response;
    }

    private static Reply page(byte[] body) {
        return cacheable().field("Content-Type", "text/html; charset=utf-8").body(body);
    }

    /** Noise and runs of one byte in turn. */
    private static byte[] mixed(Random random) {
        byte[] body = new byte[random.nextInt(1 << (10 + random.nextInt(8)))];
        for (int at = 0; at < body.length; ) {
            int end = Math.min(body.length, at + 1 + random.nextInt(5000));
            byte[] noise = new byte[end - at];
            if (random.nextBoolean()) {
                random.nextBytes(noise);
            }
            System.arraycopy(noise, 0, body, at, noise.length);
            at = end;
        }
        return body;
    }

    /** Words, so that every coding makes it smaller. */
    static byte[] text(long seed, int length) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("word")
                    .append(random.nextInt(1000))
                    .append(random.nextInt(9) == 0 ? "\n" : " ");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }
}

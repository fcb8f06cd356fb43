package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content codings made by the edge. */
@Tag("slow")
class CodingTest extends CodingScene {
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
}

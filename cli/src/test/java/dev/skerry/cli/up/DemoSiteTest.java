package dev.skerry.cli.up;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoSiteTest {
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"");

    private final ManualClock clock = new ManualClock();
    private DemoSite site;

    @BeforeEach
    void start() throws IOException {
        site =
                DemoSite.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        clock,
                        Duration.ofMillis(20));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void everyLinkOfEveryPageLeadsSomewhere() throws IOException {
        Set<String> seen = new HashSet<>(Set.of("/"));
        Queue<String> ahead = new ArrayDeque<>(seen);
        while (!ahead.isEmpty()) {
            String path = ahead.remove();
            RawResponse response = get(path);
            assertEquals(200, response.status(), path);
            if (type(response).startsWith("text/html")) {
                Matcher link = LINK.matcher(response.text());
                while (link.find()) {
                    if (seen.add(link.group(1))) {
                        ahead.add(link.group(1));
                    }
                }
            }
        }
        assertTrue(
                seen.containsAll(Set.of("/try", "/news", "/large.bin", "/style.css")),
                seen::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8, site page front",
        "/lighthouses, text/html; charset=utf-8, site page lighthouses",
        "/style.css, text/css; charset=utf-8, site style",
        "/pictures/night.png, image/png, site picture",
        "/pictures/tower.svg, image/svg+xml, site picture",
        "/news, text/plain; charset=utf-8, site news front",
        "/slow, text/plain; charset=utf-8, site slow",
        "/large.bin, application/octet-stream, site large",
    })
    void everythingThatMayBeKeptSaysWhatItIsAndHasTags(String path, String type, String tags)
            throws IOException {
        RawResponse response = head(path);

        assertEquals(200, response.status());
        assertEquals(type, type(response));
        assertEquals(tags, response.field("Surrogate-Key"));
        assertTrue(response.field("Date") != null && response.field("Cache-Control") != null);
    }

    @Test
    void theTimeIsNeverToBeKept() throws IOException {
        RawResponse response = get("/api/time");

        assertEquals("no-store", response.field("Cache-Control"));
        assertNull(response.field("ETag"));
        assertEquals("{\"time\":\"" + clock.instant() + "\"}\n", response.text());
    }

    @Test
    void newsChangeWithTheClockAndCachesMayKeepThemForAnHour() throws IOException {
        RawResponse first = get("/news");
        RawResponse again = get("/news");
        clock.advance(Duration.ofMillis(News.PERIOD_MILLIS));
        RawResponse next = get("/news");

        assertEquals(first.text(), again.text());
        assertEquals(first.field("ETag"), again.field("ETag"));
        assertNotEquals(first.text(), next.text());
        assertNotEquals(first.field("ETag"), next.field("ETag"));
        assertEquals("max-age=3600", first.field("CDN-Cache-Control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/pictures/night.png", "/large.bin", "/news"})
    void whoeverHasItAlreadyIsToldSo(String path) throws IOException {
        RawResponse response = head(path);

        RawResponse byTag = get(path, "If-None-Match: " + response.field("ETag"));
        RawResponse byDate = get(path, "If-Modified-Since: " + response.field("Last-Modified"));

        assertEquals(304, byTag.status());
        assertEquals(0, byTag.body().length);
        assertEquals(response.field("Surrogate-Key"), byTag.field("Surrogate-Key"));
        assertEquals(304, byDate.status());
    }

    @Test
    void theLargeFileIsMadeOfItsOwnOffsets() throws IOException {
        byte[] body = get("/large.bin").body();

        assertEquals(DemoSite.LARGE_BYTES, body.length);
        for (int at = 0; at < body.length; at += 16 * 4099) {
            assertEquals(
                    "%015x\n".formatted(at), new String(body, at, 16, StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-15, 0, 15",
        "bytes=7-40, 7, 40",
        "bytes=65530-131100, 65530, 131100",
        "bytes=16777215-, 16777215, 16777215",
        "bytes=-17, 16777199, 16777215",
    })
    void aRangeIsThatPartOfIt(String range, int first, int last) throws IOException {
        byte[] whole = get("/large.bin").body();

        RawResponse part = get("/large.bin", "Range: " + range);

        assertEquals(206, part.status());
        assertEquals("bytes " + first + "-" + last + "/16777216", part.field("Content-Range"));
        assertArrayEquals(Arrays.copyOfRange(whole, first, last + 1), part.body());
    }

    @Test
    void aRangeOfAnotherRepresentationIsTheWhole() throws IOException {
        RawResponse response = get("/style.css", "Range: bytes=0-3", "If-Range: \"another\"");

        assertEquals(200, response.status());
    }

    @Test
    void aRangeBeyondTheEndIsUnsatisfiable() throws IOException {
        RawResponse response = get("/large.bin", "Range: bytes=16777216-");

        assertEquals(416, response.status());
        assertEquals("bytes */16777216", response.field("Content-Range"));
    }

    @Test
    void whatIsNotThereMayBeRememberedForAMoment() throws IOException {
        RawResponse response = get("/nowhere");

        assertEquals(404, response.status());
        assertEquals("max-age=10", response.field("Cache-Control"));
    }

    @Test
    void otherMethodsAreRefused() throws IOException {
        try (RawClient client = RawClient.connect(site.address().getPort())) {
            RawResponse response = client.requestWithBody("POST", "/", "x").readResponse();

            assertEquals(405, response.status());
            assertEquals("GET, HEAD", response.field("Allow"));
        }
    }

    @Test
    void aQueryChangesNothing() throws IOException {
        assertEquals(head("/").field("ETag"), head("/?from=mail").field("ETag"));
    }

    private RawResponse get(String target, String... lines) throws IOException {
        try (RawClient client = RawClient.connect(site.address().getPort())) {
            return client.get(target, lines);
        }
    }

    private RawResponse head(String target) throws IOException {
        try (RawClient client = RawClient.connect(site.address().getPort())) {
            return client.request("HEAD", target).readResponseToHead();
        }
    }

    private static String type(RawResponse response) {
        String type = response.field("Content-Type");
        return type == null ? "none" : type;
    }
}

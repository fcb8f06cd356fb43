package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Representation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bit on disk has flipped since the node stopped: nobody gets it, in whatever form they ask. */
@Tag("slow")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskFaultsTest extends DiskScene {
    private static final int LENGTH = 1_000_000;
    private static final String MARK =
            "kept-on-disk-and-found-there-by-these-very-bytes-of-its-head";

    @Test
    void codedResponsesAreMadeOfWhatIsFetchedAnew() throws Exception {
        byte[] page = CodingScene.text(1, LENGTH);
        origin.on("/page", CodingScene.page(page));
        get("/page");
        restart();
        flip(page, 1000);

        RawResponse coded = get("/page", "Accept-Encoding: gzip");

        assertEquals("gzip", coded.field("Content-Encoding"));
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(coded.body()))) {
            assertArrayEquals(page, plain.readAllBytes());
        }
        assertEquals(2, origin.requests().size());
    }

    @Test
    void everyPartOfAMultipartAnswerIsProvedBeforeItsHeadLeaves() throws Exception {
        byte[] body = stored("/parts");
        restart();
        flip(body, 700_000);

        RawResponse several = get("/parts", "Range: bytes=0-99,690000-700999");

        // The origin answers several ranges with all of it.
        assertEquals(200, several.status());
        assertArrayEquals(body, several.body());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void multipartAnswersOfSoundBytesAreHits() throws Exception {
        byte[] body = stored("/parts");
        restart();

        RawResponse several = get("/parts", "Range: bytes=0-99,690000-700999");

        assertEquals(206, several.status());
        assertTrue(status(several).contains("; hit"), status(several));
        assertTrue(contains(several.body(), Arrays.copyOfRange(body, 690_000, 701_000)));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void whatNeedsNoBodyIsAnsweredThough() throws Exception {
        byte[] body = stored("/a");
        restart();
        flip(body, 1000);

        RawResponse head;
        try (RawClient client = RawClient.connect(node.address())) {
            head = client.request("HEAD", "/a", HOST).readResponseToHead();
        }
        RawResponse same = get("/a", "If-None-Match: \"v1\"");

        assertEquals(200, head.status());
        assertEquals(Integer.toString(LENGTH), head.field("Content-Length"));
        assertEquals(304, same.status());
        assertEquals(1, origin.requests().size());
        assertArrayEquals(body, get("/a").body());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void aHeadThatWentBadIsNotServed() throws Exception {
        byte[] body = stored("/a");
        restart();
        flip(MARK.getBytes(StandardCharsets.US_ASCII), 0, 40);

        RawResponse again = get("/a");

        assertEquals(MARK, again.field("X-Mark"));
        assertArrayEquals(body, again.body());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void aFaultInMidBodyCutsOneResponseAndNoneAfterIt() throws Exception {
        byte[] body = stored("/a");
        restart();
        flip(body, 900_000);

        assertFalse(isWhole("/a", body));
        assertArrayEquals(body, get("/a").body());
        assertArrayEquals(body, get("/a").body());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void whatIsCompletedFromUpstreamIsMendedFromThere() throws Exception {
        int length = 30_000_000;
        origin.on("/film", representation(2, length));
        get("/film", "Range: bytes=10000000-19999999");
        restart();
        flip(PatternBytes.range(2, 15_000_000, 15_000_100), 0);

        RawResponse all = get("/film");

        assertEquals(200, all.status());
        assertArrayEquals(PatternBytes.range(2, 0, length), all.body());
        int asked = origin.requests().size();
        assertArrayEquals(PatternBytes.range(2, 0, length), get("/film").body());
        assertEquals(asked, origin.requests().size());
        assertTrue(asked <= 4, asked + " requests");
    }

    private byte[] stored(String target) throws Exception {
        origin.on(target, representation(1, LENGTH));
        get(target);
        return PatternBytes.range(1, 0, LENGTH);
    }

    private static Representation representation(long seed, long length) {
        return new Representation(seed, length)
                .tag("\"v1\"")
                .field("X-Mark", MARK)
                .field("Cache-Control", "max-age=1000");
    }

    private boolean isWhole(String target, byte[] body) {
        try (RawClient client = RawClient.connect(node.address())) {
            RawResponse response = client.get(target, HOST);
            assertArrayEquals(
                    Arrays.copyOf(body, response.body().length),
                    response.body(),
                    "what came before the cut is right");
            return response.body().length == body.length;
        } catch (IOException cut) {
            return false;
        }
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}

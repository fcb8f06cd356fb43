package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Representation;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Parts of a long response, which memory (8 MiB of one response) does not take: they lie on disk,
 * and what comes later is laid beside them.
 */
@Tag("slow")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskPartsTest extends DiskScene {
    private static final int MIB = 1 << 20;
    private static final long LENGTH = 6L << 30;

    @Test
    void everyPlaceOfALongResponseIsFetchedOnceAndThenReadFromDisk() throws Exception {
        serve(LENGTH);
        long[] places = {4L << 30, 5, 20 * MIB + 1, LENGTH - 11 * MIB};
        for (long from : places) {
            assertPart(range(from, from + 10 * MIB), from, from + 10 * MIB);
        }
        for (long from : places) {
            RawResponse hit = range(from, from + 10 * MIB);
            assertTrue(status(hit).contains("; hit"), status(hit));
            assertPart(hit, from, from + 10 * MIB);
        }
        assertEquals(places.length, asked().size());

        restart();

        for (long from : places) {
            RawResponse hit = range(from + 100, from + 10 * MIB - 100);
            assertTrue(status(hit).contains("; hit"), status(hit));
            assertPart(hit, from + 100, from + 10 * MIB - 100);
        }
        assertEquals(places.length, asked().size());
    }

    @Test
    void theWholeAfterwardsCostsOnlyTheHoles() throws Exception {
        long length = 60L * MIB;
        serve(length);
        range(10 * MIB, 20 * MIB);
        range(40 * MIB, 50 * MIB);
        restart();

        RawResponse all = get("/film");

        assertArrayEquals(PatternBytes.range(1, 0, length), all.body());
        List<String> holes = List.of("0-10485759", "20971520-41943039", "52428800-");
        assertEquals(holes, asked().subList(2, 5));
        assertEquals(5, asked().size());

        restart();

        RawResponse hit = get("/film");
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertArrayEquals(PatternBytes.range(1, 0, length), hit.body());
        assertEquals(5, asked().size());
    }

    @Test
    void smallPartsOfALongResponseStayAsWell() throws Exception {
        serve(LENGTH);
        int count = 200;
        for (int i = 0; i < count; i++) {
            range(place(i), place(i) + 100_000);
        }
        restart();
        for (int i = 0; i < count; i += 20) {
            assertPart(range(place(i), place(i) + 100_000), place(i), place(i) + 100_000);
        }
        assertEquals(count, asked().size());
    }

    /** Twenty of them lie together; so there are ten runs with holes between. */
    private static long place(int i) {
        return i / 20 * (512L << 20) + i % 20 * 100_000L;
    }

    private void serve(long length) {
        origin.on(
                "/film",
                new Representation(1, length).tag("\"v1\"").field("Cache-Control", "max-age=1000"));
    }

    private RawResponse range(long from, long to) throws Exception {
        return get("/film", "Range: bytes=" + from + '-' + (to - 1));
    }

    private static void assertPart(RawResponse response, long from, long to) {
        assertEquals(206, response.status(), response.toString());
        assertArrayEquals(PatternBytes.range(1, from, to), response.body());
    }

    /** The ranges that the origin was asked for; a dash for all. */
    private List<String> asked() {
        return origin.requests().stream()
                .map(request -> request.field("Range"))
                .map(range -> range == null ? "-" : range.substring("bytes=".length()))
                .toList();
    }
}

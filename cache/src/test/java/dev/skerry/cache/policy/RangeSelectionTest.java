package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.get;
import static dev.skerry.cache.policy.Messages.ok;
import static dev.skerry.cache.policy.Messages.request;
import static dev.skerry.cache.policy.Messages.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ByteRange;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.RangeSelection.One;
import dev.skerry.cache.policy.RangeSelection.Selection;
import dev.skerry.cache.policy.RangeSelection.Several;
import dev.skerry.cache.policy.RangeSelection.Unsatisfiable;
import dev.skerry.cache.policy.RangeSelection.Whole;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeSelectionTest {
    private static final ResponseHead OK = ok("Content-Type", "text/plain");

    private static Selection select(String range, long length) {
        return RangeSelection.select(get("Range", range), OK, length);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 10, 0, 5",
        "bytes=5-, 10, 5, 10",
        "bytes=-3, 10, 7, 10",
        "bytes=-30, 10, 0, 10",
        "bytes=8-99, 10, 8, 10",
        "bytes=0-0, 10, 0, 1",
        "bytes=9-9, 10, 9, 10",
        "bytes=4294967296-4294967305, 5368709120, 4294967296, 4294967306",
        "bytes=0-99999999999999999999, 10, 0, 10",
    })
    void oneRangeSelectsOnePart(String range, long length, long from, long to) {
        assertEquals(new One(from, to), select(range, length));
    }

    @Test
    void rangesOutsideAreUnsatisfiable() {
        for (String range : List.of("bytes=10-", "bytes=10-20", "bytes=-0", "bytes=10-,99-100")) {
            assertEquals(new Unsatisfiable(), select(range, 10));
        }
        assertEquals(new Unsatisfiable(), select("bytes=0-", 0));
        assertEquals(new Whole(), select("bytes=-1", 0));
        assertEquals(new One(0, 1), select("bytes=10-,0-0", 10));
    }

    @Test
    void invalidOrTooManyRangesSelectTheWhole() {
        for (String range : List.of("bytes=", "bytes=4-1", "x=0-1", "bytes=" + "0-1,".repeat(17))) {
            assertEquals(new Whole(), select(range, 10));
        }
    }

    @Test
    void severalRangesKeepTheirOrderUnlessTheyTouch() {
        assertEquals(
                new Several(List.of(new One(8, 10), new One(0, 1))), select("bytes=8-,0-0", 10));
        assertEquals(
                new Several(List.of(new One(0, 4), new One(6, 10))),
                select("bytes=6-7,0-1,2-3,7-", 10));
        assertEquals(new One(0, 10), select("bytes=0-4,5-9", 10));
        assertEquals(new One(0, 10), select("bytes=0-9,2-3", 10));
    }

    @Test
    void sixteenPartsAreTheMost() {
        StringBuilder ranges = new StringBuilder("bytes=");
        for (int i = 0; i < 16; i++) {
            ranges.append(2 * i).append('-').append(2 * i).append(',');
        }
        assertEquals(
                16, assertInstanceOf(Several.class, select(ranges.toString(), 100)).parts().size());
        assertEquals(new Whole(), select(ranges + "99-", 100));
    }

    @Test
    void onlyGetAndOnlyACompleteResponse() {
        assertEquals(
                new Whole(), RangeSelection.select(request("HEAD", "Range", "bytes=0-1"), OK, 10));
        assertEquals(
                new Whole(), RangeSelection.select(get("Range", "bytes=0-1"), response(404), 10));
        assertEquals(new Whole(), RangeSelection.select(get(), OK, 10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\"                         | true",
                "\"b\"                         | false",
                "W/\"a\"                       | false",
                "a                             | false",
                "Sun, 06 Nov 1994 08:49:37 GMT | true",
                "Sun, 06 Nov 1994 08:49:38 GMT | false",
                "Sun Nov  6 08:49:37 1994      | false",
            })
    void ifRangeComparesStronglyAndExactly(String condition, boolean holds) {
        ResponseHead stored =
                ok(
                        "ETag", "\"a\"",
                        "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT",
                        "Date", "Sun, 06 Nov 1994 08:49:38 GMT");
        assertEquals(
                holds ? new One(0, 2) : new Whole(),
                RangeSelection.select(get("Range", "bytes=0-1", "If-Range", condition), stored, 9));
    }

    @Test
    void ifRangeNeverTrustsAWeakValidator() {
        ResponseHead weakTag = ok("ETag", "W/\"a\"");
        assertEquals(
                new Whole(),
                RangeSelection.select(
                        get("Range", "bytes=0-1", "If-Range", "W/\"a\""), weakTag, 9));
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        ResponseHead weakDate = ok("Last-Modified", date, "Date", date);
        assertEquals(
                new Whole(),
                RangeSelection.select(get("Range", "bytes=0-1", "If-Range", date), weakDate, 9));
    }

    @Property
    void partsLieInsideAndApart(
            @ForAll @LongRange(min = 0, max = 50) long length,
            @ForAll @Size(min = 1, max = 16) List<@LongRange(min = -1, max = 60) Long> numbers) {
        List<ByteRange> ranges =
                numbers.stream().map(n -> new ByteRange(n, n < 0 ? 7 : n + n % 9)).toList();
        Selection selection = RangeSelection.select(ranges, length);
        List<One> parts =
                switch (selection) {
                    case One one -> List.of(one);
                    case Several several -> several.parts();
                    case Whole whole -> List.of();
                    case Unsatisfiable none -> List.of();
                };
        boolean[] taken = new boolean[(int) length];
        for (One part : parts) {
            assertTrue(part.from() < part.to() && part.to() <= length);
            for (long i = part.from(); i < part.to(); i++) {
                assertTrue(!taken[(int) i]);
                taken[(int) i] = true;
            }
        }
    }

    @Test
    void a206NamesItsPart() {
        assertEquals(
                response(206, "Content-Type", "text/plain", "Content-Range", "bytes 2-4/10"),
                RangeResponses.partial(
                        ok("Content-Type", "text/plain", "Content-Length", "10"),
                        new One(2, 5),
                        10));
        assertEquals(
                response(416, "Content-Range", "bytes */10", "Date", "x"),
                RangeResponses.unsatisfiable(ok("Content-Type", "text/plain", "Date", "x"), 10));
    }

    @Test
    void aMultipartResponseIsAsLongAsItSays() {
        Several parts = new Several(List.of(new One(0, 2), new One(8, 10)));
        RangeResponses.Multipart multipart = RangeResponses.multipart(OK, parts, 10, "BOUNDARY");
        String body = "0123456789";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < multipart.parts().size(); i++) {
            One part = multipart.parts().get(i);
            text.append(new String(multipart.partHeads().get(i), ISO_8859_1));
            text.append(body, (int) part.from(), (int) part.to());
        }
        text.append(new String(multipart.end(), ISO_8859_1));
        assertEquals(
                """
                --BOUNDARY
                Content-Type: text/plain
                Content-Range: bytes 0-1/10

                01
                --BOUNDARY
                Content-Type: text/plain
                Content-Range: bytes 8-9/10

                89
                --BOUNDARY--
                """
                        .replace("\n", "\r\n"),
                text.toString());
        assertEquals(text.length(), multipart.contentLength());
        assertEquals(206, multipart.head().status());
        assertEquals(
                FieldList.of("Content-Type", "multipart/byteranges; boundary=BOUNDARY"),
                multipart.head().fields());
    }
}

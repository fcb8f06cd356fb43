package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a part is, what it lacks, and what it may be joined with. */
class PartsTest {
    private static final String MODIFIED = "Thu, 01 Jan 2015 00:00:00 GMT";

    private static ResponseHead partial(String... fields) {
        return new ResponseHead(206, FieldList.of(fields));
    }

    @Test
    void partIsPlacedByAContentRangeThatFitsItsLength() {
        ResponseHead part = partial("Content-Range", "bytes 5-9/100", "ETag", "\"1\"");

        assertEquals(new ContentRange(5, 10, 100), PartialContent.placed(part, 5));
        assertEquals(new ContentRange(5, 10, 100), PartialContent.placed(part, -1));
        assertNull(PartialContent.placed(part, 6));
        assertEquals(
                new ResponseHead(200, FieldList.of("ETag", "\"1\"")),
                PartialContent.representation(part));
    }

    @Test
    void partWithoutOnePlaceIsNotPlaced() {
        assertNull(PartialContent.placed(partial(), 5));
        assertNull(PartialContent.placed(partial("Content-Range", "bytes 5-9/*"), 5));
        assertNull(PartialContent.placed(partial("Content-Range", "bytes */100"), 5));
        assertNull(
                PartialContent.placed(
                        partial("Content-Range", "bytes 5-9/100", "Content-Range", "bytes 0-4/100"),
                        5));
        assertNull(
                PartialContent.placed(
                        partial(
                                "Content-Range",
                                "bytes 5-9/100",
                                "Content-Type",
                                "Multipart/ByteRanges; boundary=x"),
                        5));
        ResponseHead whole = new ResponseHead(200, FieldList.of("Content-Range", "bytes 5-9/100"));
        assertNull(PartialContent.placed(whole, 5));
    }

    @Test
    void onlyStrongValidatorsJoin() {
        FieldList strong = FieldList.of("ETag", "\"1\"");
        FieldList weak = FieldList.of("ETag", "W/\"1\"", "Last-Modified", MODIFIED);
        FieldList dated =
                FieldList.of("Last-Modified", MODIFIED, "Date", "Thu, 01 Jan 2015 00:00:01 GMT");
        FieldList tooNew = FieldList.of("Last-Modified", MODIFIED, "Date", MODIFIED);

        assertTrue(PartCombining.sameRepresentation(strong, strong));
        assertTrue(PartCombining.sameRepresentation(dated, dated));
        assertFalse(PartCombining.sameRepresentation(strong, FieldList.of("ETag", "\"2\"")));
        assertFalse(PartCombining.sameRepresentation(weak, weak));
        assertFalse(PartCombining.sameRepresentation(tooNew, tooNew));
        assertFalse(PartCombining.sameRepresentation(strong, dated));
        assertFalse(PartCombining.sameRepresentation(FieldList.EMPTY, FieldList.EMPTY));
        assertEquals(MODIFIED, PartCombining.validator(dated));
    }

    @Test
    void holesAreWhatLiesBetween() {
        List<Extent> held = List.of(new Extent(10, 20), new Extent(30, 40));

        assertEquals(
                List.of(new Extent(0, 10), new Extent(20, 30), new Extent(40, 50)),
                MissingBytes.holes(new Extent(0, 50), held));
        assertEquals(List.of(), MissingBytes.holes(new Extent(12, 20), held));
        assertEquals(List.of(new Extent(20, 21)), MissingBytes.holes(new Extent(19, 21), held));
        assertEquals(List.of(new Extent(45, 50)), MissingBytes.holes(new Extent(45, 50), held));
    }

    @Test
    void requestsLackOnlyBytesThatTheyAskFor() {
        assertInstanceOf(MissingBytes.Nothing.class, missing("GET", "Range", "bytes=10-19"));
        assertInstanceOf(MissingBytes.Nothing.class, missing("GET", "Range", "bytes=10-11,15-19"));
        assertInstanceOf(MissingBytes.Nothing.class, missing("GET", "Range", "bytes=200-"));
        assertInstanceOf(MissingBytes.Nothing.class, missing("GET", "If-None-Match", "\"1\""));
        assertInstanceOf(MissingBytes.Nothing.class, missing("HEAD"));
        assertInstanceOf(
                MissingBytes.Scattered.class, missing("GET", "Range", "bytes=10-11,30-31"));
        assertEquals(
                new MissingBytes.Holes(new Extent(90, 100), List.of(new Extent(90, 100))),
                missing("GET", "Range", "bytes=-10"));
        assertEquals(
                new MissingBytes.Holes(
                        new Extent(0, 100), List.of(new Extent(0, 10), new Extent(20, 100))),
                missing("GET", "Range", "bytes=10-19", "If-Range", "\"2\""));
    }

    private static MissingBytes.Missing missing(String method, String... fields) {
        RequestHead request = new RequestHead(method, "http", "a", "/", FieldList.of(fields));
        ResponseHead stored = new ResponseHead(200, FieldList.of("ETag", "\"1\""));
        return MissingBytes.of(request, stored, 100, List.of(new Extent(10, 20)));
    }
}

package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.ok;
import static dev.skerry.cache.policy.Messages.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidationTest {
    private static final String T1 = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String T2 = "Sun, 06 Nov 1994 08:49:38 GMT";

    @Test
    void allStoredTagsAreSentAndTheSelectedDate() {
        assertEquals(
                FieldList.of("If-None-Match", "\"a\", W/\"b\"", "If-Modified-Since", T1),
                Validation.conditionalFields(
                        ok("ETag", "\"a\"", "Last-Modified", T1),
                        List.of(
                                ok("ETag", "W/\"b\"", "Last-Modified", T2),
                                ok("ETag", "\"a\""),
                                ok())));
        assertEquals(
                FieldList.of("If-None-Match", "\"a\""),
                Validation.conditionalFields(
                        null, List.of(ok("ETag", "\"a\"", "Last-Modified", T1))));
        assertEquals(FieldList.EMPTY, Validation.conditionalFields(ok(), List.of(ok())));
        assertEquals(FieldList.EMPTY, Validation.conditionalFields(null, List.of()));
    }

    @Test
    void theListOfTagsIsBounded() {
        List<ResponseHead> stored = new ArrayList<>();
        for (int i = 100; i < 164; i++) {
            stored.add(ok("ETag", '"' + "x".repeat(97) + i + '"'));
        }
        String tags = Validation.conditionalFields(null, stored).first("If-None-Match");
        // 39 tags of 102 bytes with their separators of 2 are the most that fit into 4096.
        assertEquals(39 * 104 - 2, tags == null ? 0 : tags.length());
    }

    @Test
    void aClientsConditionsAndRangesAreTakenAway() {
        assertEquals(
                FieldList.of("Accept", "x"),
                Validation.unconditional(
                        FieldList.of(
                                "if-none-match",
                                "*",
                                "Accept",
                                "x",
                                "If-Modified-Since",
                                T1,
                                "If-Match",
                                "*",
                                "If-Unmodified-Since",
                                T1,
                                "If-Range",
                                T1,
                                "Range",
                                "bytes=0-")));
    }

    @Test
    void a304ConfirmsTheResponseWithItsValidator() {
        List<ResponseHead> stored =
                List.of(
                        ok("ETag", "W/\"a\""),
                        ok("ETag", "\"a\""),
                        ok("ETag", "\"b\"", "Last-Modified", T1));
        assertEquals(1, Validation.confirmed(response(304, "ETag", "\"a\""), stored));
        assertEquals(0, Validation.confirmed(response(304, "ETag", "W/\"a\""), stored));
        assertEquals(2, Validation.confirmed(response(304, "ETag", "W/\"b\""), stored));
        assertEquals(-1, Validation.confirmed(response(304, "ETag", "\"c\""), stored));
        assertEquals(2, Validation.confirmed(response(304, "Last-Modified", T1), stored));
        assertEquals(-1, Validation.confirmed(response(304, "Last-Modified", T2), stored));
        assertEquals(-1, Validation.confirmed(response(304), stored));
        assertEquals(0, Validation.confirmed(response(304), List.of(ok("ETag", "\"a\""))));
        assertEquals(-1, Validation.confirmed(response(304), List.of()));
        assertEquals(
                0, Validation.confirmed(response(304, "ETag", "odd"), List.of(ok("ETag", "odd"))));
    }

    @Test
    void onlyAStrongTagIsStrong() {
        assertTrue(Validation.hasStrongTag(FieldList.of("ETag", "\"a\"")));
        assertFalse(Validation.hasStrongTag(FieldList.of("ETag", "W/\"a\"")));
        assertFalse(Validation.hasStrongTag(FieldList.of("ETag", "a")));
        assertFalse(Validation.hasStrongTag(FieldList.EMPTY));
    }

    @Test
    void a304ReplacesTheFieldsItHasAndKeepsTheOthers() {
        ResponseHead stored =
                ok(
                        "Date",
                        T1,
                        "X",
                        "1",
                        "x",
                        "2",
                        "Y",
                        "3",
                        "Content-Length",
                        "10",
                        "Cache-Control",
                        "max-age=1");
        ResponseHead newer =
                response(
                        304,
                        "Date",
                        T2,
                        "X",
                        "9",
                        "Content-Length",
                        "36",
                        "Connection",
                        "Y, close",
                        "Y",
                        "8",
                        "Keep-Alive",
                        "z",
                        "Age",
                        "5",
                        "Surrogate-Key",
                        "k",
                        "Set-Cookie",
                        "a=b",
                        "Set-Cookie",
                        "c=d",
                        "Content-Type",
                        "text/html");
        assertEquals(
                ok(
                        "Y", "3",
                        "Content-Length", "10",
                        "Cache-Control", "max-age=1",
                        "Date", T2,
                        "X", "9",
                        "Surrogate-Key", "k",
                        "Set-Cookie", "a=b",
                        "Set-Cookie", "c=d",
                        "Content-Type", "text/html"),
                Freshening.merge(stored, newer));
    }

    @Test
    void aHeadUpdatesTheSameRepresentationOnly() {
        ResponseHead stored = ok("ETag", "\"a\"", "X", "1");
        assertTrue(Freshening.headAgrees(stored, 10, ok("X", "2", "Content-Length", "10")));
        assertTrue(Freshening.headAgrees(stored, 10, ok("ETag", "\"a\"", "Z", "2")));
        assertFalse(Freshening.headAgrees(stored, 10, ok("Content-Length", "11")));
        assertFalse(Freshening.headAgrees(stored, 10, ok("Content-Length", "x")));
        assertFalse(Freshening.headAgrees(stored, 10, ok("ETag", "\"b\"")));
        assertFalse(Freshening.headAgrees(stored, 10, ok("Last-Modified", T1)));
        assertFalse(Freshening.headAgrees(stored, 10, response(410)));
    }
}

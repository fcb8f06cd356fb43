package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.get;
import static dev.skerry.cache.policy.Messages.ok;
import static dev.skerry.cache.policy.Messages.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Conditionals.Outcome;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionalsTest {
    private static final String T1 = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String T2 = "Sun, 06 Nov 1994 08:49:38 GMT";

    private static Outcome evaluate(RequestHead request, String... stored) {
        return Conditionals.evaluate(request, 200, FieldList.of(stored));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\"               | \"a\"   | NOT_MODIFIED",
                "W/\"a\"             | \"a\"   | NOT_MODIFIED",
                "\"a\"               | W/\"a\" | NOT_MODIFIED",
                "\"a\", \"1\", \"2\" | \"a\"   | NOT_MODIFIED",
                "\"1\", \"a\", \"2\" | \"a\"   | NOT_MODIFIED",
                "\"1\", \"2\", \"a\" | \"a\"   | NOT_MODIFIED",
                "*                   | \"a\"   | NOT_MODIFIED",
                "*                   | ``      | NOT_MODIFIED",
                "\"b\"               | \"a\"   | PROCEED",
                "\"A\"               | \"a\"   | PROCEED",
                "a                   | \"a\"   | PROCEED",
                "\"a\"               | a       | PROCEED",
                "``                  | \"a\"   | PROCEED",
            })
    void ifNoneMatchComparesWeakly(String condition, String tag, Outcome expected) {
        assertEquals(expected, evaluate(get("If-None-Match", condition), "ETag", tag));
    }

    @Test
    void ifNoneMatchGoesBeforeIfModifiedSince() {
        assertEquals(
                Outcome.NOT_MODIFIED,
                evaluate(
                        get("If-None-Match", "\"a\"", "If-Modified-Since", T1),
                        "ETag",
                        "\"a\"",
                        "Last-Modified",
                        T2));
        assertEquals(
                Outcome.PROCEED,
                evaluate(
                        get("If-None-Match", "\"b\"", "If-Modified-Since", T2),
                        "ETag",
                        "\"a\"",
                        "Last-Modified",
                        T1));
    }

    @Test
    void ifNoneMatchMayHaveSeveralLines() {
        assertEquals(
                Outcome.NOT_MODIFIED,
                evaluate(get("If-None-Match", "\"b\"", "If-None-Match", "\"a\""), "ETag", "\"a\""));
    }

    @Test
    void ifModifiedSinceComparesWithLastModifiedElseWithDate() {
        RequestHead since = get("If-Modified-Since", T1);
        assertEquals(Outcome.NOT_MODIFIED, evaluate(since, "Last-Modified", T1));
        assertEquals(Outcome.PROCEED, evaluate(since, "Last-Modified", T2));
        assertEquals(
                Outcome.NOT_MODIFIED, evaluate(get("If-Modified-Since", T2), "Last-Modified", T1));
        assertEquals(Outcome.NOT_MODIFIED, evaluate(since, "Date", T1));
        assertEquals(Outcome.PROCEED, evaluate(since, "Date", T2));
        assertEquals(Outcome.PROCEED, evaluate(since));
        assertEquals(Outcome.PROCEED, evaluate(since, "Last-Modified", "foo", "Date", T1));
        assertEquals(
                Outcome.PROCEED, evaluate(get("If-Modified-Since", "foo"), "Last-Modified", T1));
        assertEquals(
                Outcome.NOT_MODIFIED,
                evaluate(
                        get("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT"),
                        "Last-Modified",
                        T1,
                        "Date",
                        T2));
    }

    @Test
    void conditionsCountOnlyForReadsOfSuccessfulResponses() {
        FieldList stored = FieldList.of("ETag", "\"a\"");
        String[] condition = {"If-None-Match", "\"a\""};
        assertEquals(
                Outcome.NOT_MODIFIED,
                Conditionals.evaluate(request("HEAD", condition), 200, stored));
        assertEquals(
                Outcome.PROCEED, Conditionals.evaluate(request("POST", condition), 200, stored));
        assertEquals(
                Outcome.PROCEED, Conditionals.evaluate(request("GET", condition), 404, stored));
    }

    @Test
    void someConditionsAreForTheOrigin() {
        assertTrue(Conditionals.needOrigin(FieldList.of("if-match", "*")));
        assertTrue(Conditionals.needOrigin(FieldList.of("If-Unmodified-Since", T1)));
        assertFalse(Conditionals.needOrigin(FieldList.of("If-None-Match", "*")));
        assertTrue(Conditionals.isConditional(FieldList.of("If-None-Match", "*")));
        assertFalse(Conditionals.isConditional(FieldList.of("If-Range", "*")));
    }

    @Test
    void a304HasNoFieldsAboutItsContent() {
        assertEquals(
                Messages.response(304, "ETag", "\"a\"", "Date", T1, "Vary", "Foo", "X", "1"),
                Conditionals.notModified(
                        ok(
                                "ETag",
                                "\"a\"",
                                "Content-Type",
                                "text/plain",
                                "Date",
                                T1,
                                "Vary",
                                "Foo",
                                "Content-Encoding",
                                "gzip",
                                "Content-Length",
                                "3",
                                "X",
                                "1"),
                        false));
    }

    @Test
    void a304ForANodeHasEveryFieldItStores() {
        ResponseHead stored =
                ok("ETag", "\"a\"", "Content-Type", "text/plain", "Set-Cookie", "a=b");
        assertEquals(
                new ResponseHead(304, stored.fields()), Conditionals.notModified(stored, true));
    }

    @Property
    void evaluationIsTotal(@ForAll String condition, @ForAll String stored) {
        evaluate(get("If-None-Match", condition), "ETag", stored);
        evaluate(get("If-Modified-Since", condition), "Last-Modified", stored, "Date", stored);
    }
}

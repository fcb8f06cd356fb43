package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.Tags;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * Whatever bytes a message has, every question about it has an answer, and the answer's numbers are
 * in range.
 */
class AnyFieldsTest {
    private static final CacheRules STRICT =
            CacheRules.DEFAULT.toBuilder().honourRequestDirectives(true).build();

    @Property(tries = 3000)
    void everyQuestionHasAnAnswer(
            @ForAll("fields") FieldList asked,
            @ForAll("fields") FieldList answered,
            @ForAll @IntRange(min = 100, max = 999) int status,
            @ForAll long wall,
            @ForAll @LongRange(min = 0) long length) {
        RequestHead request = new RequestHead("GET", "http", "h", "/p?q", asked);
        ResponseHead response = new ResponseHead(status, answered);
        Storability.decide(request, response, STRICT);
        RequestHead post = new RequestHead("POST", "http", "h", "/p?q", asked);
        Storability.decidePost(post, response, STRICT);
        Invalidation.targets(post, response);
        Invalidation.groups(post, response);
        Reuse.requestDirectives(asked);
        Conditionals.evaluate(request, status, answered);
        Validation.confirmed(response, List.of(response, new ResponseHead(200, asked)));
        Validation.conditionalFields(response, List.of());
        Validation.unconditional(asked);
        Tags.of(answered);
        EntityTag.parse(answered.first("ETag"));
        ContentRange.parse(answered.first("Content-Range"));
        FieldList merged = Freshening.merge(response, new ResponseHead(304, asked)).fields();
        assertEquals(
                merged,
                Freshening.merge(new ResponseHead(status, merged), new ResponseHead(304, asked))
                        .fields());
        FieldList stored = Forwarding.storedFields(answered, false);
        assertEquals(stored, Forwarding.storedFields(stored, false));
        assertFalse(stored.contains("Age") || stored.contains("Connection"));
        VaryMatch.Names vary = VaryMatch.names(answered);
        FieldList selecting = VaryMatch.selecting(asked, vary.names());
        assertTrue(VaryMatch.matches(vary.names(), selecting, asked));
        long age = CurrentAge.initialMillis(answered, wall, wall, wall);
        assertTrue(age >= 0);
        Freshness freshness = FreshnessLifetime.of(response, CacheRules.DEFAULT, wall);
        assertInRange(freshness, age, Reuse.requestDirectives(asked));
        assertInside(
                RangeSelection.select(request, new ResponseHead(200, answered), length), length);
    }

    private static void assertInRange(Freshness freshness, long age, CacheControl request) {
        long most = 1000 * CacheControl.MOST_SECONDS;
        assertTrue(freshness.lifetimeMillis() >= 0);
        assertTrue(freshness.staleWhileRevalidateMillis() >= 0);
        assertTrue(freshness.staleWhileRevalidateMillis() <= most);
        assertTrue(freshness.staleIfErrorMillis() >= 0 && freshness.staleIfErrorMillis() <= most);
        Reuse.Verdict verdict =
                Reuse.decide(
                        age,
                        freshness.lifetimeMillis(),
                        freshness.staleWhileRevalidateMillis(),
                        freshness.mustRevalidate(),
                        freshness.alwaysRevalidate(),
                        freshness.immutable(),
                        request);
        if (age >= freshness.lifetimeMillis()
                && (freshness.mustRevalidate() || freshness.alwaysRevalidate())) {
            assertNotNull(verdict.missReason());
            assertFalse(
                    Reuse.staleIfErrorAllowed(
                            age, freshness.lifetimeMillis(), freshness.staleIfErrorMillis()));
        }
    }

    private static void assertInside(RangeSelection.Selection selection, long length) {
        List<RangeSelection.One> parts =
                switch (selection) {
                    case RangeSelection.One one -> List.of(one);
                    case RangeSelection.Several several -> several.parts();
                    case RangeSelection.Whole whole -> List.of();
                    case RangeSelection.Unsatisfiable none -> List.of();
                };
        for (RangeSelection.One part : parts) {
            assertTrue(part.from() >= 0 && part.from() < part.to() && part.to() <= length);
        }
    }

    @Provide
    Arbitrary<FieldList> fields() {
        Arbitrary<String> name =
                Arbitraries.of(
                        "Age",
                        "Authorization",
                        "Cache-Control",
                        "Cache-Groups",
                        "Cache-Group-Invalidation",
                        "CDN-Cache-Control",
                        "Connection",
                        "Content-Length",
                        "Content-Location",
                        "Content-Range",
                        "Date",
                        "ETag",
                        "Expires",
                        "If-Match",
                        "If-Modified-Since",
                        "If-None-Match",
                        "If-Range",
                        "Last-Modified",
                        "Location",
                        "Pragma",
                        "Range",
                        "Set-Cookie",
                        "Surrogate-Control",
                        "Surrogate-Key",
                        "Vary",
                        "Accept-Encoding",
                        "Accept-Language",
                        "X-Other");
        return Combinators.combine(name, value())
                .as((n, v) -> List.of(n, v))
                .list()
                .ofMaxSize(8)
                .map(lines ->
                        FieldList.of(lines.stream().flatMap(List::stream).toArray(String[]::new)));
    }

    /** What such fields are made of, put together at random, and any bytes. */
    private static Arbitrary<String> value() {
        Arbitrary<String> piece =
                Arbitraries.of(
                        "max-age=",
                        "s-maxage=",
                        "no-cache",
                        "no-store",
                        "private=\"a\"",
                        "must-revalidate",
                        "stale-while-revalidate=",
                        "stale-if-error=",
                        "public",
                        "immutable",
                        "max-stale=",
                        "min-fresh=",
                        "0",
                        "60",
                        "2147483648",
                        "9223372036854775808",
                        "-",
                        "bytes=",
                        "bytes ",
                        "/",
                        "*",
                        ",",
                        ", ",
                        ";",
                        "=",
                        "\"",
                        "W/\"",
                        "\\",
                        "(",
                        ")",
                        "?1",
                        "Vary",
                        "Age",
                        "Sun, 06 Nov 1994 08:49:37 GMT",
                        "Sunday, 06-Nov-94 08:49:37 GMT",
                        "Fri, 31 Dec 9999 23:59:59 GMT",
                        "http://h/",
                        "//",
                        "%",
                        "gzip;q=0.5");
        Arbitrary<String> bytes =
                Arbitraries.strings().withCharRange(' ', '\u00ff').ofMaxLength(20);
        return Arbitraries.frequencyOf(
                Tuple.of(4, piece.list().ofMaxSize(6).map(p -> String.join("", p))),
                Tuple.of(1, bytes));
    }
}

package dev.skerry.cache.http;

import static dev.skerry.cache.http.CacheControl.ABSENT;
import static dev.skerry.cache.http.CacheControl.MOST_SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {
    private static CacheControl of(String... lines) {
        FieldList.Builder fields = FieldList.builder();
        for (String line : lines) {
            fields.add("cache-CONTROL", line);
        }
        return CacheControl.of(fields.build());
    }

    @Test
    void noFieldIsNoDirectives() {
        assertSame(CacheControl.NONE, of());
        assertEquals(CacheControl.NONE, of(""));
        assertEquals(ABSENT, CacheControl.NONE.maxAge());
        assertFalse(CacheControl.NONE.noStore());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=3600                          | 3600",
                "MaX-aGe=3600                          | 3600",
                "max-age=\"3600\"                      | 3600",
                "max-age=003600                        | 3600",
                "max-age=0                             | 0",
                "max-age=2147483647                    | 2147483647",
                "max-age=2147483648                    | 2147483648",
                "max-age=2147483649                    | 2147483648",
                "max-age=99999999999999999999999999999 | 2147483648",
                "max-age=-3600                         | 0",
                "max-age=+3600                         | 0",
                "max-age='3600'                        | 0",
                "max-age=3600.0                        | 0",
                "max-age=a3600                         | 0",
                "max-age=3600a                         | 0",
                "max-age=3600 s                        | 0",
                "max-age =3600                         | 0",
                "max-age= 3600                         | 0",
                "max-age=\"3600                        | 0",
                "max-age=                              | 0",
                "max-age                               | 0",
                "max-age=1, max-age=1800               | 1",
                "max-age=1800, max-age=1               | 1800",
                "foobar, max-age=3600                  | 3600",
                "foo=bar,,max-age=3600 ,               | 3600",
                "a=\"max-age=3600\", max-age=1         | 1",
                "max-age=1, a=\"max-age=3600\"         | 1",
                "a=\"x\\\", max-age=5\", max-age=1     | 1",
                "a=\"x, max-age=5                      | -1",
                "xmax-age=5                            | -1",
            })
    void readsSecondsStrictlyAndMakesTheInvalidStale(String value, long expected) {
        assertEquals(expected, of(value).maxAge());
    }

    @Test
    void ofSeveralLinesTheFirstCounts() {
        assertEquals(1, of("max-age=1", "max-age=1800").maxAge());
        assertEquals(1800, of("max-age=1800", "max-age=1").maxAge());
        assertEquals(60, of("public", "s-maxage=60").sMaxAge());
    }

    @Test
    void readsEveryDirectiveWithoutAnArgument() {
        CacheControl all =
                of(
                        "no-store, No-Cache, private, public, must-revalidate, proxy-revalidate,"
                                + " must-understand, no-transform, only-if-cached, immutable");
        assertTrue(all.noStore());
        assertTrue(all.noCache());
        assertTrue(all.isPrivate());
        assertTrue(all.isPublic());
        assertTrue(all.mustRevalidate());
        assertTrue(all.proxyRevalidate());
        assertTrue(all.mustUnderstand());
        assertTrue(all.noTransform());
        assertTrue(all.onlyIfCached());
        assertTrue(all.immutable());
    }

    @Test
    void aForbiddingDirectiveIsBelievedWhateverItsArgument() {
        assertTrue(of("no-store=\"x\"").noStore());
        assertTrue(of("no-store =x").noStore());
        assertTrue(of("private =\"a\"").isPrivate());
        assertTrue(of("no-cache=\"\"").noCache());
        assertTrue(of("no-cache=\"a b\"").noCache());
    }

    @Test
    void namedFieldsMakePrivateAndNoCacheNarrower() {
        CacheControl named = of("private=\"Set-Cookie, X\", no-cache=Foo");
        assertFalse(named.isPrivate());
        assertFalse(named.noCache());
        assertEquals(List.of("set-cookie", "x"), named.privateFields());
        assertEquals(List.of("foo"), named.noCacheFields());
        assertEquals(List.of("a", "b"), of("no-cache=a", "no-cache=b").noCacheFields());
        CacheControl both = of("private=\"a\"", "private");
        assertTrue(both.isPrivate());
        assertEquals(List.of(), both.privateFields());
    }

    @Test
    void sixtyFourNamedFieldsAreTheMost() {
        String names = "f,".repeat(63) + "f";
        assertEquals(64, of("private=\"" + names + "\"").privateFields().size());
        assertTrue(of("private=\"" + names + ",f\"").isPrivate());
    }

    @Test
    void readsWhatRequestsSay() {
        CacheControl request = of("max-stale, min-fresh=5");
        assertEquals(CacheControl.ANY_STALENESS, request.maxStale());
        assertEquals(5, request.minFresh());
        assertEquals(7, of("max-stale=7").maxStale());
        assertEquals(ABSENT, of("max-stale=x").maxStale());
        assertEquals(ABSENT, of("min-fresh=x").minFresh());
    }

    @Test
    void readsTheWindowsForStaleResponses() {
        CacheControl control = of("stale-while-revalidate=30, stale-if-error=60");
        assertEquals(30, control.staleWhileRevalidate());
        assertEquals(60, control.staleIfError());
        assertEquals(0, of("stale-while-revalidate=x").staleWhileRevalidate());
        assertEquals(0, of("stale-if-error").staleIfError());
    }

    @Property
    void readingIsTotal(
            @ForAll @Chars({'"', '=', ',', ' ', '\\', 'a', '1', '-'}) String some,
            @ForAll String any) {
        for (String value :
                List.of(some, any, "max-age=" + some, "private=" + some, "no-cache=\"" + some)) {
            CacheControl control = of(value, some);
            assertTrue(control.maxAge() >= ABSENT && control.maxAge() <= MOST_SECONDS);
        }
    }
}

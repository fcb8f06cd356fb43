package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.policy.Reuse.Verdict;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReuseTest {
    private static Verdict decide(long age, long lifetime, long swr, String request) {
        return Reuse.decide(age, lifetime, swr, false, false, false, CacheControl.parse(request));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // age, lifetime, stale-while-revalidate
                "0     | 1     | 0    | FRESH",
                "0     | 0     | 0    | EXPIRED",
                "9999  | 10000 | 0    | FRESH",
                "10000 | 10000 | 0    | EXPIRED",
                "10000 | 10000 | 1    | STALE_WHILE_REVALIDATE",
                "14999 | 10000 | 5000 | STALE_WHILE_REVALIDATE",
                "15000 | 10000 | 5000 | EXPIRED",
            })
    void freshUntilTheLifetimeThenStaleUntilTheWindowEnds(
            long age, long lifetime, long window, Verdict expected) {
        assertEquals(expected, decide(age, lifetime, window, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // age of 10 s, request, verdict at a lifetime of 20 s, verdict at one of 5 s
                "no-cache       | REQUEST_DIRECTIVE | REQUEST_DIRECTIVE",
                "max-age=10     | FRESH             | EXPIRED",
                "max-age=9      | REQUEST_DIRECTIVE | REQUEST_DIRECTIVE",
                "max-age=0      | REQUEST_DIRECTIVE | REQUEST_DIRECTIVE",
                "max-age=x      | REQUEST_DIRECTIVE | REQUEST_DIRECTIVE",
                "min-fresh=10   | FRESH             | REQUEST_DIRECTIVE",
                "min-fresh=11   | REQUEST_DIRECTIVE | REQUEST_DIRECTIVE",
                "max-stale      | FRESH             | STALE_ACCEPTED",
                "max-stale=5    | FRESH             | STALE_ACCEPTED",
                "max-stale=4    | FRESH             | EXPIRED",
                "only-if-cached | FRESH             | EXPIRED",
            })
    void honouredRequestDirectivesDemandOrAllowMore(
            String request, Verdict whenFresh, Verdict whenStale) {
        assertEquals(whenFresh, decide(10_000, 20_000, 0, request));
        assertEquals(whenStale, decide(10_000, 5_000, 0, request));
    }

    @Test
    void theResponseForbidsWhatTheRequestWouldAccept() {
        CacheControl anyStale = CacheControl.parse("max-stale");
        assertEquals(Verdict.EXPIRED, Reuse.decide(10, 5, 100, true, false, false, anyStale));
        assertEquals(Verdict.NO_CACHE, Reuse.decide(0, 5, 100, false, true, false, anyStale));
    }

    @Test
    void anImmutableResponseIsNotReloadedWhileFresh() {
        CacheControl reload = CacheControl.parse("max-age=0");
        assertEquals(Verdict.FRESH, Reuse.decide(10, 20, 0, false, false, true, reload));
        assertEquals(
                Verdict.REQUEST_DIRECTIVE, Reuse.decide(20, 20, 0, false, false, true, reload));
        CacheControl force = CacheControl.parse("no-cache");
        assertEquals(Verdict.REQUEST_DIRECTIVE, Reuse.decide(10, 20, 0, false, false, true, force));
    }

    @Test
    void everyVerdictThatNeedsUpstreamHasItsReason() {
        assertNull(Verdict.FRESH.missReason());
        assertNull(Verdict.STALE_WHILE_REVALIDATE.missReason());
        assertNull(Verdict.STALE_ACCEPTED.missReason());
        assertEquals(MissReason.EXPIRED, Verdict.EXPIRED.missReason());
        assertEquals(MissReason.RESPONSE_NO_CACHE, Verdict.NO_CACHE.missReason());
        assertEquals(MissReason.REQUEST_DIRECTIVE, Verdict.REQUEST_DIRECTIVE.missReason());
    }

    @Test
    void staleIfErrorLastsForItsWindow() {
        assertTrue(Reuse.staleIfErrorAllowed(5, 10, 0));
        assertFalse(Reuse.staleIfErrorAllowed(10, 10, 0));
        assertTrue(Reuse.staleIfErrorAllowed(19, 10, 10));
        assertFalse(Reuse.staleIfErrorAllowed(20, 10, 10));
        assertTrue(Reuse.isServerError(503));
        assertFalse(Reuse.isServerError(501));
    }

    @Test
    void pragmaCountsWhereThereIsNoCacheControl() {
        assertTrue(Reuse.requestDirectives(FieldList.of("Pragma", "no-cache")).noCache());
        assertFalse(
                Reuse.requestDirectives(
                                FieldList.of("Pragma", "no-cache", "Cache-Control", "max-age=1"))
                        .noCache());
        assertSame(CacheControl.NONE, Reuse.requestDirectives(FieldList.of("Pragma", "foo")));
        assertSame(CacheControl.NONE, Reuse.requestDirectives(FieldList.EMPTY));
    }

    @Property
    void whatMustRevalidateIsNeverSentStale(
            @ForAll long age, @ForAll long lifetime, @ForAll long window, @ForAll boolean any) {
        long a = age & Long.MAX_VALUE;
        long l = lifetime & Long.MAX_VALUE;
        CacheControl request = any ? CacheControl.parse("max-stale") : CacheControl.NONE;
        Verdict verdict = Reuse.decide(a, l, window & Long.MAX_VALUE, true, false, false, request);
        assertEquals(a < l ? Verdict.FRESH : Verdict.EXPIRED, verdict);
    }
}

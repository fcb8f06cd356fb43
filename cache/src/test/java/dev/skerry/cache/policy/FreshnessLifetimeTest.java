package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.NOW;
import static dev.skerry.cache.policy.Messages.NOW_DATE;
import static dev.skerry.cache.policy.Messages.ok;
import static dev.skerry.cache.policy.Messages.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Freshness.Source;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FreshnessLifetimeTest {
    private static final String CC = "Cache-Control";
    private static final String CDN = "CDN-Cache-Control";
    private static final String IN_A_MINUTE = HttpDate.format(NOW + 60_000);

    private static Freshness of(String... fields) {
        return FreshnessLifetime.of(ok(fields), CacheRules.DEFAULT, NOW);
    }

    private static void assertLifetime(Source source, long millis, String... fields) {
        assertLifetime(source, millis, FreshnessLifetime.of(ok(fields), CacheRules.DEFAULT, NOW));
    }

    private static void assertLifetime(Source source, long millis, Freshness freshness) {
        assertEquals(source, freshness.source());
        assertEquals(millis, freshness.lifetimeMillis());
    }

    @Test
    void theFirstOfTheOrderDecides() {
        assertLifetime(Source.MAX_AGE, 1000, CC, "max-age=1", "Expires", IN_A_MINUTE);
        assertLifetime(Source.S_MAXAGE, 2000, CC, "max-age=1, s-maxage=2");
        assertLifetime(Source.CDN_CACHE_CONTROL, 3000, CC, "s-maxage=2", CDN, "max-age=3");
        assertLifetime(Source.CDN_CACHE_CONTROL, 4000, CDN, "max-age=3, s-maxage=4");
        assertLifetime(
                Source.CDN_CACHE_CONTROL, 3000, CDN, "max-age=3", "Surrogate-Control", "max-age=5");
        assertLifetime(
                Source.SURROGATE_CONTROL, 5000, CC, "max-age=1", "Surrogate-Control", "max-age=5");
        assertLifetime(
                Source.MAX_AGE, 1000, CC, "max-age=1", "Surrogate-Control", "content=\"ESI/1.0\"");
        assertLifetime(Source.CDN_CACHE_CONTROL, 0, CDN, "max-age=0", "Expires", IN_A_MINUTE);
        assertLifetime(Source.NONE, 0, CDN, "foo", "Expires", IN_A_MINUTE);
    }

    @Test
    void expiresCountsFromDateOrFromReception() {
        assertLifetime(Source.EXPIRES, 60_000, "Expires", IN_A_MINUTE, "Date", NOW_DATE);
        assertLifetime(Source.EXPIRES, 60_000, "Expires", IN_A_MINUTE);
        assertLifetime(Source.EXPIRES, 60_000, "Expires", IN_A_MINUTE, "Date", "foo");
        assertLifetime(
                Source.EXPIRES,
                50_000,
                "Expires",
                IN_A_MINUTE,
                "Date",
                HttpDate.format(NOW + 10_000));
        assertLifetime(Source.EXPIRES, 0, "Expires", NOW_DATE, "Date", IN_A_MINUTE);
        assertLifetime(Source.EXPIRES, 0, "Expires", "0");
        assertLifetime(Source.EXPIRES, 0, "Expires", IN_A_MINUTE, "Expires", IN_A_MINUTE);
    }

    @Test
    void aHeuristicTakesATenthUpToItsCap() {
        String dayAgo = HttpDate.format(NOW - 86_400_000);
        assertLifetime(Source.HEURISTIC, 8_640_000, "Last-Modified", dayAgo, "Date", NOW_DATE);
        assertLifetime(Source.HEURISTIC, 8_640_000, "Last-Modified", dayAgo);
        String tenDaysAgo = HttpDate.format(NOW - 864_000_000);
        assertLifetime(Source.HEURISTIC, 86_400_000, "Last-Modified", tenDaysAgo);
        String elevenDaysAgo = HttpDate.format(NOW - 950_400_000);
        assertLifetime(Source.HEURISTIC, 86_400_000, "Last-Modified", elevenDaysAgo);
        assertLifetime(Source.HEURISTIC, 0, "Last-Modified", IN_A_MINUTE);
        assertLifetime(Source.HEURISTIC, 0, "Last-Modified", "foo");
        assertLifetime(
                Source.NONE,
                0,
                FreshnessLifetime.of(
                        response(599, "Last-Modified", dayAgo), CacheRules.DEFAULT, NOW));
        assertLifetime(
                Source.HEURISTIC,
                8_640_000,
                FreshnessLifetime.of(
                        response(599, "Last-Modified", dayAgo, CC, "public"),
                        CacheRules.DEFAULT,
                        NOW));
        assertLifetime(Source.NONE, 0, "ETag", "\"a\"");
    }

    @Test
    void rulesComeBeforeTheResponse() {
        CacheRules rules =
                CacheRules.DEFAULT.toBuilder()
                        .ttlMillis(7000)
                        .ttlByStatusMillis(Map.of(404, 0L, 200, 8000L))
                        .build();
        ResponseHead plain = response(301, CC, "max-age=1");
        assertLifetime(Source.RULE, 7000, FreshnessLifetime.of(plain, rules, NOW));
        assertLifetime(Source.RULE, 8000, FreshnessLifetime.of(ok(CC, "max-age=1"), rules, NOW));
        assertLifetime(
                Source.RULE, 0, FreshnessLifetime.of(response(404, CC, "max-age=1"), rules, NOW));
        assertLifetime(
                Source.MAX_AGE,
                1000,
                FreshnessLifetime.of(response(410, CC, "max-age=1"), rules, NOW));
        Freshness shared = FreshnessLifetime.of(ok(CC, "s-maxage=1"), rules, NOW);
        assertFalse(shared.mustRevalidate());
    }

    @Test
    void theDefaultIsForResponsesWithNeitherFreshnessNorValidator() {
        CacheRules rules = CacheRules.DEFAULT.toBuilder().defaultTtlMillis(9000).build();
        assertLifetime(Source.DEFAULT_TTL, 9000, FreshnessLifetime.of(ok(), rules, NOW));
        assertLifetime(Source.NONE, 0, FreshnessLifetime.of(ok("ETag", "\"a\""), rules, NOW));
        assertLifetime(Source.MAX_AGE, 0, FreshnessLifetime.of(ok(CC, "max-age=x"), rules, NOW));
        assertLifetime(Source.NONE, 0, FreshnessLifetime.of(response(500), rules, NOW));
    }

    @Test
    void windowsForStaleResponsesComeFromTheResponseElseFromTheRules() {
        Freshness said = of(CC, "max-age=1, stale-while-revalidate=30, stale-if-error=60");
        assertEquals(30_000, said.staleWhileRevalidateMillis());
        assertEquals(60_000, said.staleIfErrorMillis());
        Freshness unsaid = of(CC, "max-age=1");
        assertEquals(0, unsaid.staleWhileRevalidateMillis());
        assertEquals(3_600_000, unsaid.staleIfErrorMillis());
        assertEquals(30_000, of("Surrogate-Control", "max-age=1+30").staleWhileRevalidateMillis());
        assertEquals(0, of(CC, "max-age=1, stale-if-error=0").staleIfErrorMillis());
    }

    @Test
    void forbiddenStalenessHasNoWindows() {
        for (String forbidding :
                new String[] {"must-revalidate", "proxy-revalidate", "s-maxage=1"}) {
            Freshness freshness =
                    of(CC, "max-age=1, stale-while-revalidate=9, stale-if-error=9, " + forbidding);
            assertTrue(freshness.mustRevalidate());
            assertEquals(0, freshness.staleWhileRevalidateMillis());
            assertEquals(0, freshness.staleIfErrorMillis());
        }
        Freshness noCache = of(CC, "max-age=1, no-cache, stale-if-error=9", "ETag", "\"a\"");
        assertTrue(noCache.alwaysRevalidate());
        assertEquals(0, noCache.staleIfErrorMillis());
        assertTrue(of(CC, "max-age=1, immutable").immutable());
    }

    @Property
    void lifetimesAreNeverNegative(@ForAll long now, @ForAll long expires, @ForAll long date) {
        ResponseHead head =
                ok(
                        "Expires", HttpDate.format(expires),
                        "Date", HttpDate.format(date),
                        "Last-Modified", HttpDate.format(now));
        assertTrue(FreshnessLifetime.of(head, CacheRules.DEFAULT, now).lifetimeMillis() >= 0);
        ResponseHead heuristic = ok("Last-Modified", HttpDate.format(date));
        long lifetime = FreshnessLifetime.of(heuristic, CacheRules.DEFAULT, now).lifetimeMillis();
        assertTrue(lifetime >= 0 && lifetime <= 86_400_000);
        ResponseHead bare = ok("Expires", HttpDate.format(expires));
        assertTrue(FreshnessLifetime.of(bare, CacheRules.DEFAULT, now).lifetimeMillis() >= 0);
    }
}

package dev.skerry.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.CacheSettings;
import dev.skerry.config.CacheSettings.ClientCacheControl;
import dev.skerry.config.CompressSettings;
import dev.skerry.config.CompressSettings.Coding;
import dev.skerry.config.FieldEdits;
import dev.skerry.config.Origin;
import dev.skerry.config.QueryPolicy;
import dev.skerry.config.Rule;
import dev.skerry.config.Rule.Action.Denying;
import dev.skerry.config.Rule.Action.Redirecting;
import dev.skerry.config.Site;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ObjectShape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Users write these names and rely on these values: a change here is a change for them. */
class DefaultsTest {
    @Test
    void theNamesOfAllKeysAreFixed() {
        assertEquals(
                "site hosts origins balance preserve-host allow-origin-fallback on-control-loss disk"
                        + " defaults rules",
                names(SiteKeys.DOCUMENT.keys()));
        assertEquals(
                "match cache pass compress request-fields response-fields redirect deny tags",
                names(RuleKeys.RULE.keys()));
        assertEquals("path method header query country", names(RuleKeys.MATCH));
        assertEquals(
                "ttl status-ttl default-ttl stale-while-revalidate stale-if-error query"
                        + " query-remove vary-cap hit-for-miss client-cache-control select-language",
                names(CacheKeys.ALL));
        assertEquals("remove set add", names(RuleKeys.REQUEST_FIELDS));
        assertEquals(
                "codings gzip-level br-level zstd-level min-size max-size types",
                names(CompressKeys.SETTINGS.keys()));
        assertEquals("to status keep-query", names(RuleKeys.REDIRECT));
        assertEquals("status", names(RuleKeys.DENY));
        assertEquals("connect first-byte between-bytes total", names(SiteKeys.TIMEOUTS));
    }

    @Test
    void aSiteThatSaysTheLeastHasTheseSettings() {
        Site site = site("");
        Origin origin = site.origins().getFirst();
        assertEquals(1, origin.weight());
        assertEquals(1000, origin.maxConnections());
        assertEquals(Duration.ofSeconds(3), origin.timeouts().connect());
        assertEquals(Duration.ofSeconds(30), origin.timeouts().firstByte());
        assertEquals(Duration.ofSeconds(30), origin.timeouts().betweenBytes());
        assertEquals(Duration.ZERO, origin.timeouts().total());
        assertEquals(Site.Balance.WEIGHTED, site.balance());
        assertFalse(site.preserveHost());
        assertFalse(site.allowOriginFallback());
        assertEquals(Site.OnControlLoss.SERVE, site.onControlLoss());
        assertEquals(List.of(), site.rules());
        assertEquals(Rule.otherwise(CacheSettings.DEFAULTS), site.otherwise());
    }

    @Test
    void theCacheDefaultsAreFixed() {
        CacheSettings cache = site("").otherwise().cache();
        assertNull(cache.ttl());
        assertEquals(Map.of(), cache.statusTtl());
        assertNull(cache.defaultTtl());
        assertEquals(Duration.ZERO, cache.staleWhileRevalidate());
        assertEquals(Duration.ofHours(1), cache.staleIfError());
        assertEquals(QueryPolicy.ALL, cache.query());
        assertEquals(64, cache.varyCap());
        assertEquals(Duration.ofMinutes(2), cache.hitForMiss());
        assertEquals(ClientCacheControl.IGNORE, cache.clientCacheControl());
    }

    @Test
    void theDefaultsOfCompressionAreFixed() {
        CompressSettings compress = site("").otherwise().compress();
        assertEquals(List.of(Coding.BR, Coding.ZSTD, Coding.GZIP), compress.codings());
        assertEquals(6, compress.gzipLevel());
        assertEquals(5, compress.brLevel());
        assertEquals(3, compress.zstdLevel());
        assertEquals(1024, compress.minSize());
        assertEquals(16 << 20, compress.maxSize());
        assertTrue(compress.types().stream().anyMatch(type -> type.matches("text/html")));
        assertTrue(compress.types().stream().anyMatch(type -> type.matches("image/svg+xml")));
        assertTrue(compress.types().stream().noneMatch(type -> type.matches("image/png")));
    }

    @Test
    void aRulesCompressionGoesBeforeTheSites() {
        Site site =
                site(
                        """
                        defaults: {compress: {br-level: 7, min-size: 2k}}
                        rules:
                          - {match: {path: /a}, compress: {br-level: 9}}
                          - {match: {path: /b}, compress: false}
                          - {match: {path: /c}, compress: true}
                          - {match: {path: /d}}
                        """);
        List<CompressSettings> all = site.rules().stream().map(Rule::compress).toList();
        assertEquals(List.of(9, 7, 7, 7), all.stream().map(CompressSettings::brLevel).toList());
        assertTrue(all.stream().allMatch(compress -> compress.minSize() == 2048));
        assertEquals(List.of(), all.get(1).codings());
        assertEquals(3, all.get(2).codings().size());
    }

    @Test
    void aRuleThatSaysNothingDoesNothing() {
        Rule rule = site("rules: [{match: {}}]").rules().getFirst();
        assertFalse(rule.pass());
        assertNull(rule.action());
        assertEquals(FieldEdits.NONE, rule.requestFields());
        assertEquals(FieldEdits.NONE, rule.responseFields());
        assertEquals(List.of(), rule.tags());
        assertEquals(CacheSettings.DEFAULTS, rule.cache());
    }

    @Test
    void redirectsAreFoundAndRefusalsForbiddenUnlessTheySayOtherwise() {
        List<Rule> rules =
                site("rules: [{match: {path: /a}, redirect: {to: /b}}, {match: {}, deny: {}}]")
                        .rules();
        assertTrue(
                rules.get(0).action() instanceof Redirecting(var redirect)
                        && redirect.status() == 302
                        && redirect.keepQuery());
        assertEquals(new Denying(403), rules.get(1).action());
    }

    private static Site site(String rest) {
        String yaml = "site: s\nhosts: a\norigins: [{url: \"http://o\"}]\n" + rest;
        Loaded loaded = ConfigLoader.parse("f.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        assertTrue(loaded.isValid(), () -> loaded.problems().toString());
        return loaded.sites().getFirst();
    }

    private static String names(Key<?> key) {
        return names(((ObjectShape) key.shape()).keys());
    }

    private static String names(List<Key<?>> keys) {
        return String.join(" ", keys.stream().<String>map(Key::name).toList());
    }
}

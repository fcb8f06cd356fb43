package dev.skerry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.Rule.Action.Redirecting;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompiledSiteTest {
    @Test
    void theFirstRuleThatMatchesDecides() {
        CompiledSite site =
                site(
                        """
                        rules:
                          - match: {path: "/a/b/**"}
                          - match: {path: "/a/**"}
                        """);
        assertEquals(0, match(site, "GET", "/a/b/c"));
        assertEquals(1, match(site, "GET", "/a/c"));
        assertEquals(-1, match(site, "GET", "/b"));
        assertEquals(1, match(site, "GET", "/a/?/a/b/c"));
    }

    @Test
    void aSiteWithoutRulesGivesItsDefaults() {
        CompiledSite site = site("defaults: {ttl: 5m}");
        Rule rule = site.match("GET", "/", name -> null, null);
        assertEquals(-1, rule.index());
        assertEquals(java.time.Duration.ofMinutes(5), rule.cache().ttl());
    }

    @Test
    void allConditionsOfARuleMustHold() {
        CompiledSite site =
                site(
                        """
                        rules:
                          - match:
                              path: "/p"
                              method: [GET, HEAD]
                              header: {X-A: true, X-B: false, X-C: ["v1*", "v2"]}
                              query: {q: "x*", debug: false}
                              country: [de]
                        """);
        assertTrue(site.asksCountry());
        Map<String, String> fields = Map.of("x-a", "", "x-c", "v1.5");
        assertEquals(0, match(site, "HEAD", "/p?q=xy", fields, "DE"));
        assertEquals(0, match(site, "GET", "/p?q=no&q=xy", fields, "DE"));
        assertEquals(-1, match(site, "POST", "/p?q=xy", fields, "DE"));
        assertEquals(-1, match(site, "GET", "/p?q=y", fields, "DE"));
        assertEquals(-1, match(site, "GET", "/p", fields, "DE"));
        assertEquals(-1, match(site, "GET", "/p?q=x&debug", fields, "DE"));
        assertEquals(-1, match(site, "GET", "/p?q=x", fields, "FR"));
        assertEquals(-1, match(site, "GET", "/p?q=x", fields, null));
        assertEquals(-1, match(site, "GET", "/p?q=x", Map.of("x-c", "v2"), "DE"));
        assertEquals(-1, match(site, "GET", "/p?q=x", Map.of("x-a", "", "x-c", "v3"), "DE"));
        assertEquals(
                -1, match(site, "GET", "/p?q=x", Map.of("x-a", "", "x-c", "v2", "x-b", ""), "DE"));
    }

    @Test
    void anEncodedPathMeetsTheRuleOfItsPlainSpelling() {
        CompiledSite site = site("rules: [{match: {path: \"/admin/**\"}, deny: {}}]");
        assertEquals(0, match(site, "GET", "/%61dmin/x?y"));
        assertEquals(-1, match(site, "GET", "/admin%2Fx"));
    }

    @Test
    void aRedirectFillsItsPlaceholdersAndKeepsTheQuery() {
        assertEquals("/neu/a/b?x=1", location("/old/**", "/neu/{rest}", "/old/a/b?x=1"));
        assertEquals(
                "https://shop.example/de/a?l=de&x=1",
                location("/old/**", "https://shop.example/de/{rest}?l=de", "/old/a?x=1"));
        assertEquals(
                "https://h.example:1/old/a", location("/**", "https://{host}{path}", "/old/a"));
    }

    @Test
    void aRedirectNeverLeadsToAHostThatTheClientChose() {
        assertEquals("/evil.example/", location("/old/**", "/{rest}", "/old//evil.example/"));
        assertEquals("/evil.example", location("/**", "{path}", "//evil.example"));
        assertEquals(
                "/{host}",
                location("/old/**", "/{rest}", "/old/%7Bhost%7D")
                        .replace("%7B", "{")
                        .replace("%7D", "}"));
    }

    @Test
    void aRedirectMayDropTheQuery() {
        CompiledSite site =
                site("rules: [{match: {path: /a}, redirect: {to: /b, keep-query: false}}]");
        assertEquals("/b", location(site, "/a?x=1"));
    }

    @Test
    void aRulesSettingsOverlayTheDefaults() {
        CompiledSite site =
                site(
                        """
                        defaults:
                          ttl: 1m
                          stale-if-error: 2h
                          tags: [all]
                          response-fields: {set: {A: "1", B: "1"}, remove: [C]}
                        rules:
                          - match: {path: /x}
                            cache: {ttl: 1d}
                            tags: [x]
                            response-fields: {set: {b: "2"}, add: {D: ["3", "4"]}}
                        """);
        Rule rule = site.match("GET", "/x", name -> null, null);
        assertEquals(java.time.Duration.ofDays(1), rule.cache().ttl());
        assertEquals(java.time.Duration.ofHours(2), rule.cache().staleIfError());
        assertEquals(List.of("all", "x"), rule.tags());
        assertEquals(List.of("C"), rule.responseFields().remove());
        assertEquals(
                List.of(new FieldEdits.Line("A", "1"), new FieldEdits.Line("b", "2")),
                rule.responseFields().set());
        assertEquals(
                List.of(new FieldEdits.Line("D", "3"), new FieldEdits.Line("D", "4")),
                rule.responseFields().add());
    }

    @Test
    void theTtlOfAStatusGoesBeforeThatOfItsClassBeforeTheRules() {
        CacheSettings cache =
                site("defaults: {ttl: 1d, status-ttl: {404: 10s, 4xx: 1s, 5xx: 0s}}")
                        .site()
                        .otherwise()
                        .cache();
        assertEquals(java.time.Duration.ofSeconds(10), cache.ttlFor(404));
        assertEquals(java.time.Duration.ofSeconds(1), cache.ttlFor(410));
        assertEquals(java.time.Duration.ZERO, cache.ttlFor(503));
        assertEquals(java.time.Duration.ofDays(1), cache.ttlFor(200));
        assertEquals(null, cache.ttlFor(302));
    }

    @Test
    void anOriginsUrlIsTakenApart() {
        Origin origin = Origin.of("HTTPS://Origin.Example/base/");
        assertEquals("https", origin.scheme());
        assertEquals("origin.example", origin.host());
        assertEquals(443, origin.port());
        assertEquals("/base", origin.basePath());
        assertEquals("origin.example", origin.authority());
        assertEquals("[::1]:8080", Origin.of("http://[::1]:8080").authority());
        assertFalse(Origin.of("http://a").isTls());
    }

    private static String location(String path, String to, String target) {
        CompiledSite site =
                site(
                        "rules: [{match: {path: \"%s\"}, redirect: {to: \"%s\"}}]"
                                .formatted(path, to));
        return location(site, target);
    }

    private static String location(CompiledSite site, String target) {
        Rule rule = site.match("GET", target, name -> null, null);
        if (rule.action() instanceof Redirecting(Redirect redirect)) {
            return CompiledSite.location(rule, redirect, target, "h.example:1");
        }
        throw new AssertionError("no redirect for " + target);
    }

    private static int match(CompiledSite site, String method, String target) {
        return match(site, method, target, Map.of(), null);
    }

    private static int match(
            CompiledSite site,
            String method,
            String target,
            Map<String, String> fields,
            @Nullable String country) {
        return site.match(method, target, n -> fields.get(n.toLowerCase(Locale.ROOT)), country)
                .index();
    }

    private static CompiledSite site(String rest) {
        String yaml = "site: s\nhosts: [\"*\"]\norigins: [{url: \"http://o\"}]\n" + rest;
        Loaded loaded = ConfigLoader.parse("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        assertTrue(loaded.isValid(), () -> loaded.problems().toString());
        return new CompiledSite(loaded.sites().getFirst());
    }
}

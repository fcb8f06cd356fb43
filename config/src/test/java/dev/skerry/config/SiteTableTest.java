package dev.skerry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SiteTableTest {
    @Test
    void theExactHostGoesBeforeTheLongestWildcardBeforeAny() {
        SiteTable table =
                new SiteTable(
                        List.of(
                                site("any", "*"),
                                site("below", "*.shop.example"),
                                site("deep", "*.de.shop.example"),
                                site("exact", "www.shop.example")));
        assertEquals("exact", name(table.find("www.shop.example")));
        assertEquals("below", name(table.find("img.shop.example")));
        assertEquals("below", name(table.find("a.b.shop.example")));
        assertEquals("deep", name(table.find("www.de.shop.example")));
        assertEquals("below", name(table.find("de.shop.example")));
        assertEquals("any", name(table.find("shop.example")));
        assertEquals("any", name(table.find("")));
    }

    @Test
    void caseAndPortAndFinalDotDoNotCount() {
        SiteTable table = new SiteTable(List.of(site("a", "www.shop.example", "[::1]")));
        assertEquals("a", name(table.find("WWW.Shop.Example")));
        assertEquals("a", name(table.find("www.shop.example:8081")));
        assertEquals("a", name(table.find("www.shop.example.")));
        assertEquals("a", name(table.find("www.shop.example.:80")));
        assertEquals("a", name(table.find("[::1]")));
        assertEquals("a", name(table.find("[::1]:8081")));
    }

    @Test
    void aHostOfNoSiteFindsNone() {
        SiteTable table = new SiteTable(List.of(site("a", "*.shop.example")));
        assertNull(table.find("shop.example"));
        assertNull(table.find(".shop.example"));
        assertNull(table.find("xshop.example"));
        assertNull(table.find(""));
        assertNull(new SiteTable(List.of()).find("a"));
    }

    @Test
    void thousandsOfHostsAreAllFound() {
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            sites.add(site("s" + i, "h" + i + ".example", "*.h" + i + ".example"));
        }
        SiteTable table = new SiteTable(sites);
        for (int i = 0; i < 3000; i++) {
            assertEquals("s" + i, name(table.find("h" + i + ".example")));
            assertEquals("s" + i, name(table.find("x.h" + i + ".EXAMPLE:1")));
        }
        assertNull(table.find("h3000.example"));
    }

    @Test
    void hostsThatAreNoneAreRefused() {
        for (String host :
                List.of(
                        "",
                        "*.",
                        "a..b",
                        "http://a",
                        "a:80",
                        "a/b",
                        "*a.b",
                        "a.*",
                        "ä.de",
                        "a b")) {
            assertThrows(IllegalArgumentException.class, () -> HostPattern.of(host), host);
        }
        assertEquals("*.a.example", HostPattern.of("*.A.example").toString());
        String label = "a".repeat(63);
        assertEquals(label, HostPattern.of(label).name());
        assertThrows(IllegalArgumentException.class, () -> HostPattern.of(label + "a"));
    }

    private static Site site(String name, String... hosts) {
        return new Site(
                name,
                List.of(hosts).stream().map(HostPattern::of).toList(),
                List.of(),
                Site.Balance.WEIGHTED,
                false,
                false,
                Site.OnControlLoss.SERVE,
                DiskShare.ANY,
                List.of(),
                Rule.otherwise(CacheSettings.DEFAULTS));
    }

    private static @Nullable String name(@Nullable CompiledSite site) {
        return site == null ? null : site.site().name();
    }
}

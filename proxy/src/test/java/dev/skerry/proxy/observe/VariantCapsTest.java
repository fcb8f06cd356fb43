package dev.skerry.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.net.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VariantCapsTest {
    private final Metrics metrics = new Metrics();
    private final List<String> lines = new ArrayList<>();
    private long now;
    private final VariantCaps caps = new VariantCaps(metrics, () -> now, lines::add);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void aKeyIsNamedOnceAnHourAndCountedAlways() {
        for (int i = 0; i < 1000; i++) {
            reached(1);
        }
        assertEquals(1, lines.size());
        assertTrue(
                lines.getFirst().startsWith("site shop: http://shop.example/1 has"),
                lines::toString);
        assertTrue(
                metrics.scrape().contains("skerry_cache_vary_cap_total{site=\"shop\",} 1000.0"),
                metrics::scrape);

        now += 3_599_999;
        reached(1);
        assertEquals(1, lines.size());
        now += 1;
        reached(1);
        assertEquals(2, lines.size());
    }

    @Test
    void tenKeysAMinuteAreNamedAndOthersLater() {
        for (int key = 0; key < 11; key++) {
            reached(key);
        }
        assertEquals(10, lines.size());

        now += 59_999;
        reached(10);
        assertEquals(10, lines.size());
        now += 1;
        reached(10);
        assertEquals(11, lines.size());
    }

    @Test
    void aLongUrlIsCut() {
        caps.reached("shop", new CacheKey(1, 1), "http://shop.example/" + "x".repeat(20_000));

        assertTrue(lines.getFirst().length() < 1000, lines::toString);
    }

    private void reached(int key) {
        caps.reached("shop", new CacheKey(key, key), "http://shop.example/" + key);
    }
}

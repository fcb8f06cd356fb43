package dev.skerry.proxy.observe;

import dev.skerry.cache.engine.VariantCapListener;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.net.metrics.Counter;
import dev.skerry.net.metrics.Family;
import dev.skerry.net.metrics.Metrics;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts responses that took the place of another variant because their key has as many as it may
 * hold, and names such keys to the operator: a Vary on what differs from client to client empties
 * the cache of everything it is said about.
 */
public final class VariantCaps implements VariantCapListener {
    private static final int LONGEST_URL = 512;

    private final Family<Counter> reached;
    private final SeldomKeys told = new SeldomKeys();
    private final LongSupplier monotonicMillis;
    private final Consumer<String> log;

    /** {@code log} takes one line, at most once an hour for a key and some times a minute. */
    public VariantCaps(Metrics metrics, LongSupplier monotonicMillis, Consumer<String> log) {
        this.reached =
                metrics.counters(
                        "skerry_cache_vary_cap_total",
                        "Responses that took the place of another variant, their key being full.",
                        "site");
        this.monotonicMillis = monotonicMillis;
        this.log = log;
    }

    /** Shows a site's figure before there is anything to count. */
    public void show(String site) {
        reached.with(site);
    }

    @Override
    public void reached(String site, CacheKey key, String url) {
        reached.with(site).increment();
        if (told.mayTell(key, monotonicMillis.getAsLong())) {
            log.accept(
                    "site "
                            + site
                            + ": "
                            + (url.length() <= LONGEST_URL ? url : url.substring(0, LONGEST_URL))
                            + " has more variants than vary-cap allows, so the oldest make room:"
                            + " see the Vary of its responses");
        }
    }
}

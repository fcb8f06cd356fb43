package dev.skerry.cache.engine;

import dev.skerry.cache.store.ResponseStore.PutResult;

/** Counts what became of the responses that came to be stored. */
final class PutCount {
    private final EngineCounters counters;
    private final VariantCapListener caps;

    PutCount(EngineCounters counters, VariantCapListener caps) {
        this.counters = counters;
        this.caps = caps;
    }

    void count(CacheRequest request, PutResult result) {
        counters.puts(result).increment();
        if (result == PutResult.STORED_AT_VARIANT_CAP) {
            String url = request.head().scheme() + "://" + request.host() + request.target();
            caps.reached(request.route().site(), request.key(), url);
        }
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.List;

/**
 * Under which keys the coded bodies of a response are stored: made of the response's key, what
 * selected the variant, and the coding. The next generation of a response so takes the place of the
 * last one's coded bodies. The response's key is a keyed hash, so nobody can aim what is mixed into
 * it here at another key.
 */
final class CodedKeys {
    private CodedKeys() {}

    /** The key of a coding of a stored response. */
    static CacheKey of(CacheKey key, StoredResponse response, ContentCoding coding) {
        List<String> vary = response.vary();
        return vary.isEmpty()
                ? derived(key, 0, coding)
                : of(key, vary, response.selecting(), coding);
    }

    /** The same for a response that is not stored yet. */
    static CacheKey of(CacheKey key, List<String> vary, FieldList selecting, ContentCoding coding) {
        long selector = vary.isEmpty() ? 0 : (31L * vary.hashCode() + selecting.hashCode()) << 3;
        return derived(key, selector, coding);
    }

    /** The key of one body among the generations of a coded response. */
    static CacheKey ofBody(CacheKey coded, long bodyId) {
        return new CacheKey(coded.high() ^ mix(bodyId), coded.low());
    }

    /** Removes a response and what was coded of it. */
    static void removeAll(ResponseStore store, CacheKey key, StoredResponse response) {
        if (StampFlags.has(response.flags(), StampFlags.CODABLE)) {
            for (ContentCoding coding : ContentCoding.values()) {
                CacheKey coded = of(key, response, coding);
                Variants found = store.find(coded);
                if (found != null) {
                    store.remove(coded, found.get(0));
                }
            }
        }
        store.remove(key, response);
    }

    private static CacheKey derived(CacheKey key, long selecting, ContentCoding coding) {
        long mixed = mix(selecting + coding.bit());
        return new CacheKey(key.high() ^ mixed, key.low() + mix(mixed));
    }

    /** The finaliser of SplitMix64: a bijection that spreads neighbours. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

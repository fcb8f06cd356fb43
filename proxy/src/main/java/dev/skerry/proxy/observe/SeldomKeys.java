package dev.skerry.proxy.observe;

import dev.skerry.cache.key.CacheKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which keys may be told of in the log: each once an hour as long as it is remembered, which the
 * last thousand are, and ten of them a minute.
 */
final class SeldomKeys {
    static final int REMEMBERED = 1000;
    static final int A_MINUTE = 10;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 3_600_000;

    private final LinkedHashMap<CacheKey, Long> told =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<CacheKey, Long> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private long minuteBegan;
    private int toldThisMinute;

    /** Whether the key may be told of now; if so, it counts as told. */
    synchronized boolean mayTell(CacheKey key, long nowMillis) {
        Long before = told.get(key);
        if (before != null && nowMillis - before < HOUR_MILLIS) {
            return false;
        }
        if (toldThisMinute == 0 || nowMillis - minuteBegan >= MINUTE_MILLIS) {
            minuteBegan = nowMillis;
            toldThisMinute = 0;
        }
        if (toldThisMinute == A_MINUTE) {
            return false;
        }
        toldThisMinute++;
        told.remove(key);
        told.put(key, nowMillis);
        return true;
    }
}

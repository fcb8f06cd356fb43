package dev.skerry.cache.engine;

import dev.skerry.cache.key.CacheKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fetches under way, by cache key. A key has one as a rule, and more when variants or purges
 * keep requests apart.
 */
final class FillTable {
    /**
     * As many fetches of one key are known to others, who look through all of them; what comes on
     * top, such as ranges that overlap with none, is fetched by itself.
     */
    static final int MOST_FILLS = 64;

    private final ConcurrentHashMap<CacheKey, List<Fill>> running = new ConcurrentHashMap<>();

    /** The key's fills: a list that never changes (a change puts another list in its place). */
    List<Fill> of(CacheKey key) {
        return running.getOrDefault(key, List.of());
    }

    /** Whether none may be entered beside these. */
    static boolean isFull(List<Fill> fills) {
        return fills.size() >= MOST_FILLS && fills.stream().noneMatch(Fill::isOutlived);
    }

    /**
     * Enters a fill, unless the key's fills have changed since {@code seen} was read: then the
     * caller looks again whether it can join one. So, of any number of requests that find nothing
     * to join, one leads. Those whose response is no longer fresh are forgotten, since nobody joins
     * them any more.
     */
    @SuppressWarnings("ReferenceEquality") // a change puts another list in place
    boolean enter(CacheKey key, List<Fill> seen, Fill fill) {
        boolean[] entered = new boolean[1];
        running.compute(
                key,
                (k, fills) -> {
                    if ((fills == null ? List.<Fill>of() : fills) != seen) {
                        return fills;
                    }
                    entered[0] = true;
                    List<Fill> more = new ArrayList<>(seen.size() + 1);
                    for (Fill other : seen) {
                        if (!other.isOutlived()) {
                            more.add(other);
                        }
                    }
                    more.add(fill);
                    return List.copyOf(more);
                });
        return entered[0];
    }

    void leave(CacheKey key, Fill fill) {
        running.computeIfPresent(
                key,
                (k, fills) -> {
                    List<Fill> rest = fills.stream().filter(other -> other != fill).toList();
                    return rest.isEmpty() ? null : rest;
                });
    }

    /** The number of keys being fetched. */
    int size() {
        return running.size();
    }
}

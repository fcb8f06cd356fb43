package dev.skerry.cache.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which responses are stored under which key: Caffeine decides what stays.
 *
 * <p>Who owns a reference. The mapping of a key owns one of each response in it. It is given back
 * exactly once, by whoever took the response out of the mapping:
 *
 * <ul>
 *   <li>{@code SIZE}: Caffeine calls the eviction listener inside the atomic removal, with the
 *       value that it removed.
 *   <li>{@code REPLACED} and {@code EXPLICIT} come only from this class: a {@link VariantChange} in
 *       {@code compute}, or {@code remove(key, value)}, which says whether it was this call that
 *       removed it. Caffeine does not call the eviction listener for them.
 *   <li>{@code EXPIRED} and {@code COLLECTED} cannot happen: no expiry, strong keys and values.
 * </ul>
 *
 * <p>Locks, outermost first: Caffeine's eviction lock, its map's bin, then that of the pool or of
 * the {@link Probation}.
 */
final class Mappings {
    private final Cache<CacheKey, Variants> cache;
    private final Policy.Eviction<CacheKey, Variants> eviction;
    private final LongAdder count = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final EvictedKeys evicted = new EvictedKeys();
    private volatile @Nullable Probation probation;

    /**
     * @param bytes that the responses may take from the pool
     */
    Mappings(long bytes) {
        cache =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumWeight(bytes / BlockPool.UNIT)
                        .weigher(Mappings::weigh)
                        .evictionListener(this::evicted)
                        .build();
        eviction = cache.policy().eviction().orElseThrow();
    }

    /** What is stored under a key; counts as a use. */
    @Nullable Variants find(CacheKey key) {
        return cache.getIfPresent(key);
    }

    /** Whether something is stored under a key; does not count as a use. */
    boolean has(CacheKey key) {
        return cache.asMap().containsKey(key);
    }

    /** Shows what is stored; does not count as a use. */
    void list(Listing listing) {
        for (Map.Entry<CacheKey, Variants> entry : cache.asMap().entrySet()) {
            if (!list(entry.getKey(), entry.getValue(), listing)) {
                return;
            }
        }
    }

    /** Shows what is stored until it is enough; does not count as a use. */
    void each(Predicate<StoredResponse> enough) {
        for (Variants variants : cache.asMap().values()) {
            for (MemoryResponse response : VariantChange.listOf(variants)) {
                if (response.retain()) {
                    try {
                        if (enough.test(response)) {
                            return;
                        }
                    } finally {
                        response.release();
                    }
                }
            }
        }
    }

    /** Shows what is stored under a key; does not count as a use. */
    void list(CacheKey key, Listing listing) {
        Variants variants = cache.policy().getIfPresentQuietly(key);
        if (variants != null) {
            list(key, variants, listing);
        }
    }

    private static boolean list(CacheKey key, Variants variants, Listing listing) {
        for (int i = 0; i < variants.count(); i++) {
            if (!isToGoOn(listing, key, (MemoryResponse) variants.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isToGoOn(Listing listing, CacheKey key, MemoryResponse response) {
        if (!response.retain()) {
            return true;
        }
        try {
            KeyName name = response.name();
            return name == null
                    || !listing.wants(name)
                    || listing.take(
                            new Listing.Entry(
                                    key,
                                    response.head(),
                                    response.bodyLength(),
                                    response.extents(),
                                    response.isUsed(),
                                    true,
                                    response.isBelow() ? "below" : null));
        } finally {
            response.release();
        }
    }

    /** The number of responses. */
    long count() {
        return count.sum();
    }

    /** Responses evicted for room since the start. */
    long evictions() {
        return evictions.sum();
    }

    /** Whether the key's responses made room for others not long ago. */
    boolean wasEvicted(CacheKey key) {
        return evicted.contains(key);
    }

    /** Makes a change; the caller gives back one reference of each response that it dropped. */
    void make(CacheKey key, VariantChange change) {
        Found below = change.below();
        if (below != null) {
            below.retain();
        }
        Probation running = probation;
        cache.asMap()
                .compute(
                        key,
                        (k, before) -> {
                            Variants now = change.apply(before);
                            if (running != null && now != null && change.stored()) {
                                // Here, because somebody else may evict it as soon as it is there.
                                running.enter(key, weigh(key, now));
                            }
                            return now;
                        });
        if (below != null && change.installed()) {
            count.add(below.responses().size());
        } else if (below != null) {
            below.release();
        }
        if (change.stored()) {
            count.increment();
            evicted.remove(key);
        }
        count.add(-change.dropped().size());
    }

    /**
     * Makes what was found below what is stored under a key, unless something is stored there
     * already.
     *
     * @param still whether what was found holds still, asked in the atomic section
     * @return what is stored now
     */
    @Nullable Variants install(CacheKey key, Found found, BooleanSupplier still) {
        Variants variants = found.variants();
        if (variants == null) {
            return find(key);
        }
        found.retain();
        Variants now =
                cache.asMap()
                        .compute(
                                key,
                                (k, before) ->
                                        before == null && still.getAsBoolean() ? variants : before);
        if (isSame(now, variants)) {
            count.add(variants.count());
            evicted.remove(key);
        } else {
            found.release();
        }
        return now;
    }

    /** From now on what is stored is on probation first; see {@link #review}. */
    void beginProbations() {
        probation = new Probation();
    }

    /**
     * Ends the probations that are over: what is not worth its room goes.
     *
     * @param kept what stays, has been used, and lies in memory alone
     */
    void review(BiConsumer<CacheKey, MemoryResponse> kept) {
        Probation running = probation;
        if (running == null) {
            return;
        }
        long maximum = eviction.getMaximum();
        CacheKey key = running.next(maximum);
        while (key != null) {
            Variants variants = cache.policy().getIfPresentQuietly(key);
            if (variants != null) {
                review(running, key, variants, maximum, kept);
            }
            key = running.next(maximum);
        }
    }

    private void review(
            Probation running,
            CacheKey key,
            Variants variants,
            long maximum,
            BiConsumer<CacheKey, MemoryResponse> kept) {
        List<MemoryResponse> held = VariantChange.listOf(variants);
        held.removeIf(each -> !each.retain());
        try {
            if (held.size() < variants.count()) {
                return; // it is being evicted
            }
            boolean used = held.stream().anyMatch(MemoryResponse::isUsed);
            long free = maximum - eviction.weightedSize().orElse(0);
            if (!running.stays(weigh(key, variants), used, free, maximum)) {
                evict(key, variants);
                return;
            }
            for (MemoryResponse each : held) {
                if (each.isUsed() && !each.isBelow()) {
                    kept.accept(key, each);
                }
            }
        } finally {
            held.forEach(MemoryResponse::release);
        }
    }

    /**
     * Evicts the coldest responses until they weigh so many bytes.
     *
     * @return how many keys
     */
    long evict(long bytes) {
        List<Map.Entry<CacheKey, Variants>> coldest =
                eviction.coldest(entries -> upTo(bytes / BlockPool.UNIT, entries));
        Probation running = probation;
        long removed = 0;
        for (Map.Entry<CacheKey, Variants> entry : coldest) {
            int weight = weigh(entry.getKey(), entry.getValue());
            if (evict(entry.getKey(), entry.getValue())) {
                removed++;
                if (running != null) {
                    running.evicted(weight);
                }
            }
        }
        return removed;
    }

    private boolean evict(CacheKey key, Variants variants) {
        boolean dropped = drop(key, variants);
        if (dropped) {
            evictions.add(variants.count());
            evicted.add(key);
        }
        return dropped;
    }

    /** Lets go what is stored under a key, if any body of it lies outside. */
    void dropOutside(CacheKey key) {
        Variants variants = cache.policy().getIfPresentQuietly(key);
        while (variants != null && liesOutside(variants)) {
            if (drop(key, variants)) {
                evicted.add(key);
                return;
            }
            variants = cache.policy().getIfPresentQuietly(key);
        }
    }

    private static boolean liesOutside(Variants variants) {
        for (int i = 0; i < variants.count(); i++) {
            if (variants.get(i).tier() != Tier.MEMORY) {
                return true;
            }
        }
        return false;
    }

    /** What lies in memory alone and may lie below: the hottest first, with a reference of each. */
    List<Map.Entry<CacheKey, MemoryResponse>> onlyHere() {
        return eviction.hottest(entries -> {
            List<Map.Entry<CacheKey, MemoryResponse>> found = new ArrayList<>();
            entries.forEach(entry -> {
                for (MemoryResponse each : VariantChange.listOf(entry.getValue())) {
                    if (each.retain()) {
                        if (each.isBelow() || each.name() == null) {
                            each.release();
                        } else {
                            found.add(Map.entry(entry.getKey(), each));
                        }
                    }
                }
            });
            return found;
        });
    }

    /** Lets the responses take so many bytes from the pool from now on. */
    void limit(long bytes) {
        eviction.setMaximum(Math.max(0, bytes) / BlockPool.UNIT);
    }

    /** Forgets everything. */
    void clear() {
        Probation running = probation;
        if (running != null) {
            running.clear();
        }
        cache.asMap().forEach(this::drop);
    }

    @SuppressWarnings("ReferenceEquality") // each change of a key puts another object in place
    private static boolean isSame(@Nullable Variants one, Variants other) {
        return one == other;
    }

    private static List<Map.Entry<CacheKey, Variants>> upTo(
            long weight, Stream<Policy.CacheEntry<CacheKey, Variants>> entries) {
        List<Map.Entry<CacheKey, Variants>> taken = new ArrayList<>();
        long left = weight;
        var iterator = entries.iterator();
        while (left > 0 && iterator.hasNext()) {
            Policy.CacheEntry<CacheKey, Variants> entry = iterator.next();
            taken.add(Map.entry(entry.getKey(), entry.getValue()));
            left -= entry.weight();
        }
        return taken;
    }

    private boolean drop(CacheKey key, Variants variants) {
        if (!cache.asMap().remove(key, variants)) {
            return false;
        }
        forget(variants);
        return true;
    }

    private void evicted(@Nullable CacheKey key, @Nullable Variants variants, RemovalCause cause) {
        if (key != null && variants != null) {
            Probation running = probation;
            if (running != null) {
                running.evicted(weigh(key, variants));
            }
            evicted.add(key);
            evictions.add(variants.count());
            forget(variants);
        }
    }

    private void forget(Variants variants) {
        count.add(-variants.count());
        for (int i = 0; i < variants.count(); i++) {
            variants.get(i).release();
        }
    }

    /** In units of the pool; what an entry takes of the heap is less than one. */
    private static int weigh(CacheKey key, Variants variants) {
        if (variants instanceof MemoryResponse one) {
            return (int) (one.footprint() / BlockPool.UNIT + 1);
        }
        Set<MemoryContent> bodies = Collections.newSetFromMap(new IdentityHashMap<>());
        long bytes = 0;
        for (MemoryResponse response : VariantChange.listOf(variants)) {
            bytes += response.headFootprint() + BlockPool.UNIT;
            if (bodies.add(response.body())) { // variants may share one
                bytes += response.body().footprint();
            }
        }
        return (int) (bytes / BlockPool.UNIT);
    }
}

package dev.skerry.cache.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.head.HeadCodec;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory tier: Caffeine decides what stays, a {@link BlockPool} holds the bytes.
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
 * <p>A lookup takes its own reference by compare-and-set, which fails from zero on; so a response
 * that is evicted between lookup and retain is a miss, and one that is being sent keeps its bytes.
 *
 * <p>Locks, outermost first: Caffeine's eviction lock, its map's bin, the pool's lock. A chunk
 * chain's lock comes before the pool's as well, and never together with Caffeine's.
 */
public final class MemoryStore implements ResponseStore {
    /** A sixteenth of the pool is for bodies in flight; half of that for windowed ones alone. */
    private static final int HEADROOM = 16;

    private static final int MAX_BLOCK = 1 << 20;

    private final BlockPool pool;
    private final MemoryLimits limits;
    private final LongSupplier nanoTime;
    private final Room room;
    private final Stitching stitching;
    private final Cache<CacheKey, Variants> cache;
    private final Policy.Eviction<CacheKey, Variants> eviction;
    private final AtomicLong bodyIds = new AtomicLong();
    private final LongAdder count = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final EvictedKeys evicted = new EvictedKeys();
    private volatile boolean closed;

    /**
     * @param pool not used by anybody else
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public MemoryStore(BlockPool pool, MemoryLimits limits, LongSupplier nanoTime) {
        this.pool = pool;
        this.limits = limits;
        this.nanoTime = nanoTime;
        long headroom = pool.capacity() / HEADROOM;
        room = new Room(pool, headroom / 2, this::evict);
        stitching = new Stitching(room, limits.maxObjectBytes());
        cache =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumWeight((pool.capacity() - headroom) / BlockPool.UNIT)
                        .weigher(MemoryStore::weigh)
                        .evictionListener(this::evicted)
                        .build();
        eviction = cache.policy().eviction().orElseThrow();
    }

    /**
     * A store with the default limits in a pool of its own.
     *
     * @param bytes the most bytes that it will ever use, at least 1 MiB; taken from the system as
     *     they are needed, within {@code -XX:MaxDirectMemorySize}
     */
    public static MemoryStore of(long bytes, LongSupplier nanoTime) {
        BlockPool pool = new BlockPool(bytes, MAX_BLOCK);
        return new MemoryStore(pool, MemoryLimits.forCapacity(pool.capacity()), nanoTime);
    }

    @Override
    public @Nullable Variants find(CacheKey key) {
        return cache.getIfPresent(key);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // each change of a key puts another object in place
    public boolean isCurrent(CacheKey key, @Nullable Variants seen) {
        return cache.getIfPresent(key) == seen;
    }

    @Override
    public boolean wasEvicted(CacheKey key) {
        return evicted.contains(key);
    }

    @Override
    public GrowingBody newBody(long expectedLength, boolean storable) {
        return new MemoryGrowingBody(
                room,
                limits,
                nanoTime,
                bodyIds.incrementAndGet(),
                expectedLength,
                storable && !closed);
    }

    @Override
    public PutResult put(CacheKey key, StoredHead head, GrowingBody body, int variantCap) {
        byte[] encoded = HeadCodec.encode(head);
        MemoryBody shared = closed || body.length() < 0 ? null : ours(body).share();
        if (shared == null) {
            return PutResult.NO_ROOM;
        }
        MemoryResponse response = response(encoded, stitching.inOnePiece(shared));
        if (response == null) {
            return PutResult.NO_ROOM;
        }
        return settle(
                key,
                response,
                VariantChange.put(response, Math.min(variantCap, limits.maxVariants())));
    }

    @Override
    public PutResult putPart(
            CacheKey key,
            StoredHead head,
            GrowingBody part,
            ContentRange place,
            @Nullable StoredResponse seen,
            boolean join,
            int variantCap) {
        byte[] encoded = HeadCodec.encode(head);
        MemoryBody shared = closed ? null : ours(part).share();
        if (shared == null) {
            return PutResult.NO_ROOM;
        }
        MemoryResponse base = (MemoryResponse) seen;
        MemoryContent content =
                stitching.over(base == null || !join ? null : base.body(), shared, place);
        MemoryResponse response = response(encoded, content);
        if (response == null) {
            return PutResult.NO_ROOM;
        }
        return settle(
                key,
                response,
                VariantChange.putPart(
                        base, response, join, Math.min(variantCap, limits.maxVariants())));
    }

    @Override
    public @Nullable StoredResponse freshen(CacheKey key, StoredResponse stored, StoredHead head) {
        MemoryResponse old = (MemoryResponse) stored;
        return withBodyOf(
                key,
                old,
                head,
                response -> VariantChange.exchange(old, response, limits.maxVariants()));
    }

    @Override
    public @Nullable StoredResponse share(
            CacheKey key, StoredResponse stored, StoredHead head, int variantCap) {
        int cap = Math.min(variantCap, limits.maxVariants());
        return withBodyOf(
                key, (MemoryResponse) stored, head, response -> VariantChange.put(response, cap));
    }

    private @Nullable StoredResponse withBodyOf(
            CacheKey key,
            MemoryResponse old,
            StoredHead head,
            Function<MemoryResponse, VariantChange> change) {
        byte[] encoded = HeadCodec.encode(head);
        old.body().retain();
        MemoryResponse response = response(encoded, old.body());
        if (response == null) {
            return null;
        }
        response.retain();
        VariantChange made = change.apply(response);
        make(key, made);
        if (!made.stored()) {
            response.release();
        }
        return response;
    }

    @Override
    public void remove(CacheKey key, StoredResponse stored) {
        make(key, VariantChange.remove((MemoryResponse) stored));
    }

    @Override
    public long count() {
        return count.sum();
    }

    @Override
    public long bytes() {
        return pool.bytesInUse();
    }

    @Override
    public long capacity() {
        return pool.capacity();
    }

    @Override
    public long evictions() {
        return evictions.sum();
    }

    /** Forgets everything; who holds a reference goes on reading. */
    @Override
    public void close() {
        closed = true;
        cache.asMap().forEach(this::drop);
    }

    private MemoryGrowingBody ours(GrowingBody body) {
        if (!(body instanceof MemoryGrowingBody grown) || !grown.isIn(pool)) {
            throw new IllegalArgumentException("a body of another store");
        }
        return grown;
    }

    private PutResult settle(CacheKey key, MemoryResponse response, VariantChange change) {
        make(key, change);
        if (!change.stored()) {
            response.release();
        }
        PutResult outcome = change.outcome();
        return outcome == null ? PutResult.NO_ROOM : outcome;
    }

    private void make(CacheKey key, VariantChange change) {
        cache.asMap().compute(key, (k, before) -> change.apply(before));
        if (change.stored()) {
            count.increment();
            evicted.remove(key);
        }
        count.add(-change.dropped().size());
        change.dropped().forEach(MemoryResponse::release);
    }

    /** A response with one reference, or null; the reference of the body is used up either way. */
    private @Nullable MemoryResponse response(byte[] head, MemoryContent body) {
        int block = head.length > pool.maxBlock() ? BlockPool.NONE : room.whole(head.length);
        if (block == BlockPool.NONE) {
            body.release(pool);
            return null;
        }
        pool.write(block, head);
        return new MemoryResponse(pool, block, body);
    }

    /**
     * Evicts the coldest responses until they weigh so many bytes.
     *
     * @return how many keys
     */
    private long evict(long bytes) {
        List<Map.Entry<CacheKey, Variants>> coldest =
                eviction.coldest(entries -> upTo(bytes / BlockPool.UNIT, entries));
        long removed = 0;
        for (Map.Entry<CacheKey, Variants> entry : coldest) {
            if (drop(entry.getKey(), entry.getValue())) {
                evictions.add(entry.getValue().count());
                evicted.add(entry.getKey());
                removed++;
            }
        }
        return removed;
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

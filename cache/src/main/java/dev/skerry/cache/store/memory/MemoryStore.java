package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.head.HeadCodec;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The memory tier: {@link Mappings} says what is stored where, a {@link BlockPool} holds the bytes.
 * Alone it is a whole store; a tier above it changes it by the methods that take what was {@link
 * Found} below.
 *
 * <p>A lookup takes its own reference by compare-and-set, which fails from zero on; so a response
 * that is evicted between lookup and retain is a miss, and one that is being sent keeps its bytes.
 *
 * <p>Locks, outermost first: those of {@link Mappings}, the pool's lock. A chunk chain's lock comes
 * before the pool's as well, and never together with Caffeine's.
 */
public final class MemoryStore implements ResponseStore {
    /** A sixteenth of the pool is for bodies in flight; half of that for windowed ones alone. */
    private static final int HEADROOM = 16;

    private static final int MAX_BLOCK = 1 << 20;

    /** The most bytes in memory of a response in parts, where there is a tier below. */
    private static final int MOST_IN_PARTS = 64 << 10;

    private final BlockPool pool;
    private final MemoryLimits limits;
    private final LongSupplier nanoTime;
    private final Room room;
    private final Inlet inlet;
    private final Stitching stitching;
    private final Mappings mappings;
    private final Found nothing;
    private final PoolMemory forOthers;
    private final AtomicLong bodyIds;
    private volatile boolean closed;

    /**
     * @param pool not used by anybody else
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public MemoryStore(BlockPool pool, MemoryLimits limits, LongSupplier nanoTime) {
        this(pool, limits, nanoTime, 0);
    }

    /**
     * @param bodiesBefore body ids up to this one may have been given out by stores before
     */
    public MemoryStore(
            BlockPool pool, MemoryLimits limits, LongSupplier nanoTime, long bodiesBefore) {
        this.pool = pool;
        this.limits = limits;
        this.nanoTime = nanoTime;
        long headroom = pool.capacity() / HEADROOM;
        mappings = new Mappings(pool.capacity() - headroom);
        room = new Room(pool, headroom / 2, mappings::evict);
        inlet = new Inlet(room);
        nothing = new Found(inlet);
        forOthers =
                new PoolMemory(room, taken -> mappings.limit(pool.capacity() - headroom - taken));
        stitching = new Stitching(room, limits.maxObjectBytes());
        bodyIds = new AtomicLong(bodiesBefore);
    }

    /**
     * A store with the default limits in a pool of its own.
     *
     * @param bytes the most bytes that it will ever use, at least 1 MiB; taken from the system as
     *     they are needed, within {@code -XX:MaxDirectMemorySize}
     */
    public static MemoryStore of(long bytes, LongSupplier nanoTime) {
        return of(bytes, nanoTime, 0);
    }

    /**
     * The same above a lower tier that outlives it.
     *
     * @param bodiesBefore body ids up to this one may have been given out by stores before
     */
    public static MemoryStore of(long bytes, LongSupplier nanoTime, long bodiesBefore) {
        BlockPool pool = new BlockPool(bytes, MAX_BLOCK);
        return new MemoryStore(
                pool, MemoryLimits.forCapacity(pool.capacity()), nanoTime, bodiesBefore);
    }

    @Override
    public @Nullable Variants find(CacheKey key) {
        return mappings.find(key);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // each change of a key puts another object in place
    public boolean isCurrent(CacheKey key, @Nullable Variants seen) {
        return mappings.find(key) == seen;
    }

    @Override
    public boolean wasEvicted(CacheKey key) {
        return mappings.wasEvicted(key);
    }

    @Override
    public GrowingBody newBody(long expectedLength, boolean storable) {
        return newBody(expectedLength, storable, null);
    }

    @Override
    public PutResult put(CacheKey key, StoredHead head, GrowingBody body, int variantCap) {
        return outcome(put(key, head, body, variantCap, nothing));
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
        return outcome(putPart(key, head, part, place, seen, join, variantCap, nothing));
    }

    @Override
    public @Nullable StoredResponse freshen(CacheKey key, StoredResponse stored, StoredHead head) {
        return response(freshen(key, stored, head, nothing));
    }

    @Override
    public @Nullable StoredResponse share(
            CacheKey key, StoredResponse stored, StoredHead head, int variantCap) {
        return response(share(key, stored, head, variantCap, nothing));
    }

    @Override
    public void remove(CacheKey key, StoredResponse stored) {
        removed(key, stored).close();
    }

    /** Whether something is stored under a key; does not count as a use. */
    public boolean has(CacheKey key) {
        return mappings.has(key);
    }

    @Override
    public void list(Listing listing) {
        mappings.list(listing);
    }

    @Override
    public void inMemory(Predicate<StoredResponse> enough) {
        mappings.each(enough);
    }

    @Override
    public void list(CacheKey key, Listing listing) {
        mappings.list(key, listing);
    }

    @Override
    public long count() {
        return mappings.count();
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
    public long maxObjectBytes() {
        return limits.maxObjectBytes();
    }

    @Override
    public long evictions() {
        return mappings.evictions();
    }

    /** Forgets everything; who holds a reference goes on reading. */
    @Override
    public void close() {
        closed = true;
        mappings.clear();
    }

    // ---- for a tier above: what lies below counts as stored where memory has nothing ----

    /** Memory of the same pool, for what is not a stored response. */
    public DirectMemory directMemory() {
        return forOthers;
    }

    /**
     * As {@link ResponseStore#newBody}.
     *
     * @param overflow where the body goes on if memory does not take it; null for nowhere
     */
    public GrowingBody newBody(long expectedLength, boolean storable, @Nullable Overflow overflow) {
        return new MemoryGrowingBody(
                room,
                limits,
                nanoTime,
                bodyIds.incrementAndGet(),
                expectedLength,
                storable && !closed,
                overflow);
    }

    /**
     * Waits until all of a body is written that goes down, so that a put of it need not wait. Not
     * to be called while a change of a key is being made.
     */
    public void settle(GrowingBody body) {
        ours(body).settle();
    }

    /**
     * The same for a part. One that leaves the response in parts goes down itself, if more than
     * {@value #MOST_IN_PARTS} bytes of it would be in memory: those are written anew with every
     * part that comes.
     *
     * @param base what it is laid over; null for nothing
     */
    public void settlePart(GrowingBody part, ContentRange place, @Nullable StoredResponse base) {
        MemoryGrowingBody body = ours(part);
        MemoryContent beside = base == null ? null : ((MemoryResponse) base).body();
        boolean completes =
                beside == null
                        ? place.to() - place.from() == place.length()
                        : beside.length() == place.length() && beside.lacksOnly(place);
        long inMemory = beside == null ? 0 : beside.bytesInMemory();
        body.settle();
        if (!completes && inMemory + body.written() > MOST_IN_PARTS) {
            body.copyDown();
        }
    }

    /** For what a look below will find. */
    public Found toBeFound() {
        return new Found(inlet);
    }

    /**
     * Makes what was found below what is stored under a key, unless something is stored there
     * already.
     *
     * @param still whether what was found holds still
     * @return what is stored now
     */
    public @Nullable Variants install(CacheKey key, Found found, BooleanSupplier still) {
        return closed ? null : mappings.install(key, found, still);
    }

    /**
     * From now on there is a tier below. What is stored is on probation first, since that tier has
     * what is not worth its room here: who makes changes calls {@link #review} afterwards.
     *
     * @param mostBytes that are stored of one response there
     */
    public void standAbove(long mostBytes) {
        stitching.mostBytes(mostBytes);
        mappings.beginProbations();
    }

    /**
     * Lets go what has been in memory for a while and is not worth its room. Not to be called while
     * a change of a key is being made.
     *
     * @param kept what stays instead, has been used, and lies in memory alone; it is held during
     *     the call
     */
    public void review(BiConsumer<CacheKey, MemoryResponse> kept) {
        mappings.review(kept);
    }

    /**
     * Lets go what is stored under a key, if any body of it lies below: the tier there has moved or
     * given up bytes, and their room is free when nobody holds them.
     */
    public void dropOutside(CacheKey key) {
        mappings.dropOutside(key);
    }

    /** Whether this very response is stored under the key. */
    public boolean isStored(CacheKey key, MemoryResponse response) {
        return VariantChange.listOf(mappings.find(key)).contains(response);
    }

    /**
     * Reads a body that lies below into memory, if it is whole, fits in a block, and there is room.
     * Waits for the device.
     */
    public void bringUp(CacheKey key, MemoryResponse response) throws IOException {
        MemoryResponse copy = closed ? null : inlet.inMemory(response);
        if (copy != null) {
            made(key, copy, in -> VariantChange.swap(response, in)).close();
        }
    }

    /** What lies in memory alone and has a name: the hottest first, with a reference of each. */
    public List<Map.Entry<CacheKey, MemoryResponse>> onlyHere() {
        return mappings.onlyHere();
    }

    /** Responses that were found below, and for whose head there was no room. */
    public long refused() {
        return inlet.refused();
    }

    /**
     * As {@link ResponseStore#put}.
     *
     * @param below what is stored if nothing is in memory; null when that is not known
     */
    public Changed put(
            CacheKey key,
            StoredHead head,
            GrowingBody body,
            int variantCap,
            @Nullable Found below) {
        byte[] encoded = HeadCodec.encode(head);
        Run shared = closed || body.length() < 0 ? null : ours(body).share();
        if (shared == null) {
            return Changed.noRoom();
        }
        int cap = cap(variantCap);
        return made(
                key,
                response(
                        encoded,
                        shared instanceof MemoryBody inMemory
                                ? stitching.inOnePiece(inMemory)
                                : shared),
                response -> VariantChange.put(response, cap, below));
    }

    /** As {@link ResponseStore#putPart}. */
    public Changed putPart(
            CacheKey key,
            StoredHead head,
            GrowingBody part,
            ContentRange place,
            @Nullable StoredResponse seen,
            boolean join,
            int variantCap,
            @Nullable Found below) {
        byte[] encoded = HeadCodec.encode(head);
        Run shared = closed ? null : ours(part).share();
        if (shared == null) {
            return Changed.noRoom();
        }
        MemoryResponse base = (MemoryResponse) seen;
        MemoryContent content =
                stitching.over(base == null || !join ? null : base.body(), shared, place);
        int cap = cap(variantCap);
        return made(
                key,
                response(encoded, content),
                response -> VariantChange.putPart(base, response, join, cap, below));
    }

    /** As {@link ResponseStore#freshen}. */
    public Changed freshen(
            CacheKey key, StoredResponse stored, StoredHead head, @Nullable Found below) {
        MemoryResponse old = (MemoryResponse) stored;
        return made(
                key,
                withBodyOf(old, head),
                response -> VariantChange.exchange(old, response, limits.maxVariants(), below));
    }

    /** As {@link ResponseStore#share}. */
    public Changed share(
            CacheKey key,
            StoredResponse stored,
            StoredHead head,
            int variantCap,
            @Nullable Found below) {
        int cap = cap(variantCap);
        return made(
                key,
                withBodyOf((MemoryResponse) stored, head),
                response -> VariantChange.put(response, cap, below));
    }

    /** As {@link ResponseStore#remove}. */
    public Changed removed(CacheKey key, StoredResponse stored) {
        VariantChange change = VariantChange.remove((MemoryResponse) stored);
        mappings.make(key, change);
        return Changed.of(change, null);
    }

    private static PutResult outcome(Changed changed) {
        try (changed) {
            return changed.outcome();
        }
    }

    private static @Nullable StoredResponse response(Changed changed) {
        try (changed) {
            MemoryResponse response = changed.response();
            if (response != null && !response.retain()) {
                throw new IllegalStateException("released while it was held");
            }
            return response;
        }
    }

    private int cap(int variantCap) {
        return Math.min(variantCap, limits.maxVariants());
    }

    private MemoryGrowingBody ours(GrowingBody body) {
        if (!(body instanceof MemoryGrowingBody grown) || !grown.isIn(pool)) {
            throw new IllegalArgumentException("a body of another store");
        }
        return grown;
    }

    private @Nullable MemoryResponse withBodyOf(MemoryResponse old, StoredHead head) {
        byte[] encoded = HeadCodec.encode(head);
        old.body().retain();
        return response(encoded, old.body());
    }

    private Changed made(
            CacheKey key,
            @Nullable MemoryResponse response,
            Function<MemoryResponse, VariantChange> change) {
        if (response == null) {
            return Changed.noRoom();
        }
        response.retain(); // the mapping's
        VariantChange made = change.apply(response);
        mappings.make(key, made);
        if (!made.stored()) {
            response.release();
        }
        return Changed.of(made, response);
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
}

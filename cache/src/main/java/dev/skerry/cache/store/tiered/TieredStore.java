package dev.skerry.cache.store.tiered;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.Looked;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.memory.Changed;
import dev.skerry.cache.store.memory.Found;
import dev.skerry.cache.store.memory.MemoryResponse;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.memory.Overflow;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Memory above a tier that is slower, larger, and outlives it.
 *
 * <p>What memory has under a key is what is stored there; what lies below counts when memory has
 * nothing. So a look below brings up all of a key's responses, and a change is made in memory, over
 * what lies below if memory has nothing, and then told below: there, what was replaced is written
 * anew or forgotten. A key's changes reach both tiers in one order ({@link Stripes}), and a look
 * that overlapped with one is not believed.
 *
 * <p>Where a look below brought up less than there is (a fault of the device, no room for a head, a
 * crowd of looks), a change is made over that: what memory then hides comes back when memory has
 * let the key go. It is stored truly, and may only be older than what it stands beside.
 *
 * <p>Responses without a name, made here of others, are in memory alone.
 */
public final class TieredStore implements ResponseStore {
    /** How often another change of the key may be first before one is given up. */
    private static final int MOST_TRIES = 16;

    private final MemoryStore memory;
    private final LowerTier lower;
    private final long maxObjectBytes;
    private final LongSupplier nanoTime;
    private final Stripes stripes = new Stripes();
    private final Uses uses;

    /**
     * Both tiers are this store's own from here on.
     *
     * @param maxObjectBytes the longest body that is stored below; that of memory, if that is more
     * @param executor runs what waits for the device, and nobody waits for: virtual threads
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public TieredStore(
            MemoryStore memory,
            LowerTier lower,
            long maxObjectBytes,
            Executor executor,
            LongSupplier nanoTime) {
        this.memory = memory;
        this.lower = lower;
        this.maxObjectBytes = Math.max(maxObjectBytes, memory.maxObjectBytes());
        this.nanoTime = nanoTime;
        this.uses = new Uses(memory, lower, stripes, executor);
        memory.standAbove(this.maxObjectBytes);
        lower.onLeft(memory::dropOutside);
    }

    @Override
    public @Nullable Variants find(CacheKey key) {
        return memory.find(key);
    }

    @Override
    public boolean load(CacheKey key, LoadListener listener) {
        if (!lower.mayHold(key)) {
            return false;
        }
        newLook(key).run(listener);
        return true;
    }

    @Override
    public Looked look(CacheKey key) {
        Variants above = memory.find(key);
        if (above != null || !lower.mayHold(key)) {
            return memory.look(key);
        }
        return newLook(key).waiting();
    }

    @Override
    public void used(CacheKey key, StoredResponse stored) {
        MemoryResponse response = (MemoryResponse) stored;
        if (!response.isSettled()) {
            uses.add(key, response);
        }
    }

    @Override
    public boolean isCurrent(CacheKey key, @Nullable Variants seen) {
        Variants now = memory.find(key);
        if (now == null) {
            return seen == null || liesBelow(key, seen);
        }
        return memory.isCurrent(key, seen)
                || (seen != null
                        && seen.count() == now.count()
                        && liesBelow(key, seen)
                        && liesBelow(key, now));
    }

    /** Whether each of these is what would be found below. */
    private boolean liesBelow(CacheKey key, Variants variants) {
        for (int i = 0; i < variants.count(); i++) {
            StoredResponse response = variants.get(i);
            if (!response.retain()) {
                return false;
            }
            boolean held = lower.holds(key, response);
            response.release();
            if (!held) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean wasEvicted(CacheKey key) {
        return memory.wasEvicted(key);
    }

    @Override
    public GrowingBody newBody(long expectedLength, boolean storable) {
        return memory.newBody(expectedLength, storable);
    }

    @Override
    public GrowingBody newBody(
            CacheKey key, KeyName name, long from, long expectedLength, boolean storable) {
        return memory.newBody(
                expectedLength,
                storable,
                new Overflow(
                        from, maxObjectBytes, () -> lower.spill(key, name, from, expectedLength)));
    }

    @Override
    public PutResult put(CacheKey key, StoredHead head, GrowingBody body, int variantCap) {
        if (head.name() == null) {
            return memory.put(key, head, body, variantCap);
        }
        memory.settle(body);
        try (Changed changed =
                change(key, head, below -> memory.put(key, head, body, variantCap, below))) {
            return changed.outcome();
        }
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
        memory.settlePart(part, place, join ? seen : null);
        try (Changed changed =
                change(
                        key,
                        head,
                        below ->
                                memory.putPart(
                                        key, head, part, place, seen, join, variantCap, below))) {
            return changed.outcome();
        }
    }

    @Override
    public @Nullable StoredResponse freshen(CacheKey key, StoredResponse stored, StoredHead head) {
        if (head.name() == null) {
            return memory.freshen(key, stored, head);
        }
        return response(change(key, head, below -> memory.freshen(key, stored, head, below)));
    }

    @Override
    public @Nullable StoredResponse share(
            CacheKey key, StoredResponse stored, StoredHead head, int variantCap) {
        return response(
                change(key, head, below -> memory.share(key, stored, head, variantCap, below)));
    }

    @Override
    public void remove(CacheKey key, StoredResponse stored) {
        StoredHead head = stored.head();
        if (head.name() == null) {
            memory.remove(key, stored);
            return;
        }
        Stripes.Stripe stripe = stripes.of(key);
        stripe.begin();
        try (Changed changed = memory.removed(key, stored)) {
            boolean wasAbove = !changed.dropped().isEmpty();
            if (wasAbove || lower.holds(key, stored)) {
                lower.remove(key, head);
            }
        } finally {
            stripe.end();
        }
    }

    @Override
    public void list(Listing listing) {
        Below below = new Below(memory, listing);
        memory.list(below.above());
        if (below.isToGoOn()) {
            lower.list(below);
        }
    }

    @Override
    public void inMemory(Predicate<StoredResponse> enough) {
        memory.inMemory(enough);
    }

    @Override
    public void list(CacheKey key, Listing listing) {
        memory.list(key, listing);
        lower.list(key, listing);
    }

    @Override
    public long count() {
        return memory.count();
    }

    @Override
    public long bytes() {
        return memory.bytes();
    }

    @Override
    public long capacity() {
        return memory.capacity();
    }

    @Override
    public long maxObjectBytes() {
        return maxObjectBytes;
    }

    @Override
    public long evictions() {
        return memory.evictions();
    }

    /** Writes down what lies in memory alone, for a few seconds at most, and closes both tiers. */
    @Override
    public void close() {
        new Parting(lower, nanoTime).write(memory.onlyHere());
        memory.close();
        lower.close();
    }

    private Look newLook(CacheKey key) {
        return new Look(memory, lower, key, stripes.of(key));
    }

    /**
     * Makes a change that stores a response, over what lies below if memory has nothing.
     *
     * @param head of the response
     * @param how makes the change in memory; given null where memory is to have something
     */
    private Changed change(CacheKey key, StoredHead head, Function<@Nullable Found, Changed> how) {
        for (int i = 0; i < MOST_TRIES; i++) {
            Look look = newLook(key);
            boolean above = memory.find(key) != null;
            try (Found below = above ? null : look.await()) {
                Changed changed = tryChange(key, head, look, below, how);
                if (changed != null) {
                    memory.review(uses::kept);
                    return changed;
                }
            }
        }
        return Changed.noRoom();
    }

    /** Null when another change came between, or memory has let the key go. */
    private @Nullable Changed tryChange(
            CacheKey key,
            StoredHead head,
            Look look,
            @Nullable Found below,
            Function<@Nullable Found, Changed> how) {
        Stripes.Stripe stripe = stripes.of(key);
        if (below == null) {
            stripe.begin();
        } else if (!stripe.beginIfUnchanged(look.before())) {
            return null;
        }
        try {
            Changed changed = how.apply(below);
            if (changed.incomplete()) {
                changed.close();
                return null;
            }
            tell(key, head, changed);
            MemoryResponse response = changed.response();
            if (response != null && response.hasLeft()) {
                // It was told of these bytes before it had them.
                memory.dropOutside(key);
            }
            return changed;
        } finally {
            stripe.end();
        }
    }

    /** Tells the lower tier what has changed in memory. */
    private void tell(CacheKey key, StoredHead head, Changed changed) {
        MemoryResponse response = changed.response();
        if (response == null || !changed.stored()) {
            return;
        }
        for (MemoryResponse dropped : changed.dropped()) {
            StoredHead gone = dropped.head();
            if (!gone.isSameVariant(head) && lower.mayHold(key)) {
                lower.remove(key, gone);
            }
        }
        boolean taken =
                lower.write(
                        key,
                        head,
                        response.bodyId(),
                        response.bodyLength(),
                        response.parts(),
                        response.isUsed());
        if (taken) {
            response.markBelow();
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
}

package dev.skerry.cache.store.tiered;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.Looked;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.ResponseStore.LoadListener;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.memory.Found;
import dev.skerry.cache.store.memory.MemoryStore;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A look below memory under one key. What it finds holds only if the key was not changed meanwhile;
 * otherwise it looks again, a few times.
 */
final class Look {
    private static final int MOST_TRIES = 4;

    private final MemoryStore memory;
    private final LowerTier lower;
    private final CacheKey key;
    private final Stripes.Stripe stripe;
    private Found found;
    private long before;
    private int tries;

    Look(MemoryStore memory, LowerTier lower, CacheKey key, Stripes.Stripe stripe) {
        this.memory = memory;
        this.lower = lower;
        this.key = key;
        this.stripe = stripe;
        this.found = memory.toBeFound();
    }

    /** Looks for a listener; see {@link LoadListener}. */
    void run(LoadListener listener) {
        do {
            prepare();
            if (lower.tryLoad(key, found) == LowerTier.Look.WOULD_WAIT) {
                listener.waits();
                lower.load(key, found, () -> loaded(listener));
                return;
            }
        } while (!deliver(listener));
    }

    /** On a thread of the lower tier. */
    private void loaded(LoadListener listener) {
        if (!deliver(listener)) {
            prepare();
            lower.load(key, found, () -> loaded(listener));
        }
    }

    /**
     * Looks for a thread that may wait.
     *
     * @return what is below and not in memory, which the caller closes
     */
    Found await() {
        prepare();
        if (lower.mayHold(key) && lower.tryLoad(key, found) == LowerTier.Look.WOULD_WAIT) {
            CountDownLatch done = new CountDownLatch(1);
            lower.load(key, found, done::countDown);
            awaitUninterruptibly(done);
        }
        return found;
    }

    /** Looks for a thread that may wait, and makes what is found what is stored in memory. */
    Looked waiting() {
        Variants now;
        do {
            await();
            now = install();
        } while (now == null && !stripe.isUnchanged(before) && tries < MOST_TRIES);
        return new Held(found, now);
    }

    private record Held(Found found, @Nullable Variants variants) implements Looked {
        @Override
        public void close() {
            found.close();
        }
    }

    /** For {@link Stripes.Stripe#beginIfUnchanged}. */
    long before() {
        return before;
    }

    private void prepare() {
        found.close();
        found = memory.toBeFound();
        before = stripe.changes();
        tries++;
    }

    private @Nullable Variants install() {
        Variants now = memory.install(key, found, () -> stripe.isUnchanged(before));
        if (found.hasLeft()) {
            // Memory may have been told of these bytes before it had them.
            memory.dropOutside(key);
        }
        return now;
    }

    /** Whether the listener has been told; if not, a change made what was found worthless. */
    private boolean deliver(LoadListener listener) {
        Variants now = install();
        if (now == null && !stripe.isUnchanged(before) && tries < MOST_TRIES) {
            return false;
        }
        try {
            listener.loaded(now);
        } finally {
            found.close();
        }
        return true;
    }

    /** What runs on the other thread writes into what is awaited, so there is no giving up. */
    private static void awaitUninterruptibly(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

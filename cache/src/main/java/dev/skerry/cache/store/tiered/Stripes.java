package dev.skerry.cache.store.tiered;

import dev.skerry.cache.key.CacheKey;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Orders the changes of a key, so that both tiers see them in one order, and tells a look below
 * whether it overlapped with one. Keys share a stripe; what that costs is a look more.
 */
final class Stripes {
    private static final int COUNT = 1024;

    private final Stripe[] stripes = new Stripe[COUNT];

    Stripes() {
        for (int i = 0; i < COUNT; i++) {
            stripes[i] = new Stripe();
        }
    }

    Stripe of(CacheKey key) {
        return stripes[(int) (key.low() ^ key.high() >>> 40) & (COUNT - 1)];
    }

    /**
     * The changes of some keys. Odd while one is being made. Nothing waits for a device, or for
     * another stripe, between {@link #begin} and {@link #end}.
     */
    static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicLong changes = new AtomicLong();

        /** To be asked before a look below, for {@link #isUnchanged}. */
        long changes() {
            return changes.get();
        }

        /**
         * Whether no change has begun or ended since, nor was one being made then. Asked where the
         * memory tier changes a key atomically, it speaks of that key's changes there as well.
         */
        boolean isUnchanged(long before) {
            return (before & 1) == 0 && changes.get() == before;
        }

        /**
         * Begins a change, if nothing has changed.
         *
         * @return whether it has begun; then {@link #end} must follow
         */
        boolean beginIfUnchanged(long before) {
            lock.lock();
            if (changes.get() != before) {
                lock.unlock();
                return false;
            }
            changes.incrementAndGet();
            return true;
        }

        /**
         * Begins a change, if no other one is being made.
         *
         * @return whether it has begun; then {@link #end} must follow
         */
        boolean tryBegin() {
            if (!lock.tryLock()) {
                return false;
            }
            changes.incrementAndGet();
            return true;
        }

        /** Begins a change. */
        void begin() {
            lock.lock();
            changes.incrementAndGet();
        }

        void end() {
            changes.incrementAndGet();
            lock.unlock();
        }
    }
}

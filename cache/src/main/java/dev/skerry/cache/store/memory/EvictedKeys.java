package dev.skerry.cache.store.memory;

import dev.skerry.cache.key.CacheKey;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The keys evicted last, half a megabyte of them: each has one place, and whoever comes there later
 * takes it. Thread-safe without locks; a race costs a memory.
 */
final class EvictedKeys {
    /** A power of two. */
    static final int PLACES = 1 << 16;

    private final AtomicLongArray places = new AtomicLongArray(PLACES);

    void add(CacheKey key) {
        places.setOpaque(place(key), key.high());
    }

    void remove(CacheKey key) {
        places.compareAndSet(place(key), key.high(), 0);
    }

    boolean contains(CacheKey key) {
        return key.high() != 0 && places.getOpaque(place(key)) == key.high();
    }

    private static int place(CacheKey key) {
        return (int) key.low() & (PLACES - 1);
    }
}

package dev.skerry.cache.store.tiered;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.memory.MemoryStore;

/** Shows of a lower tier what memory does not hide. */
final class Below implements Listing {
    private final MemoryStore memory;
    private final Listing listing;
    private boolean enough;

    Below(MemoryStore memory, Listing listing) {
        this.memory = memory;
        this.listing = listing;
    }

    /** Sees what is in memory, first. */
    Listing above() {
        return new Listing() {
            @Override
            public boolean wants(KeyName name) {
                return listing.wants(name);
            }

            @Override
            public boolean take(Entry entry) {
                return pass(entry);
            }
        };
    }

    /** Whether the listing has not had enough. */
    boolean isToGoOn() {
        return !enough;
    }

    @Override
    public boolean wants(KeyName name) {
        return listing.wants(name);
    }

    @Override
    public boolean take(Entry entry) {
        return memory.has(entry.key()) || pass(entry);
    }

    private boolean pass(Entry entry) {
        enough = !listing.take(entry);
        return !enough;
    }
}

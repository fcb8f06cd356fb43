package dev.skerry.cache.store;

import org.jspecify.annotations.Nullable;

/** What a look that may wait has found; see {@link ResponseStore#look}. */
public interface Looked extends AutoCloseable {
    /** As {@link ResponseStore#find} gives them; null for nothing. */
    @Nullable Variants variants();

    /** Lets go of what was brought up from below. Idempotent. */
    @Override
    void close();
}

package dev.skerry.cache.policy;

import java.util.List;

/** Whether a response may be stored. */
public sealed interface StorageDecision {
    /**
     * It may.
     *
     * @param withoutFields fields, in lower case, that are not stored with it: those that {@code
     *     private} or {@code no-cache} names
     */
    record Store(List<String> withoutFields) implements StorageDecision {}

    /** It may not, and why. */
    record DoNotStore(MissReason reason) implements StorageDecision {}
}

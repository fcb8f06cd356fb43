package dev.skerry.cache.store;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees what is stored, one response after the other, for people who ask. */
public interface Listing {
    /** Whether {@link #take} is to be given what is stored under this name. */
    boolean wants(KeyName name);

    /**
     * A stored response.
     *
     * @return whether to go on
     */
    boolean take(Entry entry);

    /**
     * A stored response.
     *
     * @param head its times by the monotonic clock
     * @param bodyLength of the complete body
     * @param extents the bytes that are stored
     * @param used whether a request has used it since it was stored, as far as is known
     * @param memory whether it is in memory, its body maybe not
     * @param place where it lies below memory, in the words of that tier; null if it does not
     */
    record Entry(
            CacheKey key,
            StoredHead head,
            long bodyLength,
            List<Extent> extents,
            boolean used,
            boolean memory,
            @Nullable String place) {
        /** Copies the list. */
        public Entry {
            extents = List.copyOf(extents);
        }

        /** The same at a place. */
        public Entry at(String where) {
            return new Entry(key, head, bodyLength, extents, used, memory, where);
        }
    }
}

package dev.skerry.cache.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a site's rule says about codings made here.
 *
 * @param codings those that are made, the preferred one first; at least one
 * @param levels how hard each of them tries, in its own scale
 * @param minBytes shorter bodies are left alone
 * @param maxBytes longer bodies are left alone
 * @param types which media types are coded, told in lower case without parameters
 */
public record Compression(
        List<ContentCoding> codings,
        Map<ContentCoding, Integer> levels,
        long minBytes,
        long maxBytes,
        Predicate<String> types) {
    /** Copies the collections. */
    public Compression {
        codings = List.copyOf(codings);
        levels = new EnumMap<>(levels);
        if (codings.isEmpty() || !levels.keySet().containsAll(codings)) {
            throw new IllegalArgumentException("codings " + codings + " with levels " + levels);
        }
    }

    /** The level of one of the codings. */
    public int level(ContentCoding coding) {
        return levels.getOrDefault(coding, 0);
    }

    /** Whether a body of this length is worth it; -1 for a length that is not known yet. */
    public boolean takes(long length) {
        return length < 0 || (length >= minBytes && length <= maxBytes);
    }
}

package dev.skerry.cache.http;

/**
 * Bytes of a representation that lie next to each other.
 *
 * @param from the first byte
 * @param to one past the last byte
 */
public record Extent(long from, long to) {
    /** Refuses what is no extent; an empty one is allowed. */
    public Extent {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(from + " to " + to);
        }
    }

    /** How many bytes. */
    public long length() {
        return to - from;
    }

    /** Whether all of the other one lies in this one. */
    public boolean covers(Extent other) {
        return from <= other.from && other.to <= to;
    }
}

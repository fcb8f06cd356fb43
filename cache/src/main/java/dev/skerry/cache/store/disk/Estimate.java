package dev.skerry.cache.store.disk;

/**
 * How much of what a disk holds has something in common.
 *
 * @param bytes of their bodies, as far as they are stored
 * @param exact whether each response was looked at
 */
public record Estimate(double objects, double bytes, boolean exact) {
    /** Nothing, for certain. */
    public static final Estimate NONE = new Estimate(0, 0, true);

    /** Both together. */
    public Estimate plus(Estimate other) {
        return new Estimate(objects + other.objects, bytes + other.bytes, exact && other.exact);
    }
}

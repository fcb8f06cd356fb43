package dev.skerry.cache.store.disk.policy;

/**
 * What a site may take of a disk.
 *
 * @param floor bytes that it keeps, approximately, even where others are used more
 * @param cap bytes beyond which nothing more of it is written
 */
public record SiteShare(long floor, long cap) {
    /** Of a site of which nothing was said. */
    public static final SiteShare ANY = new SiteShare(0, Long.MAX_VALUE);

    /** Refuses what makes no sense. */
    public SiteShare {
        if (floor < 0 || cap < floor) {
            throw new IllegalArgumentException("a floor of " + floor + " and a cap of " + cap);
        }
    }

    /**
     * The same of a part of the disk.
     *
     * @param part 0 to 1
     */
    public SiteShare of(double part) {
        return new SiteShare(
                (long) (floor * part), cap == Long.MAX_VALUE ? cap : (long) (cap * part));
    }

    /** Of two sites whose bytes are counted as one. */
    public SiteShare and(SiteShare other) {
        boolean bounded = cap <= Long.MAX_VALUE - other.cap;
        return new SiteShare(floor + other.floor, bounded ? cap + other.cap : Long.MAX_VALUE);
    }
}

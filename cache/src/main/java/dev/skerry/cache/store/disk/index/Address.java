package dev.skerry.cache.store.disk.index;

/**
 * Where a record lies, in one long: a segment's number, and an offset in it in units of {@value
 * #UNIT} bytes.
 */
public final class Address {
    /** Records begin at multiples of this. */
    public static final int UNIT = 64;

    /** Exclusive. */
    public static final int MAX_SEGMENTS = 1 << 20;

    /** Inclusive: the largest size of a segment. */
    public static final long MAX_SEGMENT_BYTES = 1L << 30;

    static final int BITS = 44;

    private static final int OFFSET_BITS = 24;

    private Address() {}

    /**
     * An address.
     *
     * @param segment 0 to {@link #MAX_SEGMENTS}, exclusive
     * @param offset 0 to {@link #MAX_SEGMENT_BYTES}, exclusive, a multiple of {@link #UNIT}
     */
    public static long of(int segment, long offset) {
        if (segment < 0
                || segment >= MAX_SEGMENTS
                || offset < 0
                || offset >= MAX_SEGMENT_BYTES
                || offset % UNIT != 0) {
            throw new IllegalArgumentException("no address: " + segment + ", " + offset);
        }
        return ((long) segment << OFFSET_BITS) | (offset / UNIT);
    }

    /** The number of its segment. */
    public static int segment(long address) {
        return (int) (address >>> OFFSET_BITS);
    }

    /** In bytes, from the beginning of the segment. */
    public static long offset(long address) {
        return (address & ((1L << OFFSET_BITS) - 1)) * UNIT;
    }
}

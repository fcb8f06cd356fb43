package dev.skerry.cache.store.disk.format;

/**
 * Where a record begins in the log: the number of a segment, which is never given twice on a disk,
 * and a place in units of {@value #UNIT} bytes. Bytes at an address are written once, so an address
 * names them for ever; of two records the one with the higher address was written later.
 *
 * @param packed the segment's number in the upper 40 bits, the unit in the lower 24
 */
public record LogAddress(long packed) implements Comparable<LogAddress> {
    /** Records begin at multiples of this many bytes. */
    public static final int UNIT = 64;

    private static final int UNIT_BITS = 24;

    /** The most bytes of a segment that can be addressed. */
    public static final long MAX_SEGMENT = (long) UNIT << UNIT_BITS;

    /** Puts the two parts together. */
    public static LogAddress of(long segment, int unit) {
        if (segment < 0 || segment >= 1L << 39 || unit < 0 || unit >= 1 << UNIT_BITS) {
            throw new IllegalArgumentException("segment " + segment + ", unit " + unit);
        }
        return new LogAddress(segment << UNIT_BITS | unit);
    }

    /** The segment's number. */
    public long segment() {
        return packed >>> UNIT_BITS;
    }

    /** The place in units. */
    public int unit() {
        return (int) packed & ((1 << UNIT_BITS) - 1);
    }

    /** The place in bytes. */
    public long offset() {
        return (long) unit() * UNIT;
    }

    /** So many bytes in whole units. */
    public static int units(long bytes) {
        return Math.toIntExact((bytes + UNIT - 1) / UNIT);
    }

    /** So many bytes, rounded up to whole units. */
    public static long padded(long bytes) {
        return (bytes + UNIT - 1) / UNIT * UNIT;
    }

    @Override
    public int compareTo(LogAddress other) {
        return Long.compare(packed, other.packed);
    }

    @Override
    public String toString() {
        return segment() + "+" + offset();
    }
}

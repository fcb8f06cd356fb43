package dev.skerry.cache.store.disk.format;

import dev.skerry.cache.key.CacheKey;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The last 64 bytes of a sealed segment: where its entries lie, and their checksum.
 *
 * @param entries how many there are
 * @param at where the first of them lies in the file
 * @param check their checksum
 */
public record Footer(int entries, long at, int check) {
    public static final int BYTES = 64;

    private static final long MAGIC = 0x534B52592D454E44L;

    private static final int MAGIC_AT = 0;
    private static final int STAMP = 8;
    private static final int AT = 16;
    private static final int ENTRIES = 24;
    private static final int CHECK = 28;
    private static final int SELF_CHECK = 60;

    /** Writes it at {@code to}'s index {@code place}. */
    public void write(ByteBuffer to, int place, long stamp) {
        for (int i = place; i < place + BYTES; i += Long.BYTES) {
            to.putLong(i, 0);
        }
        to.putLong(place + MAGIC_AT, MAGIC)
                .putLong(place + STAMP, stamp)
                .putLong(place + AT, at)
                .putInt(place + ENTRIES, entries)
                .putInt(place + CHECK, check)
                .putInt(place + SELF_CHECK, Checksum.of(to, place, SELF_CHECK));
    }

    /**
     * The footer at {@code place}.
     *
     * @param fileLength of the segment's file, which ends with it
     * @return null when there is none, it is damaged, or of another segment
     */
    public static @Nullable Footer read(ByteBuffer from, int place, long stamp, long fileLength) {
        if (from.limit() - place < BYTES
                || from.getLong(place + MAGIC_AT) != MAGIC
                || from.getLong(place + STAMP) != stamp
                || from.getInt(place + SELF_CHECK) != Checksum.of(from, place, SELF_CHECK)) {
            return null;
        }
        Footer footer =
                new Footer(
                        from.getInt(place + ENTRIES),
                        from.getLong(place + AT),
                        from.getInt(place + CHECK));
        long end = footer.at + (long) footer.entries * Entry.BYTES + BYTES;
        boolean fits = footer.entries >= 0 && footer.at >= SegmentHeader.BYTES;
        return fits && end == fileLength ? footer : null;
    }

    /**
     * What a footer says of one record: all that the index wants to know.
     *
     * @param unit where it lies in the segment
     * @param units how many it takes, an extent that follows a head included
     * @param variant see {@link RecordHeader#variant}
     * @param used whether a head had been used when it was written
     * @param site the digest of the site's name; 0 of a tombstone, or if it is not known
     */
    public record Entry(
            CacheKey key, int unit, int units, int variant, Kind kind, boolean used, int site) {
        public static final int BYTES = 32;

        private static final int KEY_HIGH = 0;
        private static final int KEY_LOW = 8;
        private static final int UNIT = 16;
        private static final int UNITS = 20;
        private static final int VARIANT = 24;
        private static final int KIND = 26;
        private static final int FLAGS = 27;
        private static final int SITE = 28;

        /** With an extent of so many units behind it. */
        public Entry followedBy(int more) {
            return new Entry(key, unit, units + more, variant, kind, used, site);
        }

        /** Writes it at {@code at}. */
        public void write(ByteBuffer to, int at) {
            to.putLong(at + KEY_HIGH, key.high())
                    .putLong(at + KEY_LOW, key.low())
                    .putInt(at + UNIT, unit)
                    .putInt(at + UNITS, units)
                    .putShort(at + VARIANT, (short) variant)
                    .put(at + KIND, (byte) kind.code())
                    .put(at + FLAGS, (byte) (used ? RecordHeader.USED : 0))
                    .putInt(at + SITE, site);
        }

        /** The entry at {@code at}; null when its kind is unknown. */
        public static @Nullable Entry read(ByteBuffer from, int at) {
            Kind kind = Kind.of(from.get(at + KIND));
            return kind == null
                    ? null
                    : new Entry(
                            new CacheKey(from.getLong(at + KEY_HIGH), from.getLong(at + KEY_LOW)),
                            from.getInt(at + UNIT),
                            from.getInt(at + UNITS),
                            from.getShort(at + VARIANT) & 0xFFFF,
                            kind,
                            (from.get(at + FLAGS) & RecordHeader.USED) != 0,
                            from.getInt(at + SITE));
        }
    }
}

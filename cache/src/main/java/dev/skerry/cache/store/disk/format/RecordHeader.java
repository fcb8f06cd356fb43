package dev.skerry.cache.store.disk.format;

import dev.skerry.cache.key.CacheKey;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The 64 bytes at the start of every record. They say which segment and which place they were
 * written for, so that what an earlier file left on the device, or the payload of another record,
 * is never taken for one. One object reads many headers; not thread-safe.
 */
public final class RecordHeader {
    public static final int BYTES = 64;

    /** Flag of a head: the one extent of its body follows it at once. */
    public static final int FOLLOWED = 1;

    /** Flag of a head: it had been used when it was written. */
    public static final int USED = 2;

    private static final int STAMP = 0;
    private static final int KIND = 8;
    private static final int FLAGS = 9;
    private static final int VARIANT = 10;
    private static final int UNITS = 12;
    private static final int KEY_HIGH = 16;
    private static final int KEY_LOW = 24;
    private static final int BODY_ID = 32;
    private static final int POSITION = 40;
    private static final int LENGTH = 48;
    private static final int CHECK = 52;
    private static final int UNIT = 56;
    private static final int SELF_CHECK = 60;

    /** Above these bits of an extent's position lies the higher half of its site. */
    static final int PLACE_BITS = 48;

    private static final int LOW_HALF = 0xFFFF;

    private @Nullable Kind kind;
    private int flags;
    private int variant;
    private int units;
    private long keyHigh;
    private long keyLow;
    private long bodyId;
    private long position;
    private int length;
    private int check;
    private int site;

    /**
     * Reads the header at {@code at}.
     *
     * @param stamp of the segment
     * @param unit where in the segment this is
     * @return whether it is one, whole and sound; if not, nothing else may be asked
     */
    public boolean read(ByteBuffer from, int at, long stamp, int unit) {
        kind = null;
        if (from.limit() - at < BYTES
                || from.getLong(at + STAMP) != stamp
                || from.getInt(at + UNIT) != unit
                || from.getInt(at + SELF_CHECK) != Checksum.of(from, at, SELF_CHECK)) {
            return false;
        }
        Kind found = Kind.of(from.get(at + KIND));
        flags = from.get(at + FLAGS);
        variant = from.getShort(at + VARIANT) & LOW_HALF;
        units = from.getInt(at + UNITS);
        keyHigh = from.getLong(at + KEY_HIGH);
        keyLow = from.getLong(at + KEY_LOW);
        bodyId = from.getLong(at + BODY_ID);
        position = from.getLong(at + POSITION);
        length = from.getInt(at + LENGTH);
        check = from.getInt(at + CHECK);
        if (found == Kind.EXTENT) {
            site = (int) (position >>> PLACE_BITS) << Short.SIZE | variant;
            position &= ExtentRecord.MAX_PLACE;
        }
        if (found == null || !isPlausible(found)) {
            return false;
        }
        kind = found;
        return true;
    }

    private boolean isPlausible(Kind found) {
        return position >= 0
                && switch (found) {
                    case HEAD ->
                            length >= HeadRecord.DETAIL
                                    && length <= HeadRecord.MAX_BYTES - BYTES
                                    && units == LogAddress.units(BYTES + length);
                    case EXTENT ->
                            length >= 1
                                    && length <= ExtentRecord.MAX_PAYLOAD
                                    && units == LogAddress.units(ExtentRecord.bytes(length));
                    case TOMBSTONE -> length == 0 && units == 1;
                };
    }

    /** Writes a head's header at {@code at}; its detail lies behind it already. */
    static void head(
            ByteBuffer to, int at, Place place, CacheKey key, int variant, int flags, Body body) {
        int length = body.detail();
        write(to, at, place, Kind.HEAD, key, LogAddress.units(BYTES + length));
        to.put(at + FLAGS, (byte) flags)
                .putShort(at + VARIANT, (short) variant)
                .putLong(at + BODY_ID, body.id())
                .putLong(at + POSITION, body.position())
                .putInt(at + LENGTH, length)
                .putInt(at + CHECK, Checksum.of(to, at + BYTES, length));
        seal(to, at);
    }

    /** Writes an extent's header at {@code at}; its table of checksums lies behind it already. */
    static void extent(
            ByteBuffer to,
            int at,
            Place place,
            CacheKey key,
            int site,
            long bodyId,
            long from,
            int length) {
        write(to, at, place, Kind.EXTENT, key, LogAddress.units(ExtentRecord.bytes(length)));
        to.putShort(at + VARIANT, (short) site)
                .putLong(at + BODY_ID, bodyId)
                .putLong(at + POSITION, (long) (site >>> Short.SIZE) << PLACE_BITS | from)
                .putInt(at + LENGTH, length)
                .putInt(at + CHECK, Checksum.of(to, at + BYTES, ExtentRecord.TABLE));
        seal(to, at);
    }

    /** Writes a tombstone at {@code at}: it is nothing but a header. */
    public static void tombstone(ByteBuffer to, int at, Place place, CacheKey key, int variant) {
        write(to, at, place, Kind.TOMBSTONE, key, 1);
        to.putShort(at + VARIANT, (short) variant);
        seal(to, at);
    }

    private static void write(
            ByteBuffer to, int at, Place place, Kind kind, CacheKey key, int units) {
        for (int i = at; i < at + BYTES; i += Long.BYTES) {
            to.putLong(i, 0);
        }
        to.putLong(at + STAMP, place.stamp())
                .put(at + KIND, (byte) kind.code())
                .putInt(at + UNITS, units)
                .putLong(at + KEY_HIGH, key.high())
                .putLong(at + KEY_LOW, key.low())
                .putInt(at + UNIT, place.unit());
    }

    private static void seal(ByteBuffer to, int at) {
        to.putInt(at + SELF_CHECK, Checksum.of(to, at, SELF_CHECK));
    }

    /**
     * Where a record is about to lie.
     *
     * @param stamp of the segment
     * @param unit in it
     */
    public record Place(long stamp, int unit) {}

    /**
     * What a head says of its body.
     *
     * @param position the complete length
     * @param detail bytes behind the header
     */
    record Body(long id, long position, int detail) {}

    /** What the record is. */
    public Kind kind() {
        if (kind == null) {
            throw new IllegalStateException("no record was read");
        }
        return kind;
    }

    /** Whether a flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The digest of what the variant is selected by; of a head or a tombstone. */
    public int variant() {
        return variant;
    }

    /** Of an extent: the digest of the site's name; 0 if it is not known. */
    public int site() {
        return site;
    }

    /** The units that the record takes with its padding. */
    public int units() {
        return units;
    }

    /** The key. */
    public CacheKey key() {
        return new CacheKey(keyHigh, keyLow);
    }

    /** Whether it is of this key. */
    public boolean isOf(CacheKey key) {
        return keyHigh == key.high() && keyLow == key.low();
    }

    /** The body that it is of; see {@link dev.skerry.cache.store.StoredResponse#bodyId}. */
    public long bodyId() {
        return bodyId;
    }

    /** Of a head: the length of the complete body; of an extent: where its bytes lie in that. */
    public long position() {
        return position;
    }

    /** Of an extent: the bytes of its payload; of a head: the bytes behind this header. */
    public int length() {
        return length;
    }

    /** The checksum of a head's detail, or of an extent's table of checksums. */
    int check() {
        return check;
    }
}

package dev.skerry.cache.store.disk.format;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a segment file.
 *
 * @param number of the segment: given once on a disk, in the order of the log
 * @param disk the random identity of the disk that it belongs to
 * @param stamp random: every record of the segment carries it, and nobody outside can guess it
 */
public record SegmentHeader(long number, UUID disk, long stamp) {
    public static final int BYTES = 64;

    /** The version of all that this package writes. */
    public static final int VERSION = 1;

    private static final long MAGIC = 0x534B52592D4C4F47L;

    private static final int MAGIC_AT = 0;
    private static final int VERSION_AT = 8;
    private static final int NUMBER = 16;
    private static final int DISK = 24;
    private static final int STAMP = 40;
    private static final int SELF_CHECK = 60;

    /** Writes it at {@code at}. */
    public void write(ByteBuffer to, int at) {
        for (int i = at; i < at + BYTES; i += Long.BYTES) {
            to.putLong(i, 0);
        }
        to.putLong(at + MAGIC_AT, MAGIC)
                .putInt(at + VERSION_AT, VERSION)
                .putLong(at + NUMBER, number)
                .putLong(at + DISK, disk.getMostSignificantBits())
                .putLong(at + DISK + Long.BYTES, disk.getLeastSignificantBits())
                .putLong(at + STAMP, stamp)
                .putInt(at + SELF_CHECK, Checksum.of(to, at, SELF_CHECK));
    }

    /**
     * The version of the header at {@code at}; 0 when there is none, or it is damaged. Magic,
     * version and checksum lie where they are in every version.
     */
    public static int version(ByteBuffer from, int at) {
        boolean sound =
                from.limit() - at >= BYTES
                        && from.getLong(at + MAGIC_AT) == MAGIC
                        && from.getInt(at + SELF_CHECK) == Checksum.of(from, at, SELF_CHECK);
        return sound ? from.getInt(at + VERSION_AT) : 0;
    }

    /** The header at {@code at}; null when there is none, it is damaged, or of another version. */
    public static @Nullable SegmentHeader read(ByteBuffer from, int at) {
        if (version(from, at) != VERSION) {
            return null;
        }
        return new SegmentHeader(
                from.getLong(at + NUMBER),
                new UUID(from.getLong(at + DISK), from.getLong(at + DISK + Long.BYTES)),
                from.getLong(at + STAMP));
    }
}

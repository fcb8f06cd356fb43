package dev.skerry.cache.store.disk.format;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.head.HeadCodec;
import java.nio.ByteBuffer;

/**
 * A head: the header, the detail (age, site, the list of extents), and the stored head as {@link
 * HeadCodec} writes it, with wall time instead of monotonic time. One object reads many; not
 * thread-safe.
 */
public final class HeadRecord {
    /** The most bytes of a record, which bounds fields and the number of extents. */
    public static final int MAX_BYTES = 1 << 20;

    /** Bytes of the detail before the list of extents. */
    static final int DETAIL = 24;

    private static final int AGE = 0;
    private static final int SITE = 8;
    private static final int HEAD_LENGTH = 12;
    private static final int EXTENTS = 16;

    private static final int EXTENT = 20;
    private static final int EXTENT_FROM = 0;
    private static final int EXTENT_ADDRESS = 8;
    private static final int EXTENT_LENGTH = 16;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int at;

    /** The bytes of a record, without its padding; may be more than may be written. */
    public static long bytes(int headLength, int extents) {
        return RecordHeader.BYTES + DETAIL + (long) EXTENT * extents + headLength;
    }

    /**
     * Writes a record at {@code at}.
     *
     * @param head as HeadCodec writes it, received by wall time
     * @param age the response's age at this time, in milliseconds
     * @param extents of the body, in order
     */
    public static void write(
            ByteBuffer to,
            int at,
            RecordHeader.Place place,
            CacheKey key,
            int variant,
            int flags,
            long bodyId,
            long completeLength,
            ByteBuffer head,
            long age,
            int site,
            ExtentList extents) {
        int detail = at + RecordHeader.BYTES;
        int headLength = head.remaining();
        to.putLong(detail + AGE, age)
                .putInt(detail + SITE, site)
                .putInt(detail + HEAD_LENGTH, headLength)
                .putInt(detail + EXTENTS, extents.size())
                .putInt(detail + EXTENTS + Integer.BYTES, 0);
        for (int i = 0; i < extents.size(); i++) {
            int entry = detail + DETAIL + EXTENT * i;
            to.putLong(entry + EXTENT_FROM, extents.from(i))
                    .putLong(entry + EXTENT_ADDRESS, extents.address(i).packed())
                    .putInt(entry + EXTENT_LENGTH, extents.length(i));
        }
        int headAt = detail + DETAIL + EXTENT * extents.size();
        to.put(headAt, head, head.position(), headLength);
        int length = headAt + headLength - detail;
        RecordHeader.head(
                to,
                at,
                place,
                key,
                variant,
                flags,
                new RecordHeader.Body(bodyId, completeLength, length));
    }

    /**
     * Reads what lies behind a header of this kind that was read at {@code at}.
     *
     * @return whether all of it is there and sound; if not, nothing else may be asked
     */
    public boolean read(RecordHeader header, ByteBuffer from, int at) {
        int detail = at + RecordHeader.BYTES;
        int length = header.length();
        if (header.kind() != Kind.HEAD
                || from.limit() - detail < length
                || header.check() != Checksum.of(from, detail, length)) {
            return false;
        }
        int headLength = from.getInt(detail + HEAD_LENGTH);
        int extents = from.getInt(detail + EXTENTS);
        if (headLength < HeadCodec.LINES
                || extents < 0
                || bytes(headLength, extents) != RecordHeader.BYTES + length) {
            return false;
        }
        bytes = from;
        this.at = detail;
        return HeadCodec.length(from.duplicate().position(headAt())) == headLength
                && extentsAreSound(header.position());
    }

    private boolean extentsAreSound(long completeLength) {
        long end = 0;
        for (int i = 0; i < extents(); i++) {
            int length = bytes.getInt(entry(i) + EXTENT_LENGTH);
            long from = bytes.getLong(entry(i) + EXTENT_FROM);
            if (from < end || length < 1 || length > ExtentRecord.MAX_PAYLOAD) {
                return false;
            }
            end = from + length;
        }
        return end >= 0 && end <= completeLength;
    }

    /** The age when it was written, in milliseconds. */
    public long age() {
        return bytes.getLong(at + AGE);
    }

    /** The digest of the site's name. */
    public int site() {
        return bytes.getInt(at + SITE);
    }

    /** How many extents are listed. */
    public int extents() {
        return bytes.getInt(at + EXTENTS);
    }

    /** The list of extents, copied. */
    public ExtentList extentList() {
        int count = extents();
        ExtentList.Builder list = new ExtentList.Builder(count);
        for (int i = 0; i < count; i++) {
            list.add(
                    bytes.getLong(entry(i) + EXTENT_FROM),
                    bytes.getInt(entry(i) + EXTENT_LENGTH),
                    new LogAddress(bytes.getLong(entry(i) + EXTENT_ADDRESS)));
        }
        return list.build();
    }

    /** The stored head: the record's own bytes. */
    public ByteBuffer head() {
        return bytes.slice(headAt(), bytes.getInt(at + HEAD_LENGTH)).order(bytes.order());
    }

    private int headAt() {
        return at + DETAIL + EXTENT * extents();
    }

    private int entry(int index) {
        return at + DETAIL + EXTENT * index;
    }
}

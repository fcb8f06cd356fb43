package dev.skerry.cache.store.disk.format;

import dev.skerry.cache.key.CacheKey;
import java.nio.ByteBuffer;

/**
 * Bytes of a body: the header, a table with a checksum for each block of {@value #BLOCK} bytes, the
 * bytes. The header names key, body and offset, so that an extent cannot be taken for another's.
 */
public final class ExtentRecord {
    /** Each block has a checksum; the last one may be shorter. */
    public static final int BLOCK = 64 << 10;

    /** The most bytes of a body in one record. */
    public static final int MAX_PAYLOAD = 1 << 20;

    /** The last place in a body that a record can name. */
    static final long MAX_PLACE = (1L << RecordHeader.PLACE_BITS) - 1;

    /** Bytes of the table: always room for all blocks, so that the payload's place is known. */
    static final int TABLE = MAX_PAYLOAD / BLOCK * Integer.BYTES;

    /** Where the payload begins, behind header and table. */
    public static final int PAYLOAD = RecordHeader.BYTES + TABLE;

    private ExtentRecord() {}

    /** The bytes of a record with so many of payload, without its padding. */
    public static int bytes(int payload) {
        return PAYLOAD + payload;
    }

    /** How many blocks so many bytes of payload make. */
    public static int blocks(int payload) {
        return (payload + BLOCK - 1) / BLOCK;
    }

    /**
     * Writes header and table at {@code at}: {@link #PAYLOAD} bytes.
     *
     * @param site the digest of the site's name
     * @param from where the payload lies in the body; less than 256 TiB
     * @param checksums of the blocks, as many as there are
     */
    public static void write(
            ByteBuffer to,
            int at,
            RecordHeader.Place place,
            CacheKey key,
            int site,
            long bodyId,
            long from,
            int length,
            int[] checksums) {
        if (from < 0 || from > MAX_PLACE) {
            throw new IllegalArgumentException("a body has no place " + from);
        }
        int blocks = blocks(length);
        for (int i = 0; i < TABLE / Integer.BYTES; i++) {
            int sum = i < blocks ? checksums[i] : 0;
            to.putInt(at + RecordHeader.BYTES + i * Integer.BYTES, sum);
        }
        RecordHeader.extent(to, at, place, key, site, bodyId, from, length);
    }

    /** Whether the table behind a header that was read at {@code at} is what was written. */
    public static boolean isTableSound(RecordHeader header, ByteBuffer from, int at) {
        return from.limit() - at >= PAYLOAD
                && header.check() == Checksum.of(from, at + RecordHeader.BYTES, TABLE);
    }

    /** The checksum of a block, from the table of the record at {@code at}. */
    public static int checksum(ByteBuffer from, int at, int block) {
        return from.getInt(at + RecordHeader.BYTES + block * Integer.BYTES);
    }
}

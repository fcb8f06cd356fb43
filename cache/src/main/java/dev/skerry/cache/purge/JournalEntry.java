package dev.skerry.cache.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the ledger's journal, 40 bytes, big-endian: kind and mode (8 bits each), 16 zero
 * bits, CRC32C of the other 36 bytes, site, key, revision, wall time of acceptance.
 *
 * @param acceptedWallMillis 0 for a hard one, where it says nothing
 */
record JournalEntry(
        Kind kind, Mode mode, long site, long key, long revision, long acceptedWallMillis) {
    static final int BYTES = 40;
    private static final int CRC_AT = 4;

    /** What an entry says. */
    enum Kind {
        /** A record in its place in the order: everything up to its revision has been applied. */
        RECORD(1),
        /** A record out of order, from a compaction. */
        KEPT(2),
        /** A floor of one site. */
        FLOOR(3),
        /** Everything up to this revision has been applied. */
        APPLIED(4),
        /** A hard floor of all sites. */
        COMMON_FLOOR(5),
        /**
         * The history that is followed from here on: its id in place of site and key, its base in
         * place of the revision.
         */
        HISTORY(6),
        /**
         * Everything up to this revision has been applied, and the history's hash there is this, in
         * place of site and key.
         */
        MARK(7);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    static JournalEntry applied(long revision) {
        return new JournalEntry(Kind.APPLIED, Mode.HARD, 0, 0, revision, 0);
    }

    static JournalEntry commonFloor(long revision) {
        return new JournalEntry(Kind.COMMON_FLOOR, Mode.HARD, 0, 0, revision, 0);
    }

    static JournalEntry history(HistoryFrame frame) {
        return withDigest(Kind.HISTORY, frame.history(), frame.base());
    }

    static JournalEntry mark(Followed followed) {
        return withDigest(Kind.MARK, followed.at().hash(), followed.local());
    }

    /** The 32 hexadecimal digits of an id or hash. */
    String digest() {
        return HexFormat.of().toHexDigits(site) + HexFormat.of().toHexDigits(key);
    }

    private static JournalEntry withDigest(Kind kind, String digest, long revision) {
        return new JournalEntry(
                kind,
                Mode.HARD,
                HexFormat.fromHexDigitsToLong(digest, 0, 16),
                HexFormat.fromHexDigitsToLong(digest, 16, 32),
                revision,
                0);
    }

    void write(ByteBuffer to) {
        int start = to.position();
        to.put((byte) kind.code).put((byte) (mode == Mode.HARD ? 0 : 1)).putShort((short) 0);
        to.putInt(0).putLong(site).putLong(key).putLong(revision).putLong(acceptedWallMillis);
        to.putInt(start + CRC_AT, crc(to, start));
    }

    /** Reads the entry at an offset; null when it is none. */
    static @Nullable JournalEntry read(ByteBuffer from, int start) {
        Kind kind = Kind.of(from.get(start));
        if (kind == null || crc(from, start) != from.getInt(start + CRC_AT)) {
            return null;
        }
        return new JournalEntry(
                kind,
                from.get(start + 1) == 0 ? Mode.HARD : Mode.SOFT,
                from.getLong(start + 8),
                from.getLong(start + 16),
                from.getLong(start + 24),
                from.getLong(start + 32));
    }

    private static int crc(ByteBuffer entry, int start) {
        CRC32C crc = new CRC32C();
        crc.update(entry.slice(start, CRC_AT));
        crc.update(entry.slice(start + CRC_AT + Integer.BYTES, BYTES - CRC_AT - Integer.BYTES));
        return (int) crc.getValue();
    }
}

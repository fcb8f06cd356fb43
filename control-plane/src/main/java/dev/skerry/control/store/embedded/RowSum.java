package dev.skerry.control.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The checksum of a row. SQLite notices a page whose structure is broken, but not a bit that has
 * turned over in a value; a purge whose tag has turned into another would be a purge forgotten.
 */
final class RowSum {
    /** SQLite's own code for a database that is broken. */
    static final int CORRUPT = 11;

    private RowSum() {}

    /** The sum of numbers ({@link Long}, {@link Integer}), texts and nulls, in this order. */
    static long of(@Nullable Object... values) {
        CRC32C sum = new CRC32C();
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES + 1);
        for (Object value : values) {
            switch (value) {
                case null -> number.put((byte) 0);
                case String text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    sum.update(bytes);
                    number.put((byte) 1).putLong(bytes.length);
                }
                case Number whole -> number.put((byte) 2).putLong(whole.longValue());
                default -> throw new IllegalArgumentException("neither number nor text");
            }
            sum.update(number.flip());
            number.clear();
        }
        return sum.getValue();
    }

    /**
     * Compares.
     *
     * @param found the sum that the row came with
     * @param values the rest of the row
     * @throws SQLException with {@link #CORRUPT} when they do not belong together
     */
    static void check(String table, long found, @Nullable Object... values) throws SQLException {
        if (of(values) != found) {
            throw corrupt("a row of '" + table + "' has another checksum");
        }
    }

    /** What is thrown when the data cannot be what was written. */
    static SQLException corrupt(String what) {
        return new SQLException(what, null, CORRUPT);
    }
}

package dev.skerry.cache.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One range of a {@code Range} field (RFC 9110 §14.1.2), as the client asked for it.
 *
 * @param first the first byte, or -1 for a suffix
 * @param last the last byte, inclusive; -1 when open; of a suffix its length
 */
public record ByteRange(long first, long last) {
    /** Ranges that one field may hold; a field with more is ignored. */
    public static final int MOST_RANGES = 16;

    /**
     * The ranges of a {@code Range} field.
     *
     * @return null when there is nothing to obey: the field is absent, of another unit, invalid, or
     *     asks for more than {@link #MOST_RANGES}; never an empty list
     */
    public static @Nullable List<ByteRange> parse(@Nullable String value) {
        if (value == null || !value.regionMatches(true, 0, "bytes=", 0, 6)) {
            return null;
        }
        List<ByteRange> ranges = new ArrayList<>(1);
        for (int at = 6; at < value.length(); ) {
            int comma = value.indexOf(',', at);
            int end = comma < 0 ? value.length() : comma;
            String text = FieldValues.trim(value, at, end);
            at = end + 1;
            if (text.isEmpty()) {
                continue; // RFC 9110 §5.6.1.2: empty list members are to be tolerated
            }
            ByteRange range = one(text);
            if (range == null || ranges.size() == MOST_RANGES) {
                return null;
            }
            ranges.add(range);
        }
        return ranges.isEmpty() ? null : ranges;
    }

    /** Whether it asks for the last {@link #last} bytes. */
    public boolean isSuffix() {
        return first < 0;
    }

    private static @Nullable ByteRange one(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long last = FieldValues.digits(text.substring(dash + 1), Long.MAX_VALUE - 1);
        if (dash == 0) {
            return last < 0 ? null : new ByteRange(-1, last);
        }
        long first = FieldValues.digits(text.substring(0, dash), Long.MAX_VALUE - 1);
        boolean open = dash == text.length() - 1;
        if (first < 0 || (last < 0 && !open) || (last >= 0 && last < first)) {
            return null;
        }
        return new ByteRange(first, last);
    }
}

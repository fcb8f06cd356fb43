package dev.skerry.cache.http;

import org.jspecify.annotations.Nullable;

/**
 * A {@code Content-Range} of bytes (RFC 9110 §14.4).
 *
 * @param from the first byte; -1 for an unsatisfied range
 * @param to one past the last byte; -1 for an unsatisfied range
 * @param length the complete length, -1 when it is unknown
 */
public record ContentRange(long from, long to, long length) {
    /** Reads a field value; null when it is absent or breaks a rule. */
    public static @Nullable ContentRange parse(@Nullable String value) {
        if (value == null || !value.regionMatches(true, 0, "bytes ", 0, 6)) {
            return null;
        }
        int slash = value.indexOf('/', 6);
        if (slash < 0) {
            return null;
        }
        String whole = value.substring(slash + 1);
        long length = FieldValues.digits(whole, Long.MAX_VALUE - 1);
        String range = FieldValues.trim(value, 6, slash);
        if (length < 0 && !whole.equals("*")) {
            return null;
        }
        if (range.equals("*")) {
            return length < 0 ? null : new ContentRange(-1, -1, length);
        }
        int dash = range.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long first = FieldValues.digits(range.substring(0, dash), Long.MAX_VALUE - 1);
        long last = FieldValues.digits(range.substring(dash + 1), Long.MAX_VALUE - 1);
        boolean valid = first >= 0 && last >= first && (length < 0 || last < length);
        return valid ? new ContentRange(first, last + 1, length) : null;
    }

    /** As a field carries it. */
    @Override
    public String toString() {
        String whole = length < 0 ? "*" : Long.toString(length);
        return from < 0 ? "bytes */" + whole : "bytes " + from + '-' + (to - 1) + '/' + whole;
    }
}

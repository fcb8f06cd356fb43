package dev.skerry.cache.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entity tag (RFC 9110 §8.8.3).
 *
 * @param weak whether it has the prefix {@code W/}
 * @param opaque what stands between the quotes
 */
public record EntityTag(boolean weak, String opaque) {
    /** The tag that this field value is, or null when it is none or absent. */
    public static @Nullable EntityTag parse(@Nullable String value) {
        if (value == null) {
            return null;
        }
        boolean weak = value.startsWith("W/");
        int open = weak ? 2 : 0;
        int end = tagEnd(value, open);
        return end == value.length()
                ? new EntityTag(weak, value.substring(open + 1, end - 1))
                : null;
    }

    /**
     * The tags of an {@code If-Match} or {@code If-None-Match} list; members that are no entity
     * tags are left out. A comma inside a tag belongs to it.
     */
    public static List<EntityTag> parseList(String value) {
        List<EntityTag> tags = new ArrayList<>(2);
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == ',' || FieldValues.isSpace(c)) {
                at++;
                continue;
            }
            boolean weak = value.startsWith("W/", at);
            int open = weak ? at + 2 : at;
            int end = tagEnd(value, open);
            int next = end < 0 ? value.indexOf(',', at) : end;
            if (end > 0 && endsMember(value, end)) {
                tags.add(new EntityTag(weak, value.substring(open + 1, end - 1)));
            } else {
                next = value.indexOf(',', Math.max(at, next));
            }
            at = next < 0 ? value.length() : next;
        }
        return tags;
    }

    /** Strong comparison (RFC 9110 §8.8.3.2): both strong, and the same. */
    public boolean strongEquals(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** Weak comparison (RFC 9110 §8.8.3.2): the same, weak or not. */
    public boolean weakEquals(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** As a field carries it. */
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    /** The end of the quoted part that begins at {@code open}, or -1 when there is none. */
    private static int tagEnd(String value, int open) {
        if (open >= value.length() || value.charAt(open) != '"') {
            return -1;
        }
        for (int i = open + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c < 0x21 || c == 0x7F) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean endsMember(String value, int at) {
        int i = at;
        while (i < value.length() && FieldValues.isSpace(value.charAt(i))) {
            i++;
        }
        return i == value.length() || value.charAt(i) == ',';
    }
}

package dev.skerry.cache.http;

import java.util.ArrayList;
import java.util.List;

/** Reads the common shapes of field values (RFC 9110 §5.6): tokens, lists, quoted strings. */
public final class FieldValues {
    private FieldValues() {}

    /** Whether {@code text} is a token: one character or more of those RFC 9110 §5.6.2 allows. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether a token may contain this character. */
    public static boolean isTokenChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /**
     * The members of a comma-separated list, trimmed, empty ones left out (RFC 9110 §5.6.1). A
     * comma inside a quoted string separates nothing.
     */
    public static List<String> members(String value) {
        if (value.indexOf(',') < 0) {
            String only = trim(value, 0, value.length());
            return only.isEmpty() ? List.of() : List.of(only);
        }
        List<String> members = new ArrayList<>();
        int at = 0;
        while (at <= value.length()) {
            int end = memberEnd(value, at);
            String member = trim(value, at, end);
            if (!member.isEmpty()) {
                members.add(member);
            }
            at = end + 1;
        }
        return members;
    }

    /** The members of all lines of a field, in order. */
    public static List<String> members(Fields fields, String name) {
        List<String> lines = fields.all(name);
        if (lines.isEmpty()) {
            return List.of();
        }
        if (lines.size() == 1) {
            return members(lines.getFirst());
        }
        List<String> members = new ArrayList<>();
        for (String line : lines) {
            members.addAll(members(line));
        }
        return members;
    }

    /**
     * Where the list member that starts at {@code from} ends: at the next comma outside quoted
     * strings, or at the end of the value.
     */
    public static int memberEnd(String value, int from) {
        boolean quoted = false;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',') {
                return i;
            }
        }
        return value.length();
    }

    /** The part without spaces and tabs around it. */
    public static String trim(String value, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    /** Whether it is a space or a tab. */
    public static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /**
     * The content of a quoted string with its escapes undone, or the text itself when it is not
     * quoted.
     */
    public static String unquote(String text) {
        int length = text.length();
        if (length < 2 || text.charAt(0) != '"' || text.charAt(length - 1) != '"') {
            return text;
        }
        if (text.indexOf('\\') < 0) {
            return text.substring(1, length - 1);
        }
        StringBuilder content = new StringBuilder(length);
        for (int i = 1; i < length - 1; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < length - 1) {
                c = text.charAt(++i);
            }
            content.append(c);
        }
        return content.toString();
    }

    /**
     * A non-negative decimal number of digits only; one above {@code most} counts as {@code most}.
     *
     * @return -1 when it is anything else
     */
    public static long digits(String text, long most) {
        if (text.isEmpty()) {
            return -1;
        }
        long n = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            n = n > (most - digit) / 10 ? most : Math.min(most, 10 * n + digit);
        }
        return n;
    }

    /** What Content-Length says (RFC 9110 §8.6); -1 when there is none, or no number in it. */
    public static long contentLength(Fields fields) {
        String length = fields.first("Content-Length");
        return length == null ? -1 : digits(length, Long.MAX_VALUE);
    }
}

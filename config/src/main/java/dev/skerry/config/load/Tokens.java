package dev.skerry.config.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Checks the words of HTTP that site documents hold. Each check returns what it was given. */
final class Tokens {
    /** Of the connection, or of the framing, or between our own nodes: not a site's business. */
    private static final Set<String> NOT_EDITABLE =
            Set.of(
                    "connection",
                    "content-length",
                    "host",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final int MAX_VALUE = 4096;

    private Tokens() {}

    static String fieldName(String text) {
        if (text.isEmpty() || text.length() > 128 || !text.chars().allMatch(Tokens::isTokenChar)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a field name: letters, digits and hyphens");
        }
        return text;
    }

    static String editableFieldName(String text) {
        String lower = fieldName(text).toLowerCase(Locale.ROOT);
        if (NOT_EDITABLE.contains(lower) || lower.startsWith("skerry-")) {
            throw new IllegalArgumentException(
                    lower.equals("host")
                            ? "Host cannot be edited: it is the origin's, or the client's with"
                                    + " preserve-host"
                            : "'" + text + "' belongs to the connection and cannot be edited");
        }
        return text;
    }

    /** The value as one char a byte. It is not repeated in problems, as it may be a secret. */
    static String fieldValue(String text) {
        String bytes =
                new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (bytes.length() > MAX_VALUE) {
            throw new IllegalArgumentException("the value is longer than 4096 bytes");
        }
        if (bytes.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
            throw new IllegalArgumentException("the value holds a line break or control character");
        }
        return bytes.strip();
    }

    static String method(String text) {
        if (text.isEmpty() || text.length() > 32 || !text.chars().allMatch(Tokens::isTokenChar)) {
            throw new IllegalArgumentException("'" + text + "' is not a method such as GET");
        }
        String upper = text.toUpperCase(Locale.ROOT);
        if (!text.equals(upper)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a method: case counts, write " + upper);
        }
        return text;
    }

    static String country(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (!COUNTRIES.contains(upper) && !upper.equals("XK")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a country code of two letters such as DE");
        }
        return upper;
    }

    static String tag(String text) {
        boolean visible = text.chars().allMatch(c -> c > ' ' && c < 127 && c != ',');
        if (text.isEmpty() || text.length() > 256 || !visible) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a tag: 1 to 256 visible ASCII characters without comma and"
                            + " space");
        }
        return text;
    }

    static String siteName(String text) {
        if (!text.matches("[a-z0-9][a-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a site name: 1 to 64 lower-case letters, digits, '.', '_'"
                            + " and '-', a letter or digit first");
        }
        return text;
    }

    static String parameterName(String text) {
        if (text.isEmpty() || text.length() > 256 || text.matches("(?s).*[&=#\\s].*")) {
            throw new IllegalArgumentException("'" + text + "' is not a query parameter's name");
        }
        return text;
    }

    private static boolean isTokenChar(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}

package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skerry.cache.http.FieldList;

/**
 * Reads status lines and field sections out of bytes whose line ends are known to be CRLF (RFC 9112
 * §4 and §5). Values keep one char a byte.
 *
 * <p>A folded line (obs-fold, §5.2) is unfolded to a space; white space before the colon is removed
 * (§5.1), except where it would decide about framing.
 */
final class FieldSection {
    /** Bytes that a head or a trailer section may have, its line ends included. */
    static final int MAX_BYTES = 64 * 1024;

    /** Field lines that a head or a trailer section may have. */
    static final int MAX_LINES = 500;

    private static final boolean[] TOKEN = tokenChars();

    private final byte[] bytes;
    private final int end;
    private int position;

    /** Over {@code bytes[from, end)}, which ends with the empty line. */
    FieldSection(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    /**
     * Reads {@code HTTP/1.x SP 3DIGIT [SP reason]}.
     *
     * @return status * 10 + minor version
     */
    int statusLine() throws ExchangeFault {
        int from = position;
        int lineEnd = lineEnd(from);
        position = lineEnd + 2;
        int length = lineEnd - from;
        boolean shaped =
                length >= 12
                        && startsWithVersion(bytes, from, lineEnd)
                        && isDigit(bytes[from + 7])
                        && bytes[from + 8] == ' '
                        && bytes[from + 9] >= '1'
                        && isDigit(bytes[from + 9])
                        && isDigit(bytes[from + 10])
                        && isDigit(bytes[from + 11])
                        && (length == 12 || bytes[from + 12] == ' ');
        if (!shaped) {
            throw ExchangeFault.protocol("a malformed status line");
        }
        int status =
                100 * (bytes[from + 9] - '0')
                        + 10 * (bytes[from + 10] - '0')
                        + (bytes[from + 11] - '0');
        return 10 * status + (bytes[from + 7] - '0');
    }

    /** Whether the bytes begin as a status line of HTTP/1 does, as far as they go. */
    static boolean startsWithVersion(byte[] bytes, int from, int end) {
        String version = "HTTP/1.";
        for (int i = 0; i < version.length() && from + i < end; i++) {
            if (bytes[from + i] != version.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Reads the field lines up to the empty line. */
    FieldList fields() throws ExchangeFault {
        FieldList.Builder fields = FieldList.builder();
        int lines = 0;
        while (bytes[position] != '\r') {
            if (++lines > MAX_LINES) {
                throw ExchangeFault.protocol("more than " + MAX_LINES + " fields");
            }
            line(fields);
        }
        return fields.build();
    }

    private void line(FieldList.Builder fields) throws ExchangeFault {
        int from = position;
        int colon = from;
        while (bytes[colon] >= 0 && TOKEN[bytes[colon]]) {
            colon++;
        }
        int nameEnd = colon;
        while (isBlank(bytes[colon])) {
            colon++;
        }
        if (nameEnd == from || bytes[colon] != ':') {
            throw ExchangeFault.protocol("a malformed field name");
        }
        String name = new String(bytes, from, nameEnd - from, ISO_8859_1);
        if (colon > nameEnd && decidesFraming(name)) {
            throw ExchangeFault.protocol("white space after the name " + name);
        }
        int valueEnd = lineEnd(colon);
        String value = value(colon + 1, valueEnd);
        position = valueEnd + 2;
        while (position < end && isBlank(bytes[position])) {
            valueEnd = lineEnd(position);
            value = (value + " " + value(position, valueEnd)).strip();
            position = valueEnd + 2;
        }
        fields.add(name, value);
    }

    private String value(int from, int to) throws ExchangeFault {
        int start = from;
        int stop = to;
        while (start < stop && isBlank(bytes[start])) {
            start++;
        }
        while (stop > start && isBlank(bytes[stop - 1])) {
            stop--;
        }
        for (int i = start; i < stop; i++) {
            byte b = bytes[i];
            if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
                throw ExchangeFault.protocol("a control character in a field value");
            }
        }
        return new String(bytes, start, stop - start, ISO_8859_1);
    }

    /** Where the CR of this line is. */
    private int lineEnd(int from) {
        int i = from;
        while (bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    private static boolean decidesFraming(String name) {
        return name.equalsIgnoreCase("Content-Length")
                || name.equalsIgnoreCase("Transfer-Encoding")
                || name.equalsIgnoreCase("Connection");
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Whether a char may stand in a token (RFC 9110 §5.6.2). */
    static boolean isTokenChar(char c) {
        return c < 128 && TOKEN[c];
    }

    private static boolean[] tokenChars() {
        boolean[] token = new boolean[128];
        for (char c = '0'; c <= 'z'; c++) {
            token[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            token[c] = true;
        }
        return token;
    }
}

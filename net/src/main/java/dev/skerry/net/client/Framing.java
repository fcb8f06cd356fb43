package dev.skerry.net.client;

import dev.skerry.cache.http.FieldList;
import java.util.List;
import java.util.Locale;

/**
 * How the end of a response body is found, and whether the connection survives it (RFC 9112 §6.3
 * and §9.3).
 *
 * <p>Stricter than the RFC where it leaves a choice: Transfer-Encoding beside Content-Length is
 * refused, and so is a coding that is applied before chunking, since its bytes are not the content
 * and none was asked for: {@code docs/decisions/0019-what-cannot-be-trusted-upstream.md}.
 *
 * @param length of the body in bytes for {@link Delimiter#LENGTH}, else 0
 * @param persistent whether another response may follow on the connection
 */
record Framing(Delimiter delimiter, long length, boolean persistent) {

    /** What tells the end of the body. */
    enum Delimiter {
        /** There is no body. */
        NONE,
        /** Content-Length. */
        LENGTH,
        /** The last chunk. */
        CHUNKED,
        /** The end of the connection. */
        CLOSE
    }

    /**
     * Decides by RFC 9112 §6.3 in its order.
     *
     * @param minor the minor version of HTTP/1 in the status line
     * @throws ExchangeFault when in doubt
     */
    static Framing of(String method, int minor, int status, FieldList fields) throws ExchangeFault {
        boolean persistent = persistent(minor, fields);
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return new Framing(Delimiter.NONE, 0, persistent && !doubtful(minor, fields));
        }
        if (method.equals("CONNECT") && status < 300) {
            throw ExchangeFault.protocol("a tunnel was opened that nobody asked for");
        }
        boolean lengthGiven = fields.contains("Content-Length");
        if (fields.contains("Transfer-Encoding")) {
            if (lengthGiven) {
                throw ExchangeFault.protocol("both Transfer-Encoding and Content-Length");
            }
            return coded(minor, fields.all("Transfer-Encoding"), persistent);
        }
        if (lengthGiven) {
            long length = length(fields.all("Content-Length"));
            return new Framing(length == 0 ? Delimiter.NONE : Delimiter.LENGTH, length, persistent);
        }
        return new Framing(Delimiter.CLOSE, 0, false);
    }

    private static Framing coded(int minor, List<String> lines, boolean persistent)
            throws ExchangeFault {
        if (minor == 0) {
            throw ExchangeFault.protocol("Transfer-Encoding in an HTTP/1.0 response");
        }
        String codings = String.join(",", lines).strip().toLowerCase(Locale.ROOT);
        if (codings.equals("chunked")) {
            return new Framing(Delimiter.CHUNKED, 0, persistent);
        }
        // Whatever looks like chunked and is not may be chunked to somebody else.
        if (codings.contains("chunked") || !areCodings(codings)) {
            throw ExchangeFault.protocol("a transfer coding that was not asked for");
        }
        return new Framing(Delimiter.CLOSE, 0, false);
    }

    private static boolean areCodings(String list) {
        for (String member : list.split(",", -1)) {
            String coding = member.strip();
            boolean token = !coding.isEmpty();
            for (int i = 0; i < coding.length(); i++) {
                token &= FieldSection.isTokenChar(coding.charAt(i));
            }
            if (!token) {
                return false;
            }
        }
        return true;
    }

    /** The one length that all members of all lines agree on (RFC 9112 §6.3 item 5). */
    private static long length(List<String> lines) throws ExchangeFault {
        long agreed = -1;
        for (String line : lines) {
            for (String member : line.split(",", -1)) {
                long length = decimal(member.strip());
                if (length < 0 || (agreed >= 0 && length != agreed)) {
                    throw ExchangeFault.protocol("an invalid or contradicting Content-Length");
                }
                agreed = length;
            }
        }
        return agreed;
    }

    /** The value of 1*DIGIT, or -1 when it is none or does not fit a long. */
    private static long decimal(String digits) {
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return digits.isEmpty() ? -1 : value;
    }

    private static boolean doubtful(int minor, FieldList fields) {
        if (fields.contains("Transfer-Encoding")) {
            return minor == 0 || fields.contains("Content-Length");
        }
        try {
            return fields.contains("Content-Length") && length(fields.all("Content-Length")) < 0;
        } catch (ExchangeFault contradiction) {
            return true;
        }
    }

    private static boolean persistent(int minor, FieldList fields) {
        boolean keepAlive = false;
        for (String line : fields.all("Connection")) {
            for (String option : line.split(",", -1)) {
                if (option.strip().equalsIgnoreCase("close")) {
                    return false;
                }
                keepAlive |= option.strip().equalsIgnoreCase("keep-alive");
            }
        }
        return minor > 0 || keepAlive;
    }
}

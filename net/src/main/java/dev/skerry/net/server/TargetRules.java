package dev.skerry.net.server;

import org.jspecify.annotations.Nullable;

/**
 * What a request target may not contain, because two readers would not agree on what it names: bad
 * percent-encoding, {@code %00}, backslashes, controls, a fragment, dot segments plain or encoded,
 * between slashes plain or encoded. Everything else stays byte for byte as it came, bytes above
 * 0x7f included.
 */
final class TargetRules {
    private TargetRules() {}

    /** Why a target (path and query, without an authority) is refused, or null. */
    static @Nullable Refusal check(String target) {
        if (target.isEmpty() || (target.charAt(0) != '/' && !target.equals("*"))) {
            return new Refusal(400, "malformed request target");
        }
        boolean inPath = true;
        int segment = 1;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff || c == '#' || c == '\\') {
                return new Refusal(400, "forbidden character in the request target");
            }
            if (c == '%' && !isEncodedOctet(target, i)) {
                return new Refusal(400, "bad percent-encoding in the request target");
            }
            if (inPath && (c == '/' || c == '?' || (c == '%' && isEncodedSlash(target, i)))) {
                if (isDotSegment(target, segment, i)) {
                    return new Refusal(400, "dot segment in the request target");
                }
                segment = c == '%' ? i + 3 : i + 1;
                inPath = c != '?';
            }
        }
        return inPath && isDotSegment(target, segment, target.length())
                ? new Refusal(400, "dot segment in the request target")
                : null;
    }

    private static boolean isEncodedOctet(String target, int percent) {
        if (percent + 2 >= target.length()) {
            return false;
        }
        int high = hex(target.charAt(percent + 1));
        int low = hex(target.charAt(percent + 2));
        return high >= 0 && low >= 0 && (high | low) != 0;
    }

    /** A slash or backslash that an origin may decode before it looks for dot segments. */
    private static boolean isEncodedSlash(String target, int percent) {
        return target.regionMatches(true, percent, "%2f", 0, 3)
                || target.regionMatches(true, percent, "%5c", 0, 3);
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /**
     * Whether a segment is {@code .} or {@code ..}, each dot possibly written %2e, and anything
     * from a semicolon on left aside, as some origins do.
     */
    private static boolean isDotSegment(String target, int from, int to) {
        int dots = 0;
        int i = from;
        while (i < to && dots < 3 && target.charAt(i) != ';') {
            if (target.charAt(i) == '.') {
                i++;
            } else if (target.regionMatches(true, i, "%2e", 0, 3)) {
                i += 3;
            } else {
                return false;
            }
            dots++;
        }
        return dots == 1 || dots == 2;
    }
}

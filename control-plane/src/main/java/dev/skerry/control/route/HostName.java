package dev.skerry.control.route;

import org.jspecify.annotations.Nullable;

/** The name in a Host field. */
final class HostName {
    private static final int MAX_LENGTH = 255;

    private HostName() {}

    /**
     * The host without its port, as received; an IPv6 address keeps its brackets. Null when the
     * text is not made of the characters of a name or address and a port: nothing else may come
     * into a URL of ours.
     */
    static @Nullable String of(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        boolean literal = authority.startsWith("[");
        if (colon >= 0 && !(literal && authority.indexOf(']', colon) >= 0)) {
            if (!isPort(authority, colon + 1)) {
                return null;
            }
            end = colon;
        }
        if (end == 0 || end > MAX_LENGTH) {
            return null;
        }
        for (int i = literal ? 1 : 0; i < (literal ? end - 1 : end); i++) {
            char c = authority.charAt(i);
            boolean ok = literal ? isHex(c) || c == ':' || c == '.' : isName(c);
            if (!ok) {
                return null;
            }
        }
        if (literal && (end < 4 || authority.charAt(end - 1) != ']')) {
            return null;
        }
        return end == authority.length() ? authority : authority.substring(0, end);
    }

    private static boolean isPort(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return text.length() - from <= 5;
    }

    private static boolean isName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '-'
                || c == '_';
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}

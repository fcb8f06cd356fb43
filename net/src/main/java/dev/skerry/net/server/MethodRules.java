package dev.skerry.net.server;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which methods pass: every token but CONNECT and TRACE, which would make the server a tunnel or a
 * mirror, and other spellings of the standard methods ({@code get}), which some origins take for
 * the method that our rules then have not been applied to. Methods are case-sensitive (RFC 9110
 * §9.1).
 */
final class MethodRules {
    private static final String[] STANDARD = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"
    };

    private MethodRules() {}

    /** Why a method is refused, or null when it passes. */
    static @Nullable String refused(byte[] method, int length) {
        if (isPlainGet(method, length)) {
            return null;
        }
        return refused(new String(method, 0, length, StandardCharsets.ISO_8859_1));
    }

    /** Why a method is refused, or null when it passes. */
    static @Nullable String refused(String method) {
        for (String standard : STANDARD) {
            if (standard.equals(method)) {
                boolean tunnel = standard.equals("CONNECT") || standard.equals("TRACE");
                return tunnel ? "method not supported" : null;
            }
            if (standard.equalsIgnoreCase(method)) {
                return "methods are case-sensitive";
            }
        }
        return null;
    }

    private static boolean isPlainGet(byte[] method, int length) {
        return length == 3 && method[0] == 'G' && method[1] == 'E' && method[2] == 'T';
    }
}

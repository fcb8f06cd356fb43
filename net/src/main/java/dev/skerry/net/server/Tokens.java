package dev.skerry.net.server;

/** Character classes of RFC 9110 §5.6.2. */
final class Tokens {
    private static final String SYMBOLS = "!#$%&'*+-.^_`|~";

    private Tokens() {}

    static boolean isTokenChar(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (c < 0x80 && SYMBOLS.indexOf(c) >= 0);
    }

    /** Whether a byte may not occur inside a line. */
    static boolean isControl(int c) {
        return (c < ' ' && c != '\t') || c == 0x7f;
    }
}

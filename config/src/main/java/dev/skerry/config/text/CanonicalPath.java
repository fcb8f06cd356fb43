package dev.skerry.config.text;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of a path in which rules compare it (RFC 3986 §6.2.2): characters that may stand
 * in a path segment are written plainly, all others percent-encoded with upper-case digits. So
 * {@code /%61dmin} meets a rule for {@code /admin}. Only for comparing: what goes upstream keeps
 * its bytes.
 */
public final class CanonicalPath {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final boolean[] PLAIN = new boolean[128];

    static {
        String others = "-._~!$&'()*+,;=:@/";
        for (char c = 0; c < 128; c++) {
            PLAIN[c] =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || others.indexOf(c) >= 0;
        }
    }

    private CanonicalPath() {}

    /**
     * The canonical spelling of {@code target[0, end)}, one char a byte; null when it already is
     * (then nothing was allocated).
     */
    public static @Nullable String of(String target, int end) {
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            if (c >= 128 || !PLAIN[c]) {
                return rewrite(target, end, i);
            }
        }
        return null;
    }

    private static String rewrite(String target, int end, int from) {
        StringBuilder text = new StringBuilder(end + 16).append(target, 0, from);
        for (int i = from; i < end; i++) {
            char c = target.charAt(i);
            boolean encoded =
                    c == '%'
                            && i + 2 < end
                            && HexFormat.isHexDigit(target.charAt(i + 1))
                            && HexFormat.isHexDigit(target.charAt(i + 2));
            if (encoded) {
                c = (char) HexFormat.fromHexDigits(target, i + 1, i + 3);
                i += 2;
            }
            // An encoded slash is data, not a separator.
            if (c < 128 && PLAIN[c] && !(encoded && c == '/')) {
                text.append(c);
            } else {
                text.append('%').append(HEX.toHexDigits((byte) c));
            }
        }
        return text.toString();
    }
}

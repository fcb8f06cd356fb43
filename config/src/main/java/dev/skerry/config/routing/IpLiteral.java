package dev.skerry.config.routing;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads addresses in their usual spelling, and never asks a name server. */
public final class IpLiteral {
    /** IPv6 with an IPv4 tail. */
    private static final int MAX_LENGTH = 45;

    private IpLiteral() {}

    /**
     * An IPv4 address of four decimal parts, or an IPv6 address without brackets and zone; null
     * when the text is neither. An IPv4-mapped IPv6 address becomes the IPv4 address.
     */
    public static @Nullable InetAddress parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !hasForm(text)) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The JDK takes one to three parts as well, and zones: they are kept from it. */
    private static boolean hasForm(String text) {
        int dots = 0;
        int colons = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c == ':') {
                colons++;
            } else if (c >= 0x80 || Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return colons >= 2 || (colons == 0 && dots == 3);
    }
}

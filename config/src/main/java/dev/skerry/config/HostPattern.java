package dev.skerry.config;

import java.util.Locale;

/**
 * A host that a site answers to.
 *
 * @param kind what {@code name} means
 * @param name in lower case, without a port; for {@link Kind#BELOW} what follows {@code *.}; empty
 *     for {@link Kind#ANY}
 */
public record HostPattern(Kind kind, String name) {
    /** The pattern that every host meets. */
    public static final HostPattern ANY = new HostPattern(Kind.ANY, "");

    /** How the name is compared. */
    public enum Kind {
        /** This host only. */
        EXACT,
        /** Every host below the name, at any depth, not the name itself: {@code *.name}. */
        BELOW,
        /** Every host: {@code *}. */
        ANY
    }

    /**
     * Reads {@code www.shop.example}, {@code *.shop.example} or {@code *}.
     *
     * @throws IllegalArgumentException with a sentence for its author
     */
    public static HostPattern of(String text) {
        if (text.equals("*")) {
            return ANY;
        }
        boolean below = text.startsWith("*.");
        String name = (below ? text.substring(2) : text).toLowerCase(Locale.ROOT);
        if (!below && name.startsWith("[") && name.endsWith("]") && isIpv6(name)) {
            return new HostPattern(Kind.EXACT, name);
        }
        if (name.indexOf(':') >= 0 || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a host: write the name alone, without scheme and port");
        }
        if (name.chars().anyMatch(c -> c >= 128)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a host in ASCII: write its xn-- form");
        }
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a host such as www.shop.example, *.shop.example or *");
        }
        return new HostPattern(below ? Kind.BELOW : Kind.EXACT, name);
    }

    /** As it is written in a file. */
    @Override
    public String toString() {
        return switch (kind) {
            case EXACT -> name;
            case BELOW -> "*." + name;
            case ANY -> "*";
        };
    }

    private static boolean isIpv6(String name) {
        return name.length() > 3
                && name.substring(1, name.length() - 1)
                        .chars()
                        .allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > 253) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty()
                    || label.length() > 63
                    || !label.chars().allMatch(HostPattern::ok)) {
                return false;
            }
        }
        return true;
    }

    private static boolean ok(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}

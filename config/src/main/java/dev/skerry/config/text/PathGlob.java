package dev.skerry.config.text;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for paths. {@code *} is any run of characters without a slash, {@code ?} one character
 * that is no slash, {@code **} any run at all; everything else stands for itself, case counts. Both
 * sides are compared in the spelling of {@link CanonicalPath}. {@code /a/**} matches {@code /a/}
 * and all below, not {@code /a}.
 */
public final class PathGlob {
    private final String pattern;
    private final String prefix;
    private final String suffix;
    private final @Nullable WildcardAutomaton middle;
    private final boolean anyMiddle;
    private final @Nullable WildcardAutomaton beforeRest;
    private final @Nullable WildcardAutomaton afterRestReversed;

    private PathGlob(String pattern, String places) {
        this.pattern = pattern;
        int first = firstWildcard(places);
        int last = lastWildcard(places);
        if (first < 0) {
            prefix = places;
            suffix = "";
            middle = null;
            anyMiddle = false;
            beforeRest = null;
            afterRestReversed = null;
            return;
        }
        prefix = places.substring(0, first);
        suffix = places.substring(last + 1);
        String between = places.substring(first, last + 1);
        anyMiddle = between.equals(String.valueOf(WildcardAutomaton.ANY_RUN));
        middle = anyMiddle ? null : new WildcardAutomaton(between, false);
        int rest = between.indexOf(WildcardAutomaton.ANY_RUN);
        if (rest < 0 || anyMiddle) {
            beforeRest = null;
            afterRestReversed = null;
        } else {
            beforeRest = new WildcardAutomaton(between.substring(0, rest), false);
            String after = new StringBuilder(between.substring(rest + 1)).reverse().toString();
            afterRestReversed = new WildcardAutomaton(after, false);
        }
    }

    /**
     * Compiles a pattern.
     *
     * @throws IllegalArgumentException with a sentence for its author when it does not begin with a
     *     slash or {@code **}, holds a query, or has more than 62 characters from its first to its
     *     last wildcard
     */
    public static PathGlob of(String pattern) {
        if (!pattern.startsWith("/") && !pattern.startsWith("**")) {
            throw new IllegalArgumentException("a path begins with / (or **)");
        }
        if (pattern.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a path has no fragment (#)");
        }
        int question = pattern.indexOf('?');
        if (question >= 0 && pattern.indexOf('=', question) >= 0) {
            throw new IllegalArgumentException("a path has no query; match it with query: {…}");
        }
        String places = places(pattern);
        if (lastWildcard(places) - firstWildcard(places) >= WildcardAutomaton.LIMIT) {
            throw new IllegalArgumentException(
                    "at most "
                            + WildcardAutomaton.LIMIT
                            + " characters may lie between the first and the last wildcard");
        }
        return new PathGlob(pattern, places);
    }

    /** Whether the whole of a path in canonical spelling matches. */
    public boolean matches(String path) {
        return matches(path, path.length());
    }

    /** Whether the whole of {@code target[0, end)} matches. Allocates nothing. */
    public boolean matches(String target, int end) {
        if (!target.startsWith(prefix) || end < prefix.length()) {
            return false;
        }
        int to = end - suffix.length();
        if (anyMiddle || middle != null) {
            return to >= prefix.length()
                    && target.startsWith(suffix, to)
                    && (middle == null || middle.matches(target, prefix.length(), to));
        }
        return end == prefix.length();
    }

    /** Whether every path matches. */
    public boolean matchesAll() {
        return anyMiddle && suffix.isEmpty() && (prefix.isEmpty() || prefix.equals("/"));
    }

    /** Whether the pattern has a {@code **}, so that {@link #rest} has something to give. */
    public boolean hasRest() {
        return anyMiddle || beforeRest != null;
    }

    /**
     * What the first {@code **} stands for in a matching path, as much as it can; empty when the
     * path does not match or the pattern has none.
     */
    public String rest(String path) {
        if (!hasRest() || !matches(path)) {
            return "";
        }
        String between = path.substring(prefix.length(), path.length() - suffix.length());
        if (beforeRest == null || afterRestReversed == null) {
            return between;
        }
        int from = beforeRest.shortestPrefix(between);
        int cut = afterRestReversed.shortestPrefix(new StringBuilder(between).reverse());
        return between.substring(from, between.length() - cut);
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return pattern;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathGlob glob && glob.pattern.equals(pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    private static String places(String pattern) {
        StringBuilder places = new StringBuilder();
        int plainFrom = 0;
        for (int i = 0; i <= pattern.length(); i++) {
            char c = i < pattern.length() ? pattern.charAt(i) : '*';
            if (c != '*' && c != '?') {
                continue;
            }
            places.append(canonical(pattern.substring(plainFrom, i)));
            plainFrom = i + 1;
            if (i == pattern.length()) {
                break;
            }
            if (c == '?') {
                places.append(WildcardAutomaton.ANY_ONE);
                continue;
            }
            int stars = i;
            while (i + 1 < pattern.length() && pattern.charAt(i + 1) == '*') {
                i++;
            }
            plainFrom = i + 1;
            places.append(i > stars ? WildcardAutomaton.ANY_RUN : WildcardAutomaton.ANY_IN_SEGMENT);
        }
        return places.toString();
    }

    private static String canonical(String plain) {
        String bytes =
                new String(plain.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String canonical = CanonicalPath.of(bytes, bytes.length());
        return canonical == null ? bytes : canonical;
    }

    private static int firstWildcard(String places) {
        for (int i = 0; i < places.length(); i++) {
            if (places.charAt(i) >= WildcardAutomaton.ANY_ONE) {
                return i;
            }
        }
        return -1;
    }

    private static int lastWildcard(String places) {
        for (int i = places.length() - 1; i >= 0; i--) {
            if (places.charAt(i) >= WildcardAutomaton.ANY_ONE) {
                return i;
            }
        }
        return -1;
    }
}

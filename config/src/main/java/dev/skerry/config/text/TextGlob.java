package dev.skerry.config.text;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for field values and parameter names: {@code *} is any run of characters, {@code ?} any
 * one, {@code \} takes the next character as it is. Texts hold one char a byte (ISO-8859-1); a
 * pattern is compared as its UTF-8 bytes. Case counts.
 */
public final class TextGlob {
    private final String pattern;
    private final @Nullable String literal;
    private final @Nullable WildcardAutomaton automaton;

    private TextGlob(
            String pattern, @Nullable String literal, @Nullable WildcardAutomaton automaton) {
        this.pattern = pattern;
        this.literal = literal;
        this.automaton = automaton;
    }

    /**
     * Compiles a pattern.
     *
     * @throws IllegalArgumentException with a sentence for its author when it has wildcards and
     *     more than 62 bytes
     */
    public static TextGlob of(String pattern) {
        String bytes = latin1(pattern);
        StringBuilder places = new StringBuilder();
        boolean wild = false;
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c == '\\' && i + 1 < bytes.length()) {
                places.append(bytes.charAt(++i));
            } else if (c == '*') {
                wild = true;
                if (places.isEmpty()
                        || places.charAt(places.length() - 1) != WildcardAutomaton.ANY_RUN) {
                    places.append(WildcardAutomaton.ANY_RUN);
                }
            } else if (c == '?') {
                wild = true;
                places.append(WildcardAutomaton.ANY_ONE);
            } else {
                places.append(c);
            }
        }
        if (!wild) {
            return new TextGlob(pattern, places.toString(), null);
        }
        if (places.length() > WildcardAutomaton.LIMIT) {
            throw new IllegalArgumentException(
                    "a pattern with wildcards may have at most "
                            + WildcardAutomaton.LIMIT
                            + " bytes");
        }
        return new TextGlob(pattern, null, new WildcardAutomaton(places.toString(), true));
    }

    /** Whether the whole text matches. */
    public boolean matches(CharSequence text) {
        return matches(text, 0, text.length());
    }

    /** Whether the whole of {@code text[from, to)} matches. Allocates nothing. */
    public boolean matches(CharSequence text, int from, int to) {
        if (automaton != null) {
            return automaton.matches(text, from, to);
        }
        String same = literal;
        if (same == null || same.length() != to - from) {
            return false;
        }
        for (int i = 0; i < same.length(); i++) {
            if (same.charAt(i) != text.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return pattern;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextGlob glob && glob.pattern.equals(pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}

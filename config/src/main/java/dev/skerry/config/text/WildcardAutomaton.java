package dev.skerry.config.text;

/**
 * A pattern of up to 62 places, run over a text as a bit-parallel automaton: bit i of the state
 * says that the places before i are matched. One step a character whatever the pattern, so that no
 * client can make an operator's pattern slow.
 */
final class WildcardAutomaton {
    /** Stand for wildcards in a list of places; no text holds such chars (texts are ISO-8859-1). */
    static final char ANY_ONE = '\uE000';

    static final char ANY_IN_SEGMENT = '\uE001';
    static final char ANY_RUN = '\uE002';

    /** The longest pattern. */
    static final int LIMIT = 62;

    private final long[] steps = new long[256];
    private final long stayInSegment;
    private final long stayAlways;
    private final long runs;
    private final long start;
    private final long accept;

    WildcardAutomaton(String places, boolean questionCrossesSegments) {
        if (places.length() > LIMIT) {
            throw new IllegalArgumentException("more than " + LIMIT + " places");
        }
        long inSegment = 0;
        long always = 0;
        for (int i = 0; i < places.length(); i++) {
            long bit = 1L << i;
            switch (places.charAt(i)) {
                case ANY_ONE -> {
                    for (int c = 0; c < 256; c++) {
                        if (c != '/' || questionCrossesSegments) {
                            steps[c] |= bit;
                        }
                    }
                }
                case ANY_IN_SEGMENT -> inSegment |= bit;
                case ANY_RUN -> always |= bit;
                default -> steps[places.charAt(i) & 0xff] |= bit;
            }
        }
        stayInSegment = inSegment | always;
        stayAlways = always;
        runs = inSegment | always;
        start = skipRuns(1);
        accept = 1L << places.length();
    }

    /** Whether the whole of {@code text[from, to)} matches. */
    boolean matches(CharSequence text, int from, int to) {
        long state = start;
        for (int i = from; i < to && state != 0; i++) {
            state = step(state, text.charAt(i));
        }
        return (state & accept) != 0;
    }

    /** The length of the shortest prefix of {@code text} that matches, -1 when none does. */
    int shortestPrefix(CharSequence text) {
        long state = start;
        for (int i = 0; ; i++) {
            if ((state & accept) != 0) {
                return i;
            }
            if (i == text.length() || state == 0) {
                return -1;
            }
            state = step(state, text.charAt(i));
        }
    }

    private long step(long state, char c) {
        long consumed = c < 256 ? (state & steps[c]) << 1 : 0;
        return skipRuns(consumed | (state & (c == '/' ? stayAlways : stayInSegment)));
    }

    /** A run may be empty. Runs never stand side by side, so that one step is enough. */
    private long skipRuns(long state) {
        return state | (state & runs) << 1;
    }
}

package dev.skerry.config.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in the one order of all changes. Counters of different histories are never compared
 * (PURGE.md rule 17).
 *
 * @param history the random id of the history: 32 lower-case hexadecimal digits
 * @param counter from 1; 0 is the place before the first change
 */
public record Revision(String history, long counter) {
    private static final Pattern HISTORY = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern COUNTER = Pattern.compile("0|[1-9][0-9]{0,17}");

    /** Checks both parts. */
    public Revision {
        if (!HISTORY.matcher(history).matches() || counter < 0) {
            throw new IllegalArgumentException(history + "." + counter + " is no revision");
        }
    }

    /** Reads {@code HISTORY.COUNTER}; null when the text is something else. */
    public static @Nullable Revision parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0
                || !HISTORY.matcher(text.substring(0, dot)).matches()
                || !COUNTER.matcher(text.substring(dot + 1)).matches()) {
            return null;
        }
        return new Revision(text.substring(0, dot), Long.parseLong(text.substring(dot + 1)));
    }

    /** {@code HISTORY.COUNTER}. */
    @Override
    public String toString() {
        return history + "." + counter;
    }
}

package dev.skerry.cache.engine;

import java.util.Locale;

/** What became of a reader that fell behind the window of a fetch, and so of its client. */
public enum LeftBehindOutcome {
    /** It goes on by a fetch of its own for the rest. */
    CONTINUED,
    /** Cut off: upstream did not go on with the same representation. */
    REFUSED,
    /** Cut off: upstream could not be asked for the rest. */
    FAILED,
    /** Cut off: no strong validator says what the rest would be a rest of. */
    CUT;

    /** Lower case, as metrics print it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.skerry.cache.store;

import java.util.Locale;

/** Where what was stored came from: the {@code tier} of metrics and logs. */
public enum Tier {
    /** Direct memory. */
    MEMORY,
    /** The tier below memory. */
    DISK;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Lower case, as printed. */
    public String word() {
        return word;
    }
}

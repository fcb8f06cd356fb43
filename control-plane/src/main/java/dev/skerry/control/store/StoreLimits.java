package dev.skerry.control.store;

/**
 * How much a store keeps; each at least 1.
 *
 * @param changes the newest that can be read one by one; older ones are in snapshots only
 * @param ledgerRows names of purges, over all sites. At the bound the oldest sixteenth of the
 *     largest site become one purge of everything of their kind (PURGE.md rule 8).
 * @param versions the newest documents of each site
 */
public record StoreLimits(int changes, int ledgerRows, int versions) {
    /** What a store keeps unless told otherwise. */
    public static final StoreLimits USUAL = new StoreLimits(100_000, 1_000_000, 1_000);

    /** Checks the ranges. */
    public StoreLimits {
        if (changes < 1 || ledgerRows < 1 || versions < 1) {
            throw new IllegalArgumentException(
                    "at least 1 each: " + changes + ", " + ledgerRows + ", " + versions);
        }
    }
}

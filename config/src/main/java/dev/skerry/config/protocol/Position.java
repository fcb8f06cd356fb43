package dev.skerry.config.protocol;

/**
 * How far somebody has come in the order of changes, with what proves that it is that order: the
 * hash over all changes up to there (PURGE.md rule 17).
 *
 * @param hash {@link ChainHash#after} of the last change: 32 lower-case hexadecimal digits
 */
public record Position(Revision revision, String hash) {
    /** The id of the history. */
    public String history() {
        return revision.history();
    }

    /** The counter of the last change. */
    public long counter() {
        return revision.counter();
    }
}

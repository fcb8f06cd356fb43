package dev.skerry.config.protocol;

/**
 * One purge in the one order of all changes.
 *
 * @param revision the counter of its revision, from 1
 * @param site the site's name
 * @param scope what {@code value} names
 * @param value url: {@code host/path?query} without the scheme; tag: the tag; prefix: {@code
 *     host/path}, which ends at a path segment; host: the host; everything: empty. A host is in
 *     lower case, without a final dot, and without a port that is its scheme's default.
 * @param mode hard or soft
 * @param acceptedAtMillis wall time of acceptance, for people; no rule depends on it
 */
public record PurgeRecord(
        long revision, String site, Scope scope, String value, Mode mode, long acceptedAtMillis) {
    /** What a purge names. */
    public enum Scope {
        /** One URL, all its variants. */
        URL,
        /** Every response that carries the tag (surrogate key). */
        TAG,
        /** Every URL below a path. */
        PREFIX,
        /** Every URL of a host. */
        HOST,
        /** Every URL of the site. */
        EVERYTHING
    }

    /** What becomes of what is purged. */
    public enum Mode {
        /** Never served again. */
        HARD,
        /**
         * Stale from now on: may be revalidated, or served stale where a stale window allows it.
         */
        SOFT
    }
}

package dev.skerry.proxy.hop;

/**
 * What a shield says of its own lease with an answer (PURGE.md rules 6 and 14): whoever has applied
 * that revision may believe for as long that it knows of every purge.
 *
 * @param applied what the shield has applied, in the revisions of whoever holds this
 * @param leftMillis of its lease; 0 when it has none
 */
public record Vouch(long applied, long leftMillis) {
    /** Checks the numbers. */
    public Vouch {
        if (applied < 0 || leftMillis < 0) {
            throw new IllegalArgumentException("applied " + applied + ", left " + leftMillis);
        }
    }
}

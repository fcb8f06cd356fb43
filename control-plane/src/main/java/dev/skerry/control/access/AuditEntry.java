package dev.skerry.control.access;

import org.jspecify.annotations.Nullable;

/**
 * Something that somebody did, or tried.
 *
 * @param who the name of the token; empty when unknown
 * @param what method and path template of the request
 * @param site null when it concerned no single one
 * @param counter of the change that it became; 0 when it became none
 * @param outcome {@code done}, or the status of the refusal
 * @param detail a few words, or the refusal's sentence
 */
public record AuditEntry(
        String who,
        String what,
        @Nullable String site,
        long counter,
        String outcome,
        String detail) {
    private static final int MOST_DETAIL = 500;

    /** Bounds the detail, which may quote what a client sent. */
    public AuditEntry {
        detail = detail.length() > MOST_DETAIL ? detail.substring(0, MOST_DETAIL) : detail;
    }

    /** Something that was done. */
    public static AuditEntry done(
            String who, String what, @Nullable String site, long counter, String detail) {
        return new AuditEntry(who, what, site, counter, "done", detail);
    }
}

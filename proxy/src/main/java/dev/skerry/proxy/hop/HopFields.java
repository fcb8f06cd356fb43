package dev.skerry.proxy.hop;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;

/**
 * The fields that our own nodes put on messages between each other. They are believed only when
 * {@link HopAuth} has verified them, and never come in from, or leak out to, anybody else.
 */
public final class HopFields {
    /**
     * Request: the revision that the sender had applied (purge rule 3): {@code HISTORY.COUNTER}, or
     * of a node that stands alone a number.
     */
    public static final String APPLIED = "Skerry-Applied";

    /**
     * Request: the highest hard revision that matches the key (purge rule 3): a counter of the same
     * history.
     */
    public static final String NEED = "Skerry-Need";

    /** Response: the revision that it was born at (purge rule 7), as the request's was given. */
    public static final String BORN = "Skerry-Born";

    /** Response: {@code stale} when it is, {@code starting} when the node serves nothing yet. */
    public static final String STATE = "Skerry-State";

    /** Response: its age in milliseconds. */
    public static final String AGE = "Skerry-Age";

    /** Response: its tags, each percent-encoded, with commas between. */
    public static final String TAGS = "Skerry-Tags";

    /**
     * Response: what the node has applied and the milliseconds that its lease has left, as {@code
     * HISTORY.COUNTER;MILLIS}; absent from a node that stands alone.
     */
    public static final String LEASE = "Skerry-Lease";

    /** Both: what proves the others. */
    public static final String AUTH = "Skerry-Auth";

    private static final String PREFIX = "skerry-";

    private HopFields() {}

    /** Whether a field is reserved for our own nodes, known or not. */
    public static boolean isReserved(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** The fields without reserved ones; the same list when there are none. */
    public static FieldList strip(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (isReserved(fields.name(i))) {
                return FieldList.builder()
                        .addAll(fields)
                        .removeIf((name, value) -> isReserved(name))
                        .build();
            }
        }
        return FieldList.copyOf(fields);
    }
}

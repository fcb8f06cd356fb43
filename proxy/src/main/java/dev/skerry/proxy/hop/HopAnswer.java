package dev.skerry.proxy.hop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of the response that it gives to another one.
 *
 * @param bornAt the revision that it was born at (purge rule 7), at least 0
 * @param stale whether it was stale when it left
 * @param starting whether the node serves nothing yet, and the request is to go elsewhere
 * @param ageMillis its current age when its head left, at least 0
 * @param tags what it can be purged by; the fields that carry them do not pass from node to node
 * @param vouch what it says of its lease; null when it says nothing. Whoever signs fills it in
 */
public record HopAnswer(
        long bornAt,
        boolean stale,
        boolean starting,
        long ageMillis,
        List<String> tags,
        @Nullable Vouch vouch) {
    /** Of a node that serves nothing yet. */
    public static final HopAnswer STARTING = new HopAnswer(0, false, true, 0, List.of(), null);

    /** An answer that no node may store. */
    public static final HopAnswer NOT_STORED = new HopAnswer(0, false, 0);

    /** Checks the numbers. */
    public HopAnswer {
        tags = List.copyOf(tags);
        if (bornAt < 0 || ageMillis < 0) {
            throw new IllegalArgumentException("bornAt " + bornAt + ", age " + ageMillis);
        }
    }

    /** An answer of a node that serves. */
    public HopAnswer(long bornAt, boolean stale, long ageMillis, List<String> tags) {
        this(bornAt, stale, false, ageMillis, tags, null);
    }

    /** An answer without tags. */
    public HopAnswer(long bornAt, boolean stale, long ageMillis) {
        this(bornAt, stale, ageMillis, List.of());
    }
}

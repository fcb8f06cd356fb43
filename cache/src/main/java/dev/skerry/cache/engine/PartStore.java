package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Freshening;
import dev.skerry.cache.policy.PartCombining;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.Looked;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores parts of representations: beside what is stored of the same one, and else in its place.
 * Several parts of one response may come at once; who finds that something else is stored than it
 * saw looks again.
 */
final class PartStore {
    /** How often another one may be first before a part is let go. */
    private static final int MOST_TRIES = 16;

    private final ResponseStore store;
    private final PutCount puts;

    PartStore(ResponseStore store, PutCount puts) {
        this.store = store;
        this.puts = puts;
    }

    /**
     * Stores a part that belongs to a stored response, as upstream has confirmed with it.
     *
     * @param head the head of the whole, made of both
     */
    void putBeside(
            CacheRequest request,
            StoredHead head,
            GrowingBody body,
            ContentRange place,
            StoredResponse base) {
        int cap = request.route().rules().varyCap();
        PutResult result = store.putPart(request.key(), head, body, place, base, true, cap);
        if (result == PutResult.CHANGED) {
            put(request, head, body, place, true);
        } else {
            puts.count(request, result);
        }
    }

    /**
     * Stores a part.
     *
     * @param head the head of the whole
     * @param intact whether it is all that was asked for; what broke off takes no place of a whole
     *     response
     */
    void put(
            CacheRequest request,
            StoredHead head,
            GrowingBody body,
            ContentRange place,
            boolean intact) {
        PutResult result = PutResult.CHANGED;
        for (int i = 0; i < MOST_TRIES && result == PutResult.CHANGED; i++) {
            StoredResponse seen = sameVariant(request, head);
            try {
                result = put(request, head, body, place, intact, seen);
            } finally {
                if (seen != null) {
                    seen.release();
                }
            }
        }
        puts.count(request, result);
    }

    private PutResult put(
            CacheRequest request,
            StoredHead head,
            GrowingBody body,
            ContentRange place,
            boolean intact,
            @Nullable StoredResponse seen) {
        int cap = request.route().rules().varyCap();
        if (seen == null) {
            return store.putPart(request.key(), head, body, place, null, false, cap);
        }
        StoredHead other = seen.head();
        boolean same =
                seen.bodyLength() == place.length()
                        && PartCombining.sameRepresentation(
                                other.head().fields(), head.head().fields());
        // What a hard purge killed is never the base of a merge (PURGE.md rule 8).
        boolean dead = request.route().liveness().judgeHit(request, seen) == Judgement.HARD;
        if (!dead && seen.isWhole() && (same || !intact || !differ(other, head))) {
            return PutResult.OLDER; // there is more than this already
        }
        return same && !dead
                ? store.putPart(request.key(), united(other, head), body, place, seen, true, cap)
                : store.putPart(request.key(), head, body, place, seen, false, cap);
    }

    /** Whether two responses are known to be of different representations. */
    private static boolean differ(StoredHead one, StoredHead other) {
        String validator = PartCombining.validator(one.head().fields());
        String second = PartCombining.validator(other.head().fields());
        return validator != null && second != null && !validator.equals(second);
    }

    /**
     * One head for parts that were fetched independently: fields and freshness of the newer one,
     * the lower revisions, and the tags of both (RFC 9111 §3.4, PURGE.md rule 10).
     */
    static StoredHead united(StoredHead one, StoredHead other) {
        boolean ordered = generated(one.stamp()) <= generated(other.stamp());
        StoredHead older = ordered ? one : other;
        StoredHead newer = ordered ? other : one;
        ResponseHead head = Freshening.merge(older.head(), newer.head());
        StoredHead merged =
                new StoredHead(
                        head,
                        newer.vary(),
                        newer.selecting(),
                        newer.tags(),
                        newer.stamp(),
                        newer.name());
        return lowered(merged, older.stamp().bornAt(), older.stamp().bornAtLocal(), older.tags());
    }

    /** A head that stands for nothing younger than this, with more tags. */
    static StoredHead lowered(
            StoredHead head, long bornAt, long bornAtLocal, List<String> moreTags) {
        Set<String> tags = new LinkedHashSet<>(head.tags());
        tags.addAll(moreTags);
        int flags = head.stamp().flags() | (tags.isEmpty() ? 0 : StampFlags.TAGGED);
        return head.united(bornAt, bornAtLocal, List.copyOf(tags), flags);
    }

    private static long generated(Stamp stamp) {
        return stamp.receivedMillis() - stamp.initialAgeMillis();
    }

    /** What is stored for the same requests, with a reference; null for nothing. */
    private @Nullable StoredResponse sameVariant(CacheRequest request, StoredHead head) {
        try (Looked looked = store.look(request.key())) {
            Variants variants = looked.variants();
            for (int i = 0; variants != null && i < variants.count(); i++) {
                StoredResponse response = variants.get(i);
                if (response.retain()) {
                    if (response.vary().equals(head.vary())
                            && response.selecting().equals(head.selecting())) {
                        return response;
                    }
                    response.release();
                }
            }
            return null;
        }
    }
}

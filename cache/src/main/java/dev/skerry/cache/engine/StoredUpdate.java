package dev.skerry.cache.engine;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Freshening;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.policy.VaryMatch;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import org.jspecify.annotations.Nullable;

/** What a 304 or a HEAD changes in the store (RFC 9111 §4.3.4 and §4.3.5). */
final class StoredUpdate {
    private final ResponseStore store;
    private final Fill.Plan plan;
    private final CacheRequest request;

    StoredUpdate(ResponseStore store, Fill.Plan plan) {
        this.store = store;
        this.plan = plan;
        this.request = plan.request();
    }

    /**
     * A confirmed response.
     *
     * @param reception what it amounts to now
     * @param head whom it is for
     * @param fresh as it is stored now, with a reference; null when it is not
     */
    record Confirmed(Reception reception, StoredHead head, @Nullable StoredResponse fresh) {}

    /**
     * A 304 confirmed a stored response. One that another request had selected is stored for this
     * one's selecting fields as well.
     */
    Confirmed by304(
            StoredResponse confirmed,
            ResponseHead notModified,
            boolean staleUpstream,
            Reception.Times times) {
        StoredHead before = confirmed.head();
        Reception merged = Reception.ofFreshened(plan, before, notModified, staleUpstream, times);
        StoredHead after = merged.stored();
        if (after == null) {
            CodedKeys.removeAll(store, request.key(), confirmed);
            return new Confirmed(
                    merged,
                    before.selectedBy(VaryMatch.selecting(request.head().fields(), before.vary())),
                    null);
        }
        if (after.isSameVariant(before)) {
            return new Confirmed(merged, after, store.freshen(request.key(), confirmed, after));
        }
        StoredResponse fresh =
                store.share(request.key(), confirmed, after, request.route().rules().varyCap());
        if (after.vary().equals(before.vary())) {
            freshen(confirmed, after.selectedBy(before.selecting()));
        }
        return new Confirmed(merged, after, fresh);
    }

    /**
     * A HEAD went to the origin. Only a strong tag makes the stored body one of this moment: else
     * it stays as old as it was (PURGE.md rule 9).
     *
     * @return whether it was a response to the HEAD of what is stored
     */
    boolean byHead(
            StoredResponse base, ResponseHead head, boolean staleUpstream, Reception.Times times) {
        StoredHead before = base.head();
        if (!Freshening.headAgrees(before.head(), base.bodyLength(), head)) {
            return false;
        }
        boolean sameBytes =
                head.fields().contains("ETag") && Validation.hasStrongTag(before.head().fields());
        StoredHead after =
                Reception.ofFreshened(
                                plan,
                                before,
                                head,
                                staleUpstream,
                                sameBytes ? times : times.atMost(base))
                        .stored();
        if (after == null) {
            CodedKeys.removeAll(store, request.key(), base);
        } else {
            freshen(base, after);
        }
        return true;
    }

    private void freshen(StoredResponse stored, StoredHead head) {
        StoredResponse fresh = store.freshen(request.key(), stored, head);
        if (fresh != null) {
            fresh.release();
        }
    }
}

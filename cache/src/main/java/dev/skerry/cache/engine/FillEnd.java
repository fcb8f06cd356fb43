package dev.skerry.cache.engine;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Freshening;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a fetch comes to, for the requests that waited for it and for what is stored. */
final class FillEnd {
    private final Fetching fetching;
    private final Handout handout;
    private final Fill fill;
    private final Fill.Plan plan;
    private final CacheRequest request;

    FillEnd(Fetching fetching, Handout handout, Fill fill) {
        this.fetching = fetching;
        this.handout = handout;
        this.fill = fill;
        this.plan = fill.plan();
        this.request = plan.request();
    }

    void distribute(Fill.Headed head, boolean store) {
        for (Follower follower : fill.headed(head)) {
            if (!follower.leads()) {
                if (!handout.offer(head, follower)) {
                    fetching.sendBack(follower, head.reception());
                }
            } else if (!request.head().isSafe() // done already, and not to be done twice
                    || handout.acceptable(follower.request(), head.reception())) {
                handout.lead(head, follower, plan.shared(), store);
            } else {
                fetching.rejected(follower);
            }
        }
    }

    /**
     * Upstream gave nothing usable: what is stored, where stale-if-error allows it, else the
     * failure.
     */
    void failed(UpstreamFailure failure, Answer.@Nullable Fetch fetch) {
        StoredResponse base = plan.base();
        StoredHead head = base == null ? null : base.head();
        if (plan.shared()) {
            fetching.marks().failed(request);
        }
        for (Follower follower : fill.end()) {
            boolean given =
                    base != null
                            && head != null
                            && fetching.lookup().mayServeStale(follower.request(), base)
                            && handout.offer(
                                    base, head, CacheOutcome.STALE_IF_ERROR, fetch, follower);
            if (!given) {
                handout.fail(follower, failure);
            }
        }
    }

    /** Upstream confirmed the stored response (RFC 9111 §4.3.4). */
    void freshened(
            StoredResponse base,
            ResponseHead head,
            boolean staleUpstream,
            Reception.Times times,
            Answer.Fetch fetch) {
        StoredHead before = base.head();
        if (Validation.confirmed(head, List.of(before.head())) < 0) {
            // It confirms something else: what we have is of no use, so the next try has no
            // condition.
            CodedKeys.removeAll(fetching.store(), request.key(), base);
            return;
        }
        Reception merged = Reception.ofFreshened(plan, before, head, staleUpstream, times);
        StoredHead after = merged.stored();
        StoredResponse fresh =
                after == null ? null : fetching.store().freshen(request.key(), base, after);
        if (after == null) {
            CodedKeys.removeAll(fetching.store(), request.key(), base);
        }
        fetching.marks().remember(request, merged, plan);
        try {
            StoredResponse given = fresh == null ? base : fresh;
            for (Follower follower : fill.end()) {
                if (!handout.acceptable(follower.request(), merged)) {
                    fetching.rejected(follower);
                } else if (!follower.leads() && !merged.reusable()) {
                    fetching.alone(follower, given);
                } else if (!handout.offer(
                        given,
                        after == null ? before : after,
                        CacheOutcome.REVALIDATED,
                        fetch,
                        follower)) {
                    fetching.again(follower);
                }
            }
        } finally {
            if (fresh != null) {
                fresh.release();
            }
        }
    }

    /**
     * What is stored, after a HEAD went to the origin (RFC 9111 §4.3.5). Only a strong tag makes
     * the stored body one of this moment: else it stays as old as it was (PURGE.md rule 9).
     */
    void updateByHead(
            StoredResponse base, ResponseHead head, boolean staleUpstream, Reception.Times times) {
        StoredHead before = base.head();
        if (!Freshening.headAgrees(before.head(), base.bodyLength(), head)) {
            fetching.superseded(plan, head.status());
            return;
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
            CodedKeys.removeAll(fetching.store(), request.key(), base);
            return;
        }
        StoredResponse fresh = fetching.store().freshen(request.key(), base, after);
        if (fresh != null) {
            fresh.release();
        }
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;

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
                if (!fill.verifies(follower.request())) {
                    fetching.rejected(follower);
                } else if (!handout.offer(head, follower)) {
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
    void failed(UpstreamFailure failure, Answer.Fetch fetch) {
        StoredResponse base = plan.base();
        StoredHead head = base == null ? null : base.head();
        if (plan.shared()) {
            fetching.marks().failed(request);
        }
        boolean useless = base != null && Lookup.isUselessUnvalidated(base);
        for (Follower follower : fill.end()) {
            boolean given =
                    base != null
                            && head != null
                            && fetching.lookup().mayServeStale(follower.request(), base)
                            && handout.offer(
                                    base, head, CacheOutcome.STALE_IF_ERROR, fetch, follower);
            if (!given) {
                boolean doubted = base != null && follower.request().isDoubted();
                handout.fail(follower, failure, useless || doubted);
            }
        }
    }

    /** Upstream confirmed a stored response (RFC 9111 §4.3.4). */
    void notModified(
            Candidates candidates,
            ResponseHead head,
            boolean staleUpstream,
            Reception.Times times,
            Answer.Fetch fetch) {
        StoredResponse confirmed = candidates.confirmed(head);
        if (confirmed == null) {
            askPlainly(candidates);
            return;
        }
        StoredUpdate.Confirmed now =
                new StoredUpdate(fetching.store(), plan)
                        .by304(confirmed, head, staleUpstream, times);
        Reception merged = now.reception();
        StoredResponse fresh = now.fresh();
        fetching.marks().remember(request, merged, plan);
        try {
            StoredResponse given = fresh == null ? confirmed : fresh;
            for (Follower follower : fill.end()) {
                if (!handout.acceptable(follower.request(), merged)
                        || !(follower.leads() || fill.verifies(follower.request()))) {
                    fetching.rejected(follower);
                } else if (!Lookup.selects(follower.request(), now.head())) {
                    fetching.again(follower); // what was confirmed is another variant
                } else if (!follower.leads() && !merged.reusable()) {
                    fetching.alone(follower, given);
                } else if (!handout.offer(
                        given, now.head(), CacheOutcome.REVALIDATED, fetch, follower)) {
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
     * A 304 that confirms nothing that is stored: what was selected is of no use, and whoever waits
     * asks again without a condition.
     */
    private void askPlainly(Candidates candidates) {
        if (plan.base() != null && candidates.selected()) {
            CodedKeys.removeAll(fetching.store(), request.key(), plan.base());
        }
        for (Follower follower : fill.end()) {
            follower.request().plainly();
            fetching.again(follower);
        }
    }

    /** A HEAD went to the origin (RFC 9111 §4.3.5). */
    void updateByHead(
            StoredResponse base, ResponseHead head, boolean staleUpstream, Reception.Times times) {
        if (!new StoredUpdate(fetching.store(), plan).byHead(base, head, staleUpstream, times)) {
            fetching.superseded(plan, head.status());
        }
    }
}

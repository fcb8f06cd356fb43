package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Forwarding;
import dev.skerry.cache.policy.Freshening;
import dev.skerry.cache.policy.Reuse;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Unwanted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one {@link Fill} out: asks upstream, hands the head to those who wait, pumps the body,
 * stores what may be.
 */
final class FillRun implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(FillRun.class);
    private static final int PUMP_BYTES = 16 * 1024;

    private final Fetching fetching;
    private final Handout handout;
    private final Fill fill;
    private final Fill.Plan plan;
    private final CacheRequest request;

    FillRun(Fetching fetching, Handout handout, Fill fill) {
        this.fetching = fetching;
        this.handout = handout;
        this.fill = fill;
        this.plan = fill.plan();
        this.request = plan.request();
    }

    @Override
    public void run() {
        long sent = fetching.time().monotonicMillis();
        fetching.counters().fetches.increment();
        try (Upstream.Response response = request.route().upstream().fetch(upstreamRequest())) {
            received(response, sent);
        } catch (UpstreamFailure failure) {
            failed(failure, null);
        } catch (RuntimeException fault) {
            log.error("a fetch failed by a fault of this node", fault);
            failed(
                    new UpstreamFailure(
                            UpstreamFailure.Kind.INTERNAL, "a fault of this node", fault),
                    null);
        } finally {
            fetching.fills().leave(request.key(), fill);
            // A fault between head and body may leave some in line.
            for (Follower follower : fill.end()) {
                fetching.again(follower);
            }
            if (plan.base() != null) {
                plan.base().release();
            }
        }
    }

    private Upstream.Request upstreamRequest() {
        RequestHead head = request.head();
        FieldList fields = Forwarding.request(head.fields());
        if (plan.shared()) {
            fields = Validation.unconditional(fields);
            if (plan.base() != null && plan.conditional()) {
                fields =
                        fields.toBuilder()
                                .addAll(
                                        Validation.conditionalFields(
                                                List.of(plan.base().head().head())))
                                .build();
            }
        }
        Requester requester = request.requester();
        return new Upstream.Request(
                request.key(),
                new RequestHead(
                        head.method(),
                        head.scheme(),
                        head.authority(),
                        isForKey(head) ? request.target() : head.target(),
                        request.route().requestFields().apply(fields)),
                requester.openBody(),
                requester.bodyLength(),
                plan.applied(),
                plan.need(),
                requester.client(),
                interim -> fill.interim(InterimHeads.forClients(request.route(), interim)));
    }

    /**
     * Whether the request is for what is stored under the key, even if this answer cannot be: then
     * the origin sees the target of the key.
     */
    private boolean isForKey(RequestHead head) {
        return plan.shared()
                || (request.route().pass() == null
                        && (head.method().equals("GET") || head.method().equals("HEAD")));
    }

    private void received(Upstream.Response response, long sent) {
        long now = fetching.time().monotonicMillis();
        ResponseHead head = response.head();
        Answer.Fetch fetch = new Answer.Fetch(response.peer(), head.status(), now - sent);
        StoredResponse base = plan.base();
        if (base != null
                && Reuse.isServerError(head.status())
                && fetching.lookup().mayServeStale(request, base)) {
            failed(
                    new UpstreamFailure(
                            UpstreamFailure.Kind.SERVER_ERROR, "status " + head.status()),
                    fetch);
            return;
        }
        Reception.Times times =
                new Reception.Times(
                        sent,
                        now,
                        fetching.time().wallMillis(),
                        response.ageMillis(),
                        // A shield may be ahead of us. What it vouches for beyond our own ledger we
                        // could not judge later (PURGE.md rule 7).
                        Math.min(
                                response.bornAt(),
                                Math.max(request.route().liveness().applied(), plan.applied())),
                        plan.appliedLocal(),
                        response.tags());
        if (base != null && plan.conditional() && head.status() == 304) {
            freshened(base, head, response.stale(), times, fetch);
            return;
        }
        if (head.status() == 304 && plan.shared()) {
            failed(
                    new UpstreamFailure(
                            UpstreamFailure.Kind.PROTOCOL, "a 304 that nobody asked for"),
                    fetch);
            return;
        }
        Reception reception = Reception.of(plan, head, response.stale(), times);
        if (base != null && request.head().method().equals("HEAD")) {
            updateByHead(base, head, response.stale(), times);
        } else if (reception.stored() == null) {
            fetching.superseded(plan, head.status());
        }
        if (!plan.shared()) {
            reception = fetching.passed(plan, head, reception);
        }
        if (hasNoBody(request.head().method(), head.status())) {
            bodiless(reception, fetch, response.announcedLength());
        } else {
            stream(response, reception, fetch);
        }
    }

    /** RFC 9110 §6.4.1, §9.3.2, §15.3.5, §15.4.5. */
    private static boolean hasNoBody(String method, int status) {
        return method.equals("HEAD") || status == 204 || status == 304;
    }

    private void stream(Upstream.Response response, Reception reception, Answer.Fetch fetch) {
        boolean store = reception.stored() != null && handout.acceptable(request, reception);
        GrowingBody body = fetching.store().newBody(response.announcedLength(), store);
        boolean ended = false;
        try {
            fetching.marks().remember(request, reception, plan);
            distribute(
                    new Fill.Headed(reception, body, false, fetch, response.announcedLength()),
                    store);
            pump(response, body);
            ended = true;
            if (store && reception.stored() != null) {
                fetching.store(request, reception.stored(), body);
            }
        } catch (Unwanted left) {
            body.fail(left);
            ended = true;
            fetching.counters().abandoned.increment();
        } catch (IOException broken) {
            body.fail(broken);
            ended = true;
            fetching.counters().brokenBodies.increment();
            if (plan.shared()) {
                // What is stored serves on; an origin that breaks off is not asked by everybody.
                fetching.marks().failed(request);
            }
        } finally {
            if (!ended) {
                body.fail(new IOException("a fault of this node")); // or readers would wait forever
            }
            // In this order: a request that finds the fill gone finds the response in the store.
            fill.end();
            body.release();
        }
    }

    private void pump(Upstream.Response response, GrowingBody body) throws IOException {
        long length = response.announcedLength();
        ByteBuffer buffer =
                ByteBuffer.allocate(length < 0 ? PUMP_BYTES : Math.clamp(length, 1, PUMP_BYTES));
        while (response.read(buffer) >= 0) {
            body.append(buffer.flip());
            buffer.clear();
        }
        body.complete();
    }

    private void bodiless(Reception reception, Answer.Fetch fetch, long announcedLength) {
        StoredHead stored = reception.stored();
        GrowingBody empty = fetching.store().newBody(0, stored != null);
        try {
            empty.complete();
            fetching.marks().remember(request, reception, plan);
            if (stored != null && handout.acceptable(request, reception)) {
                fetching.store(request, stored, empty);
            }
            distribute(
                    new Fill.Headed(reception, empty, true, fetch, announcedLength),
                    stored != null);
        } finally {
            fill.end();
            empty.release();
        }
    }

    private void distribute(Fill.Headed head, boolean store) {
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

    /** Upstream confirmed the stored response (RFC 9111 §4.3.4). */
    private void freshened(
            StoredResponse base,
            ResponseHead head,
            boolean staleUpstream,
            Reception.Times times,
            Answer.Fetch fetch) {
        StoredHead before = base.head();
        if (Validation.confirmed(head, List.of(before.head())) < 0) {
            // It confirms something else: what we have is of no use, so the next try has no
            // condition.
            fetching.store().remove(request.key(), base);
            return;
        }
        Reception merged = Reception.ofFreshened(plan, before, head, staleUpstream, times);
        StoredHead after = merged.stored();
        StoredResponse fresh =
                after == null ? null : fetching.store().freshen(request.key(), base, after);
        if (after == null) {
            fetching.store().remove(request.key(), base);
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
    private void updateByHead(
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
            fetching.store().remove(request.key(), base);
            return;
        }
        StoredResponse fresh = fetching.store().freshen(request.key(), base, after);
        if (fresh != null) {
            fresh.release();
        }
    }

    /**
     * Upstream gave nothing usable: what is stored, where stale-if-error allows it, else the
     * failure.
     */
    private void failed(UpstreamFailure failure, Answer.@Nullable Fetch fetch) {
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
}

package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.PartCombining;
import dev.skerry.cache.policy.PartialContent;
import dev.skerry.cache.policy.Reuse;
import dev.skerry.cache.policy.Trailers;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Unwanted;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one {@link Fill} out: asks upstream, hands the head to those who wait, pumps the body,
 * stores what may be.
 */
final class FillRun implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(FillRun.class);

    private final Fetching fetching;
    private final Handout handout;
    private final Fill fill;
    private final Fill.Plan plan;
    private final CacheRequest request;
    private final FillEnd end;
    private Candidates candidates = Candidates.NONE;

    FillRun(Fetching fetching, Handout handout, Fill fill) {
        this.fetching = fetching;
        this.handout = handout;
        this.fill = fill;
        this.plan = fill.plan();
        this.request = plan.request();
        this.end = new FillEnd(fetching, handout, fill);
    }

    @Override
    public void run() {
        long begun = fetching.time().monotonicMillis();
        try {
            if (plan.mayName()) {
                candidates = Candidates.of(request, plan.base(), fetching.store());
            }
            Slice slice = plan.slice();
            while (slice != null) {
                slice = ask(slice);
            }
        } catch (UpstreamFailure failure) {
            end.failed(failure, nobody(begun));
        } catch (RuntimeException fault) {
            log.error("a fetch failed by a fault of this node", fault);
            end.failed(
                    new UpstreamFailure(
                            UpstreamFailure.Kind.INTERNAL, "a fault of this node", fault),
                    nobody(begun));
        } finally {
            fetching.fills().leave(request.key(), fill);
            // A fault between head and body may leave some in line.
            for (Follower follower : fill.end()) {
                fetching.again(follower);
            }
            candidates.release();
            if (plan.base() != null) {
                plan.base().release();
            }
        }
    }

    private Answer.Fetch nobody(long begun) {
        return new Answer.Fetch(null, 0, fetching.time().monotonicMillis() - begun);
    }

    /** Asks once; returns what to ask for instead, at most once a fill, or null. */
    private @Nullable Slice ask(Slice slice) throws UpstreamFailure {
        long sent = fetching.time().monotonicMillis();
        fetching.counters().fetches.increment();
        try (Upstream.Response response =
                request.route()
                        .upstream()
                        .fetch(UpstreamAsk.of(fill, slice.fields(), candidates.fields()))) {
            Reception.Times times = Reception.Times.of(plan, response, sent, fetching.time());
            fill.verified(sent + response.leaseMillis());
            switch (slice) {
                case Slice.Holes holes -> {
                    Splice splice = new Splice(fetching, handout, fill, end, holes);
                    ContentRange part = splice.placed(holes.holes().getFirst(), response);
                    if (part != null) {
                        splice.run(response, part, times);
                        return null;
                    }
                    if (isAboutBytes(response.head())) {
                        fetching.superseded(plan, 200); // what is stored is of another time
                        return Slice.asked(request.head());
                    }
                }
                case Slice.Rest rest -> {
                    if (isAboutBytes(response.head())) {
                        return Slice.whole();
                    }
                }
                case Slice.Whole whole -> {}
                case Slice.Asked asked -> {}
            }
            received(response, slice, times);
            return null;
        }
    }

    private static boolean isAboutBytes(ResponseHead head) {
        return head.status() == 206 || head.status() == 416;
    }

    private void received(Upstream.Response response, Slice slice, Reception.Times times) {
        ResponseHead head = response.head();
        Answer.Fetch fetch = times.fetch(response);
        StoredResponse base = plan.base();
        if (base != null
                && Reuse.isServerError(head.status())
                && fetching.lookup().mayServeStale(request, base)) {
            end.failed(
                    new UpstreamFailure(
                            UpstreamFailure.Kind.SERVER_ERROR, "status " + head.status()),
                    fetch);
            return;
        }
        if (!candidates.isEmpty() && head.status() == 304) {
            end.notModified(candidates, head, response.stale(), times, fetch);
            return;
        }
        if (head.status() == 304 && plan.shared()) {
            end.failed(
                    new UpstreamFailure(
                            UpstreamFailure.Kind.PROTOCOL, "a 304 that nobody asked for"),
                    fetch);
            return;
        }
        ContentRange part =
                plan.shared() ? PartialContent.placed(head, response.announcedLength()) : null;
        Reception reception =
                Reception.of(
                        plan,
                        part == null ? head : PartialContent.representation(head),
                        response.stale(),
                        times);
        if (base != null && request.head().method().equals("HEAD")) {
            end.updateByHead(base, head, response.stale(), times);
        } else if (reception.stored() == null) {
            // That the stored bytes are not there any more tells as much as others in their place.
            boolean gone = head.status() == 416 && slice instanceof Slice.Asked;
            fetching.superseded(plan, gone ? 200 : head.status());
        }
        if (!plan.shared()) {
            reception = fetching.invalidations().declare(plan, head, reception);
        }
        if (hasNoBody(request.head().method(), head.status())) {
            bodiless(reception, fetch, response.announcedLength());
        } else {
            stream(response, reception, fetch, part);
        }
    }

    /** RFC 9110 §6.4.1, §9.3.2, §15.3.5, §15.4.5. */
    private static boolean hasNoBody(String method, int status) {
        return method.equals("HEAD") || status == 204 || status == 304;
    }

    private void stream(
            Upstream.Response response,
            Reception reception,
            Answer.Fetch fetch,
            @Nullable ContentRange part) {
        boolean store = reception.stored() != null && handout.acceptable(request, reception);
        long length = part == null ? response.announcedLength() : part.to() - part.from();
        long from = part == null ? 0 : part.from();
        GrowingBody body =
                fetching.store().newBody(request.key(), request.name(), from, length, store);
        boolean ended = false;
        try {
            fetching.marks().remember(request, reception, plan);
            GrowingBody followed = part == null ? followed(response, body) : body;
            end.distribute(new Fill.Headed(reception, followed, false, fetch, length, part), store);
            Pump.all(response, body, part == null ? -1 : length);
            body.complete(request.route().editedBeside(Trailers.forwarded(response.trailers())));
            ended = true;
            if (store && reception.stored() != null) {
                store(reception.stored(), body, part);
            }
        } catch (Unwanted left) {
            body.fail(left);
            ended = true;
            fetching.counters().abandoned.increment();
        } catch (IOException broken) {
            ended = true;
            body.breakOff(broken);
            fetching.counters().brokenBodies.increment();
            if (store && reception.stored() != null) {
                keep(reception.stored(), body, part, length);
            }
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

    /** The body as those see it of whom some may be slower than others. */
    private GrowingBody followed(Upstream.Response response, GrowingBody body) {
        if (!plan.joinable()) {
            return body;
        }
        Continuation continuation = Continuation.of(fill, response, fetching);
        if (continuation != null) {
            body.mayLeaveBehind();
        }
        return new FollowedBody(body, continuation, fetching.counters());
    }

    private void store(StoredHead head, GrowingBody body, @Nullable ContentRange part) {
        if (part == null) {
            fetching.store(request, head, body);
        } else {
            fetching.parts().put(request, head, body, part, true);
        }
    }

    /**
     * What came of a body that broke off, where its bytes are beyond doubt: their places are known
     * from a length that was announced, and a strong validator lets the others be asked for.
     */
    private void keep(StoredHead head, GrowingBody body, @Nullable ContentRange part, long length) {
        long written = body.written();
        if (length < 0
                || written == 0
                || written >= length
                || head.head().status() != 200
                || PartCombining.validator(head.head().fields()) == null) {
            return;
        }
        long from = part == null ? 0 : part.from();
        ContentRange place =
                new ContentRange(from, from + written, part == null ? length : part.length());
        fetching.parts().put(request, head, body, place, false);
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
            end.distribute(
                    new Fill.Headed(reception, empty, true, fetch, announcedLength, null),
                    stored != null);
        } finally {
            fill.end();
            empty.release();
        }
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.policy.MissingBytes;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what a fetch brought to the requests that waited for it, each judged by its own snapshot,
 * variant and rules (PURGE.md rules 2 to 4; RFC 9111 §4). A request that may not have it is sent
 * back to the engine.
 */
final class Handout {
    private static final Logger log = LoggerFactory.getLogger(Handout.class);

    private final TimeSource time;
    private final EngineCounters counters;

    Handout(TimeSource time, EngineCounters counters) {
        this.time = time;
        this.counters = counters;
    }

    /**
     * Whether a fetch began late enough for a request, as far as can be said before its head is
     * there.
     */
    boolean recentEnough(Fill.Plan plan, CacheRequest request) {
        if (request.rejections() > 0) {
            return plan.forced()
                    && plan.applied() >= request.snapshot()
                    && plan.appliedLocal() >= request.localSnapshot();
        }
        return request.route()
                .liveness()
                .recentEnough(request, plan.applied(), plan.appliedLocal());
    }

    /** Gives the fill's response to the request that it was begun for. */
    void lead(Fill.Headed head, Follower leader, boolean shared, boolean willBeStored) {
        CacheOutcome outcome = shared ? CacheOutcome.MISS : CacheOutcome.PASS;
        if (!stream(head, leader, outcome, head.reception().ageMillis(), willBeStored)) {
            fail(leader, new UpstreamFailure(UpstreamFailure.Kind.RESET, "the body is gone"));
        }
    }

    /**
     * Gives the fill's response to a request that did not begin it, if it may have it. A body may
     * take longer than the response is fresh, and grows older while it comes.
     */
    boolean offer(Fill.Headed head, Follower follower) {
        Reception reception = head.reception();
        StoredHead stored = reception.stored();
        CacheRequest request = follower.request();
        return stored != null
                && reception.reusable()
                && isFresh(reception)
                && Lookup.selects(request, stored)
                && acceptable(request, reception)
                && brings(head, stored, request)
                && stream(
                        head,
                        follower,
                        head.isComplete() ? CacheOutcome.HIT : CacheOutcome.COLLAPSED,
                        ageMillis(reception),
                        true);
    }

    /** Whether what may be stored of a fetch is fresh now. */
    boolean isFresh(Reception reception) {
        StoredHead stored = reception.stored();
        return stored != null && ageMillis(reception) < stored.stamp().lifetimeMillis();
    }

    private long ageMillis(Reception reception) {
        StoredHead stored = reception.stored();
        return stored == null
                ? reception.ageMillis()
                : CurrentAge.nowMillis(
                        stored.stamp().initialAgeMillis(),
                        stored.stamp().receivedMillis(),
                        time.monotonicMillis());
    }

    /** Whether the body holds what a request asks for, now or soon. */
    private static boolean brings(Fill.Headed head, StoredHead stored, CacheRequest request) {
        ContentRange part = head.part();
        long written = head.body().written();
        if (part == null) {
            return head.bodiless() || Slice.comesSoon(request.head(), written);
        }
        Extent extent = new Extent(part.from(), part.to());
        return switch (MissingBytes.of(
                request.head(), stored.head(), part.length(), List.of(extent))) {
            case MissingBytes.Nothing nothing ->
                    !(RangeSelection.select(request.head(), stored.head(), part.length())
                                    instanceof RangeSelection.One one)
                            || one.from() <= part.from() + written + Slice.PATIENCE_BYTES;
            case MissingBytes.Holes holes -> false;
            case MissingBytes.Scattered scattered -> false;
        };
    }

    /** False when the body can no longer be read from its first byte. */
    private static boolean stream(
            Fill.Headed head,
            Follower follower,
            CacheOutcome outcome,
            long ageMillis,
            boolean willBeStored) {
        GrowingBody content = head.content();
        BodyReader reader = content == null ? null : content.reader(0, Long.MAX_VALUE);
        if (content != null && reader == null) {
            return false;
        }
        Reception reception = head.reception();
        long length = content == null ? -1 : content.length();
        boolean kept = head.body().whole();
        MissReason notStored = reception.notStored();
        answer(
                follower,
                new Answer.Streaming(
                        reception.forClient(),
                        content,
                        reader,
                        head.part(),
                        length >= 0 ? length : head.announcedLength(),
                        outcome,
                        outcome.isHit() ? null : follower.request().reason(),
                        notStored == null && !kept ? MissReason.NO_ROOM : notStored,
                        willBeStored && kept,
                        reception.bornAt(),
                        ageMillis,
                        reception.staleUpstream(),
                        reception.tags(),
                        head.fetch()));
        return true;
    }

    /** Gives a stored response (freshened, or stale on error) to a request, if it may have it. */
    boolean offer(
            StoredResponse stored,
            StoredHead head,
            CacheOutcome outcome,
            Answer.@Nullable Fetch fetch,
            Follower follower) {
        CacheRequest request = follower.request();
        if (!Lookup.selects(request, head) || !Lookup.holds(request, stored) || !stored.retain()) {
            return false;
        }
        long age =
                CurrentAge.nowMillis(
                        stored.initialAgeMillis(), stored.receivedMillis(), time.monotonicMillis());
        answer(
                follower,
                new Answer.Stored(
                        stored, outcome, request.reason(), age, fetch, request.tierOf(stored)));
        return true;
    }

    /** Passes an interim response on to a request that waits. */
    void interim(ResponseHead head, Follower follower) {
        try {
            follower.request().requester().interim(head);
        } catch (RuntimeException fault) {
            log.warn("an interim response could not be delivered", fault);
        }
    }

    /** Tells a request that nothing could be had. */
    void fail(Follower follower, UpstreamFailure failure) {
        fail(follower, failure, false);
    }

    /** {@code unvalidated}: there is a stored response that may not be used without validation. */
    void fail(Follower follower, UpstreamFailure failure, boolean unvalidated) {
        counters.failedAnswers(failure.kind()).increment();
        answer(follower, new Answer.Failed(failure, unvalidated, follower.request().reason()));
    }

    /**
     * Whether no purge up to the request's snapshot killed what was fetched. What was asked for
     * with everything applied is acceptable whatever it claims, so that a read ends after one
     * retry.
     */
    boolean acceptable(CacheRequest request, Reception reception) {
        return request.rejections() > 0
                || (reception.bornAt() >= request.demandedNeed()
                        && request.route()
                                        .liveness()
                                        .judgeFetched(
                                                request,
                                                reception.tags(),
                                                reception.bornAt(),
                                                reception.bornAtLocal())
                                == Judgement.ALIVE);
    }

    /** A receiver that fails, fails alone: the others in line get theirs. */
    private static void answer(Follower follower, Answer answer) {
        try {
            follower.listener().answered(answer);
        } catch (RuntimeException fault) {
            log.warn("an answer could not be delivered", fault);
            if (answer instanceof Answer.Streaming streaming && streaming.reader() != null) {
                streaming.reader().close();
            }
        }
    }
}

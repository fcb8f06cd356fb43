package dev.skerry.cache.engine;

import dev.skerry.cache.http.ByteRange;
import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Conditionals;
import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.policy.Invalidation;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.policy.Reuse;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests from the store, from a fetch under way, or from a new one. What the store can
 * answer alone is answered on the calling thread without blocking; whatever else happens, happens
 * on the executor.
 */
public final class CacheEngine {
    /**
     * How far behind a fill's end a range may begin and still wait for it rather than be fetched by
     * itself.
     */
    private static final long RANGE_PATIENCE_BYTES = 1 << 20;

    private final ResponseStore store;
    private final TimeSource time;
    private final Executor executor;
    private final Limits limits;
    private final FillTable fills = new FillTable();
    private final MarkedKeys hitForMiss;
    private final MarkedKeys failing;
    private final Handout handout = new Handout(this);
    private final EngineCounters counters = new EngineCounters();

    /**
     * Limits of the engine.
     *
     * @param followers requests that may wait for one fetch's head; one more is answered 503
     * @param markedKeys keys that are remembered as uncacheable, and as many as failing
     * @param failureBackoffMillis how long after a failed fetch a stale response is served without
     *     trying again
     */
    public record Limits(int followers, int markedKeys, long failureBackoffMillis) {
        /** What a node runs with unless told otherwise. */
        public static final Limits DEFAULT = new Limits(100_000, 100_000, 1_000);
    }

    /**
     * An engine over a store.
     *
     * @param executor runs fetches, each of which blocks: virtual threads
     */
    public CacheEngine(ResponseStore store, TimeSource time, Executor executor, Limits limits) {
        this.store = store;
        this.time = time;
        this.executor = executor;
        this.limits = limits;
        this.hitForMiss = new MarkedKeys(limits.markedKeys());
        this.failing = new MarkedKeys(limits.markedKeys());
    }

    /** Answers a request. The listener may be called before this returns. */
    public void answer(CacheRequest request, AnswerListener listener) {
        MissReason pass = passReason(request);
        if (pass != null) {
            request.reason(pass);
            fetchAlone(new Follower(request, listener, true), false, null, false);
            return;
        }
        StoredResponse stored = select(request);
        if (stored == null) {
            miss(request, listener);
            return;
        }
        long now = time.monotonicMillis();
        long age = CurrentAge.nowMillis(stored.initialAgeMillis(), stored.receivedMillis(), now);
        Judgement judgement = request.route().liveness().judgeHit(request, stored);
        switch (decide(request, stored, judgement, age, now)) {
            case FRESH ->
                    listener.answered(new Answer.Stored(stored, CacheOutcome.HIT, null, age, null));
            case STALE_WHILE_REVALIDATE -> {
                refreshBehind(request, stored, judgement == Judgement.SOFT);
                listener.answered(
                        new Answer.Stored(stored, CacheOutcome.STALE, request.reason(), age, null));
            }
            case REVALIDATE ->
                    revalidate(request, listener, stored, judgement == Judgement.SOFT, age);
            case DEAD -> {
                store.remove(request.key(), stored);
                stored.release();
                request.looked(store.find(request.key()));
                miss(request, listener);
            }
        }
    }

    /**
     * What {@link #answer} would do with a request now. Asks nobody and changes nothing, but that
     * the store counts a use of the key.
     */
    public Peek peek(CacheRequest request) {
        return new PeekTaker(this, request).take();
    }

    /** What the engine counts. */
    public EngineCounters counters() {
        return counters;
    }

    /** Keys being fetched now. */
    public int fillsUnderWay() {
        return fills.size();
    }

    /** What is done with a stored response that matches. */
    enum Decision {
        FRESH,
        STALE_WHILE_REVALIDATE,
        REVALIDATE,
        DEAD
    }

    static @Nullable MissReason passReason(CacheRequest request) {
        RequestHead head = request.head();
        if (request.pass() != null) {
            return request.pass();
        }
        boolean get = head.method().equals("GET");
        if (!get && !head.method().equals("HEAD")) {
            return MissReason.METHOD;
        }
        if (request.requester().hasBody()) {
            return MissReason.METHOD;
        }
        return Conditionals.needOrigin(head.fields()) ? MissReason.REQUEST_CONDITION : null;
    }

    /**
     * The newest stored variant that matches, with a reference; null, and a reason in the request,
     * when there is none.
     */
    @Nullable StoredResponse select(CacheRequest request) {
        Variants variants = store.find(request.key());
        request.looked(variants);
        if (variants == null) {
            request.reason(MissReason.COLD);
            return null;
        }
        for (int i = 0; i < variants.count(); i++) {
            StoredResponse stored = variants.get(i);
            if (stored.retain()) {
                if (stored.vary().isEmpty()
                        || Handout.matches(stored.vary(), stored.selecting(), request)) {
                    return stored;
                }
                stored.release();
            }
        }
        request.reason(MissReason.VARY);
        return null;
    }

    Decision decide(
            CacheRequest request, StoredResponse stored, Judgement judgement, long age, long now) {
        // What a node downstream cannot use, a purge killed that has not come here yet (PURGE.md
        // rule 6).
        if (judgement == Judgement.HARD || stored.bornAt() < request.demandedNeed()) {
            request.reason(MissReason.PURGED);
            return Decision.DEAD;
        }
        int flags = stored.flags();
        boolean forbidden =
                StampFlags.has(flags, StampFlags.MUST_REVALIDATE | StampFlags.ALWAYS_REVALIDATE);
        if (judgement == Judgement.SOFT) {
            request.reason(MissReason.PURGED_SOFT);
            long staleFor = request.route().liveness().softAgeMillis(request, stored, now);
            return !forbidden && staleFor < stored.staleWhileRevalidateMillis()
                    ? Decision.STALE_WHILE_REVALIDATE
                    : Decision.REVALIDATE;
        }
        Reuse.Verdict verdict =
                Reuse.decide(
                        age,
                        stored.lifetimeMillis(),
                        stored.staleWhileRevalidateMillis(),
                        StampFlags.has(flags, StampFlags.MUST_REVALIDATE),
                        StampFlags.has(flags, StampFlags.ALWAYS_REVALIDATE),
                        StampFlags.has(flags, StampFlags.IMMUTABLE),
                        request.route().rules().honourRequestDirectives()
                                ? Reuse.requestDirectives(request.head().fields())
                                : CacheControl.NONE);
        MissReason reason = verdict.missReason();
        request.reason(reason == null ? MissReason.EXPIRED : reason);
        return switch (verdict) {
            case FRESH, STALE_ACCEPTED -> Decision.FRESH;
            case STALE_WHILE_REVALIDATE -> Decision.STALE_WHILE_REVALIDATE;
            case EXPIRED, NO_CACHE, REQUEST_DIRECTIVE -> Decision.REVALIDATE;
        };
    }

    private void miss(CacheRequest request, AnswerListener listener) {
        if (missesAlone(request)) {
            fetchAlone(new Follower(request, listener, true), false, null, false);
            return;
        }
        fetch(request, listener, null, false);
    }

    /** Whether what would be fetched is not the whole that could be stored; notes the reason. */
    boolean missesAlone(CacheRequest request) {
        RequestHead head = request.head();
        if (head.method().equals("HEAD")) {
            return true;
        }
        List<ByteRange> ranges = ByteRange.parse(head.fields().first("Range"));
        if (ranges != null && !wantsAll(ranges) && !fillReaches(request, ranges)) {
            request.reason(MissReason.RANGE_COLD);
            return true;
        }
        return false;
    }

    /** {@code bytes=0-} is how browsers begin with a medium: it asks for everything. */
    private static boolean wantsAll(List<ByteRange> ranges) {
        return ranges.size() == 1 && ranges.getFirst().first() == 0 && ranges.getFirst().last() < 0;
    }

    private boolean fillReaches(CacheRequest request, List<ByteRange> ranges) {
        ByteRange range = ranges.getFirst();
        return ranges.size() == 1
                && !range.isSuffix()
                && fills.of(request.key()).stream()
                        .anyMatch(fill -> fill.reaches(range.first(), RANGE_PATIENCE_BYTES));
    }

    private void revalidate(
            CacheRequest request,
            AnswerListener listener,
            StoredResponse stored,
            boolean soft,
            long age) {
        if (isFailing(request) && mayServeStale(request, stored)) {
            listener.answered(
                    new Answer.Stored(
                            stored, CacheOutcome.STALE_IF_ERROR, request.reason(), age, null));
            return;
        }
        if (request.head().method().equals("HEAD")) {
            // What is stored is only what to fall back on (stale-if-error): there is no body to be
            // had that could replace it.
            fetchAlone(new Follower(request, listener, true), false, stored, soft);
            return;
        }
        fetch(request, listener, stored, soft);
    }

    /** Joins a fetch or begins one. Takes over the reference to {@code base}. */
    private void fetch(
            CacheRequest request,
            AnswerListener listener,
            @Nullable StoredResponse base,
            boolean soft) {
        request.detach();
        if (isHitForMiss(request)) {
            if (base == null && request.reason() == MissReason.COLD) {
                request.reason(MissReason.HIT_FOR_MISS);
            }
            fetchAlone(new Follower(request, listener, true), true, base, soft);
            return;
        }
        Follower follower = new Follower(request, listener, false);
        while (true) {
            List<Fill> seen = fills.of(request.key());
            for (Fill fill : seen) {
                Fill.Joining joining = fill.join(follower);
                if (joining != Fill.Joining.REFUSED) {
                    release(base);
                    if (joining == Fill.Joining.FULL) {
                        handout.fail(
                                follower,
                                new UpstreamFailure(
                                        UpstreamFailure.Kind.OVERLOADED,
                                        "too many requests wait for one fetch"));
                    }
                    return;
                }
            }
            if (storeChanged(request)) {
                // A fill ended between our look into the store and here. It may still be entered:
                // it leaves only when its exchange with upstream is over.
                release(base);
                answer(request, listener);
                return;
            }
            Fill fill = fill(request, listener, true, base, soft, true);
            if (fills.enter(request.key(), seen, fill)) {
                executor.execute(new FillRun(this, handout, fill));
                return;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // each change of a key puts another object in place
    private boolean storeChanged(CacheRequest request) {
        return store.find(request.key()) != request.lookedAt();
    }

    /** Begins a fetch that nobody else may join. */
    private void fetchAlone(
            Follower leader, boolean shared, @Nullable StoredResponse base, boolean soft) {
        CacheRequest request = leader.request();
        request.detach();
        executor.execute(
                new FillRun(
                        this,
                        handout,
                        fill(request, leader.listener(), shared, base, soft, false)));
    }

    private void refreshBehind(CacheRequest request, StoredResponse stored, boolean soft) {
        List<Fill> seen = fills.of(request.key());
        if (!seen.isEmpty()
                || storeChanged(request) // another refresh ended between our look and here
                || isFailing(request)
                || !stored.retain()) {
            return;
        }
        Fill fill = fill(request.behind(), null, true, stored, soft, true);
        if (fills.enter(request.key(), seen, fill)) {
            counters.refreshes.increment();
            executor.execute(new FillRun(this, handout, fill));
        } else {
            stored.release();
        }
    }

    private Fill fill(
            CacheRequest request,
            @Nullable AnswerListener listener,
            boolean shared,
            @Nullable StoredResponse base,
            boolean soft,
            boolean joinable) {
        Liveness liveness = request.route().liveness();
        // Before the first byte goes out, and never read again (PURGE.md rules 1 and 5).
        long own = liveness.applied();
        long applied = Math.max(own, request.demandedApplied());
        boolean forced = soft || request.rejections() > 0 || listener == null;
        boolean conditional = shared && base != null && mayValidate(base, soft, own >= applied);
        Fill.Plan plan =
                new Fill.Plan(
                        request,
                        shared,
                        joinable,
                        base,
                        conditional,
                        applied,
                        liveness.appliedLocal(),
                        forced ? applied : liveness.need(request));
        Follower leader = listener == null ? null : new Follower(request, listener, true);
        return new Fill(plan, handout, limits.followers(), leader);
    }

    /**
     * PURGE.md rule 9. Otherwise any validator will do, and without one the response is fetched
     * anew.
     */
    static boolean mayValidate(StoredResponse base, boolean soft, boolean ledgerIsEnough) {
        return ledgerIsEnough && (!soft || Validation.hasStrongTag(base.head().head().fields()));
    }

    private static void release(@Nullable StoredResponse stored) {
        if (stored != null) {
            stored.release();
        }
    }

    // ---- what a run asks of, and reports to, the engine ----

    ResponseStore store() {
        return store;
    }

    TimeSource time() {
        return time;
    }

    FillTable fills() {
        return fills;
    }

    /** Whether the key's responses could not be shared a moment ago. */
    boolean isHitForMiss(CacheRequest request) {
        return hitForMiss.isMarked(
                request.key(), time.monotonicMillis(), request.route().liveness().epoch());
    }

    /** Whether upstream failed for the key a moment ago. */
    boolean isFailing(CacheRequest request) {
        return failing.isMarked(
                request.key(), time.monotonicMillis(), request.route().liveness().epoch());
    }

    /** Whether a fetch is under way that began late enough for the request. */
    boolean mayJoin(CacheRequest request) {
        return fills.of(request.key()).stream().anyMatch(fill -> fill.admits(request));
    }

    /** RFC 5861 §4, RFC 9111 §4.2.4; never what a hard purge killed (PURGE.md rule 8). */
    boolean mayServeStale(CacheRequest request, StoredResponse base) {
        int flags = base.flags();
        if (StampFlags.has(flags, StampFlags.MUST_REVALIDATE | StampFlags.ALWAYS_REVALIDATE)) {
            return false;
        }
        Judgement judgement = request.route().liveness().judgeHit(request, base);
        if (judgement == Judgement.HARD) {
            return false;
        }
        long now = time.monotonicMillis();
        long age = CurrentAge.nowMillis(base.initialAgeMillis(), base.receivedMillis(), now);
        long staleFor =
                judgement == Judgement.SOFT
                        ? request.route().liveness().softAgeMillis(request, base, now)
                        : age - base.lifetimeMillis();
        return staleFor < base.staleIfErrorMillis();
    }

    /**
     * Upstream has told that something else is there now: a stored response that was to be
     * validated is not used again, not even stale, though nothing takes its place (RFC 9111
     * §4.3.3). What may concern one client alone, and errors, say nothing about it.
     */
    void superseded(Fill.Plan plan, int status) {
        StoredResponse base = plan.base();
        boolean tells = status >= 200 && status < 400 && status != 304;
        if (plan.shared() && base != null && (tells || status == 404 || status == 410)) {
            store.remove(plan.request().key(), base);
        }
    }

    /** Remembers whether a key's responses can be shared. */
    void remember(CacheRequest request, Reception reception, Fill.Plan plan) {
        if (!plan.shared()) {
            return;
        }
        if (reception.reusable()) {
            hitForMiss.clear(request.key());
        } else if (Reuse.isServerError(reception.forClient().status())) {
            // It passes; an origin in trouble is not to get every request at once on top.
            counters.uncacheable.increment();
        } else {
            counters.uncacheable.increment();
            hitForMiss.mark(
                    request.key(),
                    time.monotonicMillis() + request.route().rules().hitForMissMillis(),
                    request.route().liveness().epoch());
        }
    }

    /**
     * A request that waited for a response it may not have: it looks again, or fetches for itself.
     */
    void sendBack(Follower follower, Reception reception) {
        CacheRequest request = follower.request();
        if (reception.reusable()) {
            if (!handout.acceptable(request, reception)) {
                request.rejected();
            }
            again(follower);
            return;
        }
        request.reason(
                reception.notStored() == null ? MissReason.HIT_FOR_MISS : reception.notStored());
        alone(follower, null);
    }

    /**
     * A request that waited for a response that only one request may have: it fetches for itself,
     * beside the others.
     */
    void alone(Follower follower, @Nullable StoredResponse base) {
        StoredResponse kept = base != null && base.retain() ? base : null;
        fetchAlone(new Follower(follower.request(), follower.listener(), true), true, kept, false);
    }

    /**
     * A request whose answer a purge had overtaken: once more, with everything applied (PURGE.md
     * rule 4).
     */
    void rejected(Follower follower) {
        counters.rejections.increment();
        follower.request().rejected();
        again(follower);
    }

    void again(Follower follower) {
        answer(follower.request(), follower.listener());
    }

    /**
     * A response went past the cache: an unsafe method invalidates what it changed (RFC 9111 §4.4).
     */
    void passed(CacheRequest request, ResponseHead response) {
        Liveness liveness = request.route().liveness();
        for (Invalidation.Target target : Invalidation.targets(request.head(), response)) {
            counters.invalidations.increment();
            String canonical = request.route().targets().apply(target.target());
            liveness.invalidateUrl(target.host(), canonical, time.monotonicMillis());
        }
        liveness.invalidateGroups(
                Invalidation.groups(request.head(), response), time.monotonicMillis());
    }

    void store(CacheRequest request, StoredHead head, GrowingBody body) {
        int cap = request.route().rules().varyCap();
        counters.puts(store.put(request.key(), head, body, cap)).increment();
    }

    void broken(CacheRequest request, Exception cause) {
        counters.brokenBodies.increment();
    }

    void failed(CacheRequest request) {
        failing.mark(
                request.key(),
                time.monotonicMillis() + limits.failureBackoffMillis(),
                request.route().liveness().epoch());
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Fetches under way: joins one, begins one, alone or behind a stale response, and takes back the
 * requests that may not have what one brought.
 */
final class Fetching {
    private final CacheEngine engine;
    private final ResponseStore store;
    private final TimeSource time;
    private final Executor executor;
    private final int maxFollowers;
    private final Lookup lookup;
    private final Marks marks;
    private final EngineCounters counters;
    private final Handout handout;
    private final PutCount puts;
    private final PartStore parts;
    private final Invalidations invalidations;
    private final FillTable fills = new FillTable();

    Fetching(
            CacheEngine engine,
            ResponseStore store,
            TimeSource time,
            Executor executor,
            int maxFollowers,
            Lookup lookup,
            Marks marks,
            EngineCounters counters,
            VariantCapListener caps) {
        this.engine = engine;
        this.store = store;
        this.time = time;
        this.executor = executor;
        this.maxFollowers = maxFollowers;
        this.lookup = lookup;
        this.marks = marks;
        this.counters = counters;
        this.handout = new Handout(time, counters);
        this.puts = new PutCount(counters, caps);
        this.parts = new PartStore(store, puts);
        this.invalidations = new Invalidations(time, counters);
    }

    /** Joins a fetch or begins one. Takes over the reference to {@code base}. */
    void fetch(
            CacheRequest request,
            AnswerListener listener,
            @Nullable StoredResponse base,
            boolean soft) {
        request.detach();
        doubt(request);
        if (marks.isHitForMiss(request)) {
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
            if (FillTable.isFull(seen)) {
                fetchAlone(new Follower(request, listener, true), true, base, soft);
                return;
            }
            Fill fill = fill(request, listener, true, base, soft, true);
            if (fills.enter(request.key(), seen, fill)) {
                if (overtaken(request, base)) {
                    withdraw(fill);
                } else {
                    executor.execute(new FillRun(this, handout, fill));
                }
                return;
            }
        }
    }

    /**
     * Whether a fill ended between our look into the store and our entry into the table, so that
     * what it brought, or the mark that it left, answers the request. It may still be entered: it
     * leaves only when its exchange with upstream is over.
     */
    private boolean overtaken(CacheRequest request, @Nullable StoredResponse base) {
        return storeChanged(request)
                || (base != null
                        && marks.isFailing(request)
                        && lookup.mayServeStale(request, base));
    }

    /** Takes back a fill that was entered and not begun; whoever has joined it looks again. */
    private void withdraw(Fill fill) {
        fills.leave(fill.plan().request().key(), fill);
        release(fill.plan().base());
        for (Follower follower : fill.end()) {
            again(follower);
        }
    }

    private boolean storeChanged(CacheRequest request) {
        return !store.isCurrent(request.key(), request.lookedAt());
    }

    /** Begins a fetch that nobody else may join. */
    void fetchAlone(Follower leader, boolean shared, @Nullable StoredResponse base, boolean soft) {
        CacheRequest request = leader.request();
        request.detach();
        doubt(request);
        executor.execute(
                new FillRun(
                        this,
                        handout,
                        fill(request, leader.listener(), shared, base, soft, false)));
    }

    /** Refreshes a stale response that is served meanwhile, unless that is being done already. */
    void refreshBehind(CacheRequest request, StoredResponse stored, boolean soft) {
        List<Fill> seen = fills.of(request.key());
        if (!seen.isEmpty()
                || marks.isFailing(request)
                || (soft && !request.route().liveness().pace().admits(time.nanoTime()))
                || !stored.retain()) {
            return;
        }
        Fill fill = fill(request.behind(), null, true, stored, soft, true);
        if (!fills.enter(request.key(), seen, fill)) {
            stored.release();
        } else if (storeChanged(request) || marks.isFailing(request)) {
            withdraw(fill); // another refresh ended between our look and here
        } else {
            counters.refreshes.increment();
            executor.execute(new FillRun(this, handout, fill));
        }
    }

    /** Notes whether the node has no lease now. */
    private void doubt(CacheRequest request) {
        long now = time.monotonicMillis();
        if (request.route().controlLoss().doubts(now)) {
            request.doubted(now);
        }
    }

    /** Whether a fetch is under way that began late enough for the request. */
    boolean mayJoin(CacheRequest request) {
        doubt(request);
        return fills.of(request.key()).stream().anyMatch(fill -> fill.admits(request));
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
        boolean doubtful = soft || request.isDoubted();
        boolean forced = doubtful || request.rejections() > 0 || listener == null;
        // A node whose own ledger is behind what it will claim must fetch it all (rule 9).
        boolean mayName = shared && own >= applied && !request.asksPlainly();
        boolean mayValidate = mayName && base != null && Lookup.mayValidate(base, doubtful);
        Slice slice = shared ? Slice.of(request.head(), base, mayValidate) : Slice.whole();
        if (slice instanceof Slice.Asked && request.reason() == MissReason.COLD) {
            request.reason(MissReason.RANGE_COLD);
        }
        Fill.Plan plan =
                new Fill.Plan(
                        request,
                        shared,
                        joinable,
                        base,
                        slice,
                        // A 304 about bytes that are not here would answer nobody.
                        mayName && (base == null || Lookup.holds(request, base)),
                        applied,
                        liveness.appliedLocal(),
                        forced ? applied : liveness.need(request));
        Follower leader = listener == null ? null : new Follower(request, listener, true);
        return new Fill(plan, handout, maxFollowers, leader, time.monotonicMillis());
    }

    private static void release(@Nullable StoredResponse stored) {
        if (stored != null) {
            stored.release();
        }
    }

    // ---- what a run asks, and reports ----

    ResponseStore store() {
        return store;
    }

    TimeSource time() {
        return time;
    }

    Lookup lookup() {
        return lookup;
    }

    Marks marks() {
        return marks;
    }

    Executor executor() {
        return executor;
    }

    EngineCounters counters() {
        return counters;
    }

    PartStore parts() {
        return parts;
    }

    Invalidations invalidations() {
        return invalidations;
    }

    FillTable fills() {
        return fills;
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
            CodedKeys.removeAll(store, plan.request().key(), base);
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
        if (Marks.isForCredentialsOnly(request, reception) && !Marks.hasCredentials(request)) {
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
        engine.answer(follower.request(), follower.listener());
    }

    /** Stores a whole response. */
    void store(CacheRequest request, StoredHead head, GrowingBody body) {
        int cap = request.route().rules().varyCap();
        puts.count(request, store.put(request.key(), head, body, cap));
    }
}

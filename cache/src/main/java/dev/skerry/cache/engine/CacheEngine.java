package dev.skerry.cache.engine;

import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests from the store, from a fetch under way, or from a new one. What the store can
 * answer alone is answered on the calling thread without blocking; whatever else happens, happens
 * on the executor.
 */
public final class CacheEngine {
    private final ResponseStore store;
    private final TimeSource time;
    private final Lookup lookup;
    private final Marks marks;
    private final Fetching fetching;
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
    public CacheEngine(
            ResponseStore store,
            TimeSource time,
            Executor executor,
            Limits limits,
            VariantCapListener caps) {
        this.store = store;
        this.time = time;
        this.lookup = new Lookup(store, time);
        this.marks = new Marks(limits, time, counters);
        this.fetching =
                new Fetching(
                        this,
                        store,
                        time,
                        executor,
                        limits.followers(),
                        lookup,
                        marks,
                        counters,
                        caps);
    }

    /**
     * Answers a request. The listener may be called before this returns. What a slower tier has to
     * be asked for comes on a thread of that tier.
     */
    public void answer(CacheRequest request, AnswerListener listener) {
        MissReason pass = Lookup.passReason(request);
        if (pass != null) {
            request.reason(pass);
            fetching.fetchAlone(new Follower(request, listener, true), false, null, false);
            return;
        }
        Variants variants = store.find(request.key());
        if (variants == null && store.load(request.key(), new Loading(request, listener))) {
            return;
        }
        answer(request, listener, variants);
    }

    /**
     * Answers a request without a stored response that could not be read: it is forgotten first.
     * For any thread.
     *
     * @param unreadable which the caller holds
     */
    public void answerWithout(
            CacheRequest request, StoredResponse unreadable, AnswerListener listener) {
        request.detach();
        CodedKeys.removeAll(store, request.key(), unreadable);
        answer(request, listener);
    }

    /** Goes on where what is stored had to be looked for below memory. */
    private final class Loading implements ResponseStore.LoadListener {
        private final CacheRequest request;
        private final AnswerListener listener;

        Loading(CacheRequest request, AnswerListener listener) {
            this.request = request;
            this.listener = listener;
        }

        @Override
        public void waits() {
            request.detach();
        }

        @Override
        public void loaded(@Nullable Variants variants) {
            request.lookedBelow();
            answer(request, listener, variants);
        }
    }

    private void answer(
            CacheRequest request, AnswerListener listener, @Nullable Variants variants) {
        StoredResponse stored = lookup.select(request, variants);
        if (stored == null) {
            miss(request, listener);
            return;
        }
        long now = lookup.now();
        long age = Lookup.age(stored, now);
        Judgement judgement = request.route().liveness().judgeHit(request, stored);
        switch (lookup.decide(request, stored, judgement, now)) {
            case FRESH -> give(request, listener, stored, CacheOutcome.HIT, null, age);
            case STALE_WHILE_REVALIDATE -> {
                fetching.refreshBehind(request, stored, judgement == Judgement.SOFT);
                give(request, listener, stored, CacheOutcome.STALE, request.reason(), age);
            }
            case REVALIDATE ->
                    revalidate(request, listener, stored, judgement == Judgement.SOFT, age);
            case COMPLETE -> {
                request.reason(MissReason.UNKNOWN_RANGE);
                if (Lookup.wantsStoredOnly(request)) {
                    stored.release();
                    listener.answered(new Answer.NotCached(request.reason()));
                    return;
                }
                fetching.fetch(request, listener, stored, judgement == Judgement.SOFT);
            }
            case DEAD -> {
                CodedKeys.removeAll(store, request.key(), stored);
                stored.release();
                request.looked(store.find(request.key()));
                miss(request, listener);
            }
        }
    }

    private void give(
            CacheRequest request,
            AnswerListener listener,
            StoredResponse stored,
            CacheOutcome outcome,
            @Nullable MissReason reason,
            long age) {
        store.used(request.key(), stored);
        listener.answered(
                new Answer.Stored(stored, outcome, reason, age, null, request.tierOf(stored)));
    }

    /**
     * What {@link #answer} would do with a request now. Asks nobody and changes nothing, but that
     * the store counts a use of the key. May wait for what lies below memory.
     */
    public Peek peek(CacheRequest request) {
        return new PeekTaker(store, time, lookup, marks, fetching, request).take();
    }

    /** What the engine counts. */
    public EngineCounters counters() {
        return counters;
    }

    /** Keys being fetched now. */
    public int fillsUnderWay() {
        return fetching.fills().size();
    }

    private void miss(CacheRequest request, AnswerListener listener) {
        if (Lookup.wantsStoredOnly(request)) {
            listener.answered(new Answer.NotCached(request.reason()));
            return;
        }
        if (request.head().method().equals("HEAD")) {
            fetching.fetchAlone(new Follower(request, listener, true), false, null, false);
            return;
        }
        if (Lookup.isNotToBeStored(request)) {
            request.reason(MissReason.REQUEST_NO_STORE);
            fetching.fetchAlone(new Follower(request, listener, true), true, null, false);
            return;
        }
        fetching.fetch(request, listener, null, false);
    }

    private void revalidate(
            CacheRequest request,
            AnswerListener listener,
            StoredResponse stored,
            boolean soft,
            long age) {
        if (marks.isFailing(request) && lookup.mayServeStale(request, stored)) {
            give(request, listener, stored, CacheOutcome.STALE_IF_ERROR, request.reason(), age);
            return;
        }
        if (Lookup.wantsStoredOnly(request)) {
            stored.release();
            listener.answered(new Answer.NotCached(request.reason()));
            return;
        }
        if (request.head().method().equals("HEAD")) {
            // It can confirm what is stored, or end it; there is no body to be had for others.
            fetching.fetchAlone(new Follower(request, listener, true), true, stored, soft);
            return;
        }
        fetching.fetch(request, listener, stored, soft);
    }
}

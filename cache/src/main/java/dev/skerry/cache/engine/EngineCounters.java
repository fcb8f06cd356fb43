package dev.skerry.cache.engine;

import dev.skerry.cache.store.ResponseStore.PutResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the engine counts of its own doings; what became of each request, the pipeline counts. */
public final class EngineCounters {
    private final Map<PutResult, LongAdder> puts = new EnumMap<>(PutResult.class);
    private final Map<UpstreamFailure.Kind, LongAdder> failed =
            new EnumMap<>(UpstreamFailure.Kind.class);
    private final Map<LeftBehindOutcome, LongAdder> leftBehind =
            new EnumMap<>(LeftBehindOutcome.class);
    final LongAdder fetches = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder uncacheable = new LongAdder();
    final LongAdder rejections = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    final LongAdder brokenBodies = new LongAdder();
    final LongAdder abandoned = new LongAdder();

    EngineCounters() {
        for (PutResult result : PutResult.values()) {
            puts.put(result, new LongAdder());
        }
        for (LeftBehindOutcome outcome : LeftBehindOutcome.values()) {
            leftBehind.put(outcome, new LongAdder());
        }
        for (UpstreamFailure.Kind kind : UpstreamFailure.Kind.values()) {
            failed.put(kind, new LongAdder());
        }
    }

    LongAdder puts(PutResult result) {
        return Objects.requireNonNull(puts.get(result));
    }

    LongAdder failedAnswers(UpstreamFailure.Kind kind) {
        return Objects.requireNonNull(failed.get(kind));
    }

    LongAdder readersLeftBehind(LeftBehindOutcome outcome) {
        return Objects.requireNonNull(leftBehind.get(outcome));
    }

    /** Readers that fell behind the window of a fetch, by what became of them. */
    public long leftBehind(LeftBehindOutcome outcome) {
        return readersLeftBehind(outcome).sum();
    }

    /** Requests that were told that nothing could be had, by why. */
    public long failed(UpstreamFailure.Kind kind) {
        return failedAnswers(kind).sum();
    }

    /** Requests sent upstream. */
    public long fetches() {
        return fetches.sum();
    }

    /** Refreshes behind a stale response. */
    public long refreshes() {
        return refreshes.sum();
    }

    /** Responses that could not be shared with requests that waited, or later ones. */
    public long uncacheable() {
        return uncacheable.sum();
    }

    /** Answers rejected because a purge had overtaken them. */
    public long rejections() {
        return rejections.sum();
    }

    /** URLs invalidated by unsafe requests. */
    public long invalidations() {
        return invalidations.sum();
    }

    /** Bodies that broke off before their end. */
    public long brokenBodies() {
        return brokenBodies.sum();
    }

    /** Fetches ended because every client had left and nothing of them could be stored. */
    public long abandoned() {
        return abandoned.sum();
    }

    /** Responses that came to be stored, by what became of them. */
    public long stored(PutResult result) {
        return puts(result).sum();
    }
}

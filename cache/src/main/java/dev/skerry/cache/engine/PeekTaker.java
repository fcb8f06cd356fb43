package dev.skerry.cache.engine;

import dev.skerry.cache.policy.FreshnessLifetime;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.Looked;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what {@link CacheEngine#answer} would do, with the engine's own decisions, and does
 * nothing of it.
 */
final class PeekTaker {
    private final ResponseStore store;
    private final TimeSource time;
    private final Lookup lookup;
    private final Marks marks;
    private final Fetching fetching;
    private final CacheRequest request;

    PeekTaker(
            ResponseStore store,
            TimeSource time,
            Lookup lookup,
            Marks marks,
            Fetching fetching,
            CacheRequest request) {
        this.store = store;
        this.time = time;
        this.lookup = lookup;
        this.marks = marks;
        this.fetching = fetching;
        this.request = request;
    }

    Peek take() {
        try (Looked looked = store.look(request.key())) {
            return take(looked.variants());
        }
    }

    private Peek take(@Nullable Variants stored) {
        Liveness liveness = request.route().liveness();
        MissReason pass = Lookup.passReason(request);
        StoredResponse chosen = pass == null ? lookup.select(request, stored) : null;
        try {
            Peek.Next next = pass != null ? Peek.Next.PASS : chosen == null ? miss() : hit(chosen);
            MissReason reason = pass != null ? pass : request.reason();
            return new Peek(
                    next,
                    next == Peek.Next.HIT ? null : reason,
                    liveness.applied(),
                    liveness.need(request),
                    variants(stored, chosen),
                    marks.isHitForMiss(request),
                    marks.isFailing(request),
                    fetching.fills().of(request.key()).size());
        } finally {
            if (chosen != null) {
                chosen.release();
            }
        }
    }

    private Peek.Next hit(StoredResponse chosen) {
        Judgement judgement = request.route().liveness().judgeHit(request, chosen);
        return switch (lookup.decide(request, chosen, judgement, lookup.now())) {
            case FRESH -> Peek.Next.HIT;
            case STALE_WHILE_REVALIDATE -> Peek.Next.STALE;
            case REVALIDATE -> revalidate(chosen);
            case COMPLETE -> complete();
            case DEAD -> miss();
        };
    }

    private Peek.Next complete() {
        if (Lookup.wantsStoredOnly(request)) {
            return Peek.Next.ONLY_IF_CACHED;
        }
        request.reason(MissReason.UNKNOWN_RANGE);
        if (marks.isHitForMiss(request)) {
            return Peek.Next.FETCH_ALONE;
        }
        return fetching.mayJoin(request) ? Peek.Next.COLLAPSE : Peek.Next.COMPLETE;
    }

    private Peek.Next revalidate(StoredResponse chosen) {
        if (marks.isFailing(request) && lookup.mayServeStale(request, chosen)) {
            return Peek.Next.STALE_IF_ERROR;
        }
        if (Lookup.wantsStoredOnly(request)) {
            return Peek.Next.ONLY_IF_CACHED;
        }
        boolean get = !request.head().method().equals("HEAD");
        if (get && marks.isHitForMiss(request)) {
            return Peek.Next.FETCH_ALONE;
        }
        if (get && fetching.mayJoin(request)) {
            return Peek.Next.COLLAPSE;
        }
        if (names(chosen)) {
            return Peek.Next.REVALIDATE;
        }
        return get ? Peek.Next.REFETCH : Peek.Next.FETCH_ALONE;
    }

    private Peek.Next miss() {
        if (Lookup.wantsStoredOnly(request)) {
            return Peek.Next.ONLY_IF_CACHED;
        }
        if (request.head().method().equals("HEAD")) {
            return Peek.Next.FETCH_ALONE;
        }
        if (Lookup.isNotToBeStored(request)) {
            request.reason(MissReason.REQUEST_NO_STORE);
            return Peek.Next.FETCH_ALONE;
        }
        if (marks.isHitForMiss(request)) {
            if (request.reason() == MissReason.COLD) {
                request.reason(MissReason.HIT_FOR_MISS);
            }
            return Peek.Next.FETCH_ALONE;
        }
        if (fetching.mayJoin(request)) {
            return Peek.Next.COLLAPSE;
        }
        return names(null) ? Peek.Next.VALIDATE_VARIANTS : Peek.Next.FETCH;
    }

    /** Whether upstream would be asked to confirm something that is stored. */
    private boolean names(@Nullable StoredResponse chosen) {
        Candidates candidates = Candidates.of(request, chosen, store);
        candidates.release();
        return !candidates.isEmpty();
    }

    private List<Peek.Variant> variants(
            @Nullable Variants stored, @Nullable StoredResponse chosen) {
        List<Peek.Variant> variants = new ArrayList<>();
        for (int i = 0; stored != null && i < stored.count(); i++) {
            StoredResponse response = stored.get(i);
            if (response.retain()) {
                try {
                    variants.add(variant(response, isSame(response, chosen)));
                } finally {
                    response.release();
                }
            }
        }
        return variants;
    }

    @SuppressWarnings("ReferenceEquality") // a stored response is an object, not a value
    private static boolean isSame(StoredResponse one, @Nullable StoredResponse other) {
        return one == other;
    }

    private Peek.Variant variant(StoredResponse stored, boolean chosen) {
        Liveness liveness = request.route().liveness();
        StoredHead head = stored.head();
        int flags = stored.flags();
        Judgement judgement = liveness.judgeHit(request, stored);
        return new Peek.Variant(
                chosen,
                Lookup.selects(request, head),
                stored.status(),
                stored.bodyLength(),
                stored.isWhole() ? List.of() : stored.extents(),
                head.head().fields(),
                head.vary(),
                head.selecting(),
                head.tags(),
                stored.bornAt(),
                stored.bornAtLocal(),
                Lookup.age(stored, lookup.now()),
                stored.lifetimeMillis(),
                FreshnessLifetime.of(head.head(), request.route().rules(), time.wallMillis())
                        .source(),
                stored.staleWhileRevalidateMillis(),
                stored.staleIfErrorMillis(),
                StampFlags.has(flags, StampFlags.MUST_REVALIDATE),
                StampFlags.has(flags, StampFlags.ALWAYS_REVALIDATE),
                StampFlags.has(flags, StampFlags.STALE_UPSTREAM),
                judgement,
                judgement == Judgement.SOFT
                        ? liveness.softAgeMillis(request, stored, time.monotonicMillis())
                        : 0,
                liveness.purges(request, head.tags()));
    }
}

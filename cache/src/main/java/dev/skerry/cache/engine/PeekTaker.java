package dev.skerry.cache.engine;

import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.policy.FreshnessLifetime;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.Judgement;
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
    private final CacheEngine engine;
    private final CacheRequest request;
    private final long now;

    PeekTaker(CacheEngine engine, CacheRequest request) {
        this.engine = engine;
        this.request = request;
        this.now = engine.time().monotonicMillis();
    }

    Peek take() {
        Liveness liveness = request.route().liveness();
        MissReason pass = CacheEngine.passReason(request);
        StoredResponse chosen = pass == null ? engine.select(request) : null;
        try {
            Peek.Next next = pass != null ? Peek.Next.PASS : chosen == null ? miss() : hit(chosen);
            MissReason reason = pass != null ? pass : request.reason();
            return new Peek(
                    next,
                    next == Peek.Next.HIT ? null : reason,
                    liveness.applied(),
                    liveness.need(request),
                    variants(chosen),
                    engine.isHitForMiss(request),
                    engine.isFailing(request),
                    engine.fills().of(request.key()).size());
        } finally {
            if (chosen != null) {
                chosen.release();
            }
        }
    }

    private Peek.Next hit(StoredResponse chosen) {
        Judgement judgement = request.route().liveness().judgeHit(request, chosen);
        return switch (engine.decide(request, chosen, judgement, age(chosen), now)) {
            case FRESH -> Peek.Next.HIT;
            case STALE_WHILE_REVALIDATE -> Peek.Next.STALE;
            case REVALIDATE -> revalidate(chosen, judgement == Judgement.SOFT);
            case DEAD -> miss();
        };
    }

    private Peek.Next revalidate(StoredResponse chosen, boolean soft) {
        if (engine.isFailing(request) && engine.mayServeStale(request, chosen)) {
            return Peek.Next.STALE_IF_ERROR;
        }
        if (request.head().method().equals("HEAD") || engine.isHitForMiss(request)) {
            return Peek.Next.FETCH_ALONE;
        }
        if (engine.mayJoin(request)) {
            return Peek.Next.COLLAPSE;
        }
        return CacheEngine.mayValidate(chosen, soft, true)
                        && FreshnessLifetime.hasValidator(chosen.head().head().fields())
                ? Peek.Next.REVALIDATE
                : Peek.Next.REFETCH;
    }

    private Peek.Next miss() {
        if (engine.missesAlone(request)) {
            return Peek.Next.FETCH_ALONE;
        }
        if (engine.isHitForMiss(request)) {
            if (request.reason() == MissReason.COLD) {
                request.reason(MissReason.HIT_FOR_MISS);
            }
            return Peek.Next.FETCH_ALONE;
        }
        return engine.mayJoin(request) ? Peek.Next.COLLAPSE : Peek.Next.FETCH;
    }

    private List<Peek.Variant> variants(@Nullable StoredResponse chosen) {
        Variants stored = engine.store().find(request.key());
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
                Handout.matches(head.vary(), head.selecting(), request),
                stored.status(),
                stored.bodyLength(),
                head.head().fields(),
                head.vary(),
                head.selecting(),
                head.tags(),
                stored.bornAt(),
                stored.bornAtLocal(),
                age(stored),
                stored.lifetimeMillis(),
                FreshnessLifetime.of(
                                head.head(), request.route().rules(), engine.time().wallMillis())
                        .source(),
                stored.staleWhileRevalidateMillis(),
                stored.staleIfErrorMillis(),
                StampFlags.has(flags, StampFlags.MUST_REVALIDATE),
                StampFlags.has(flags, StampFlags.ALWAYS_REVALIDATE),
                StampFlags.has(flags, StampFlags.STALE_UPSTREAM),
                judgement,
                judgement == Judgement.SOFT ? liveness.softAgeMillis(request, stored, now) : 0,
                liveness.purges(request, head.tags()));
    }

    private long age(StoredResponse stored) {
        return CurrentAge.nowMillis(stored.initialAgeMillis(), stored.receivedMillis(), now);
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.policy.Conditionals;
import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.policy.MissingBytes;
import dev.skerry.cache.policy.Reuse;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.policy.VaryMatch;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import org.jspecify.annotations.Nullable;

/**
 * Which stored response a request selects, and what may be done with it now (RFC 9111 §4). Changes
 * nothing but the request's reason; on the path of every hit, so that nothing here allocates.
 */
final class Lookup {
    private final ResponseStore store;
    private final TimeSource time;

    Lookup(ResponseStore store, TimeSource time) {
        this.store = store;
        this.time = time;
    }

    /** What is done with a stored response that matches. */
    enum Decision {
        FRESH,
        STALE_WHILE_REVALIDATE,
        REVALIDATE,
        /** It could be used, if all the bytes that are asked for were here. */
        COMPLETE,
        DEAD
    }

    /** Why a request is answered past the cache; null when it is not. */
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

    /** RFC 9111 §5.2.1.5, where the site lets requests decide. */
    static boolean isNotToBeStored(CacheRequest request) {
        return request.route().rules().honourRequestDirectives()
                && Reuse.requestDirectives(request.head().fields()).noStore();
    }

    /** RFC 9111 §5.2.1.7, where the site lets requests decide. */
    static boolean wantsStoredOnly(CacheRequest request) {
        return request.route().rules().honourRequestDirectives()
                && Reuse.requestDirectives(request.head().fields()).onlyIfCached();
    }

    /**
     * The newest of a key's stored variants that matches, with a reference; null, and a reason in
     * the request, when there is none.
     */
    @Nullable StoredResponse select(CacheRequest request, @Nullable Variants variants) {
        request.looked(variants);
        if (variants == null) {
            request.reason(store.wasEvicted(request.key()) ? MissReason.EVICTED : MissReason.COLD);
            return null;
        }
        for (int i = 0; i < variants.count(); i++) {
            StoredResponse stored = variants.get(i);
            if (stored.retain()) {
                if (stored.vary().isEmpty()
                        || VaryMatch.matches(
                                stored.vary(), stored.selecting(), request.head().fields())) {
                    return stored;
                }
                stored.release();
            }
        }
        request.reason(MissReason.VARY);
        return request.route().rules().selectByLanguage()
                        && request.head().fields().contains("Accept-Language")
                ? selectByLanguage(variants, request)
                : null;
    }

    /** After all exact matches, so that what was fetched for just these fields comes first. */
    private static @Nullable StoredResponse selectByLanguage(
            Variants variants, CacheRequest request) {
        for (int i = 0; i < variants.count(); i++) {
            StoredResponse stored = variants.get(i);
            if (stored.retain()) {
                if (VaryMatch.matchesByLanguage(
                        stored.vary(),
                        stored.selecting(),
                        request.head().fields(),
                        stored.head().head().fields().first("Content-Language"))) {
                    return stored;
                }
                stored.release();
            }
        }
        return null;
    }

    /** Whether a response that is stored, or would be, is one that the request selects. */
    static boolean selects(CacheRequest request, StoredHead stored) {
        Fields fields = request.head().fields();
        return stored.vary().isEmpty()
                || VaryMatch.matches(stored.vary(), stored.selecting(), fields)
                || (request.route().rules().selectByLanguage()
                        && VaryMatch.matchesByLanguage(
                                stored.vary(),
                                stored.selecting(),
                                fields,
                                stored.head().fields().first("Content-Language")));
    }

    /** The one look at the clock that a hit takes. */
    long now() {
        return time.monotonicMillis();
    }

    /** Current age in milliseconds (RFC 9111 §4.2.3). */
    static long age(StoredResponse stored, long now) {
        return CurrentAge.nowMillis(stored.initialAgeMillis(), stored.receivedMillis(), now);
    }

    Decision decide(CacheRequest request, StoredResponse stored, Judgement judgement, long now) {
        // What a node downstream cannot use, a purge killed that has not come here yet (PURGE.md
        // rule 6).
        if (judgement == Judgement.HARD || stored.bornAt() < request.demandedNeed()) {
            request.reason(
                    judgement == Judgement.HARD
                                    && request.route().liveness().isInvalidated(request, stored)
                            ? MissReason.INVALIDATED
                            : MissReason.PURGED);
            return Decision.DEAD;
        }
        boolean doubted = request.route().controlLoss().doubts(now);
        int flags = stored.flags();
        boolean forbidden =
                StampFlags.has(flags, StampFlags.MUST_REVALIDATE | StampFlags.ALWAYS_REVALIDATE);
        if (judgement == Judgement.SOFT) {
            request.reason(MissReason.PURGED_SOFT);
            long staleFor = request.route().liveness().softAgeMillis(request, stored, now);
            return !forbidden && !doubted && staleFor < stored.staleWhileRevalidateMillis()
                    ? ifHeld(Decision.STALE_WHILE_REVALIDATE, request, stored)
                    : Decision.REVALIDATE;
        }
        Reuse.Verdict verdict =
                Reuse.decide(
                        age(stored, now),
                        stored.lifetimeMillis(),
                        stored.staleWhileRevalidateMillis(),
                        StampFlags.has(flags, StampFlags.MUST_REVALIDATE),
                        StampFlags.has(flags, StampFlags.ALWAYS_REVALIDATE),
                        StampFlags.has(flags, StampFlags.IMMUTABLE),
                        request.route().rules().honourRequestDirectives()
                                ? Reuse.requestDirectives(request.head().fields())
                                : CacheControl.NONE);
        MissReason reason = verdict.missReason();
        if (doubted && reason == null) {
            // PURGE.md rule 16: whatever else would allow it, a purge may not have come here.
            request.reason(MissReason.LEASE);
            return Decision.REVALIDATE;
        }
        request.reason(reason == null ? MissReason.EXPIRED : reason);
        return switch (verdict) {
            case FRESH, STALE_ACCEPTED -> ifHeld(Decision.FRESH, request, stored);
            case STALE_WHILE_REVALIDATE -> ifHeld(Decision.STALE_WHILE_REVALIDATE, request, stored);
            case EXPIRED, NO_CACHE, REQUEST_DIRECTIVE -> Decision.REVALIDATE;
        };
    }

    private static Decision ifHeld(Decision decision, CacheRequest request, StoredResponse stored) {
        return holds(request, stored) ? decision : Decision.COMPLETE;
    }

    /** PURGE.md rule 9. */
    static boolean mayValidate(StoredResponse base, boolean doubtful) {
        return !doubtful || Validation.hasStrongTag(base.head().head().fields());
    }

    /** Whether the stored bytes answer a request alone. */
    static boolean holds(CacheRequest request, StoredResponse stored) {
        return stored.isWhole()
                || MissingBytes.of(
                                request.head(),
                                stored.head().head(),
                                stored.bodyLength(),
                                stored.extents())
                        instanceof MissingBytes.Nothing;
    }

    /** Whether its origin or the site forbids all use without validation (RFC 9111 §5.2.2.2). */
    static boolean isUselessUnvalidated(StoredResponse stored) {
        return StampFlags.has(
                stored.flags(), StampFlags.MUST_REVALIDATE | StampFlags.ALWAYS_REVALIDATE);
    }

    /**
     * RFC 5861 §4, RFC 9111 §4.2.4; never what a hard purge killed (PURGE.md rule 8), nor what one
     * may have killed that has not come here (rule 16).
     */
    boolean mayServeStale(CacheRequest request, StoredResponse base) {
        long now = now();
        if (isUselessUnvalidated(base)
                || request.route().controlLoss().forbidsStale(now)
                || !holds(request, base)) {
            return false;
        }
        Judgement judgement = request.route().liveness().judgeHit(request, base);
        if (judgement == Judgement.HARD) {
            return false;
        }
        if (judgement == Judgement.SOFT) {
            long since = request.route().liveness().softAgeMillis(request, base, now);
            return since < base.staleIfErrorMillis();
        }
        return Reuse.staleIfErrorAllowed(
                age(base, now), base.lifetimeMillis(), base.staleIfErrorMillis());
    }
}

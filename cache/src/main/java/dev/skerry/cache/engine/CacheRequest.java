package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.Variants;
import org.jspecify.annotations.Nullable;

/**
 * One request as the engine sees it: routed, keyed, and with the purge revisions that were applied
 * when its head had been received (PURGE.md rule 2). Used by one thread at a time.
 */
public final class CacheRequest {
    private static final long NOT_DOUBTED = Long.MIN_VALUE;

    private final Route route;
    private final CacheKey key;
    private final String host;
    private final String target;
    private final Requester requester;
    private final long snapshot;
    private final long localSnapshot;
    private RequestHead head;
    private @Nullable PurgeKeys purgeKeys;
    private long demandedApplied;
    private long demandedNeed;
    private @Nullable Variants lookedAt;
    private @Nullable MissReason pass;
    private MissReason reason = MissReason.COLD;
    private int rejections;
    private boolean plainly;
    private boolean lookedBelow;
    private long doubtedAt = NOT_DOUBTED;

    /**
     * A request. The revisions applied are read here, so make it as soon as the head has been
     * received.
     *
     * @param host the normalised host that the key was made of
     * @param target the canonical target that the key was made of
     */
    public CacheRequest(
            Route route,
            CacheKey key,
            RequestHead head,
            String host,
            String target,
            Requester requester) {
        this.requester = requester;
        this.route = route;
        this.key = key;
        this.head = head;
        this.host = host;
        this.target = target;
        this.snapshot = route.liveness().applied();
        this.localSnapshot = route.liveness().appliedLocal();
        this.pass = route.pass();
    }

    /** Keeps the request away from the cache: it is fetched for itself, and nothing is stored. */
    public void passBecause(MissReason why) {
        this.pass = why;
    }

    /**
     * Adds what an authenticated node downstream demands (PURGE.md rules 3, 5 and 6).
     *
     * @param applied the revision that it has applied
     * @param need the lowest {@code bornAt} that it can use
     */
    public CacheRequest demanded(long applied, long need) {
        this.demandedApplied = applied;
        this.demandedNeed = need;
        return this;
    }

    /** Why the store alone could not answer, as far as is known by now. */
    public MissReason reason() {
        return reason;
    }

    /** Why the cache is passed by, null when it is not. */
    @Nullable MissReason pass() {
        return pass;
    }

    Route route() {
        return route;
    }

    CacheKey key() {
        return key;
    }

    String host() {
        return host;
    }

    RequestHead head() {
        return head;
    }

    long snapshot() {
        return snapshot;
    }

    long localSnapshot() {
        return localSnapshot;
    }

    Requester requester() {
        return requester;
    }

    String target() {
        return target;
    }

    long demandedApplied() {
        return demandedApplied;
    }

    long demandedNeed() {
        return demandedNeed;
    }

    /** What the key was made of. */
    KeyName name() {
        return new KeyName(route.site(), head.scheme(), host, target);
    }

    void reason(MissReason why) {
        this.reason = why;
    }

    /** Hashes of everything this request's response can be purged by, its tags apart. */
    PurgeKeys purgeKeys() {
        PurgeKeys keys = purgeKeys;
        if (keys == null) {
            keys = PurgeKeys.of(route.site(), host, target);
            purgeKeys = keys;
        }
        return keys;
    }

    /**
     * Before the request leaves the I/O thread: its fields become a copy, because a fetch may
     * outlive the exchange.
     */
    void detach() {
        if (!(head.fields() instanceof FieldList)) {
            head =
                    new RequestHead(
                            head.method(),
                            head.scheme(),
                            head.authority(),
                            head.target(),
                            FieldList.copyOf(head.fields()));
        }
    }

    /**
     * A request of this node's own for the same URL and variant, with everything applied that is
     * applied now.
     */
    CacheRequest behind() {
        detach();
        RequestHead get =
                new RequestHead(
                        "GET", head.scheme(), head.authority(), head.target(), head.fields());
        CacheRequest behind = new CacheRequest(route, key, get, host, target, Requester.NODE);
        behind.reason = reason;
        return behind;
    }

    /** What the store had for the key when we last looked. */
    @Nullable Variants lookedAt() {
        return lookedAt;
    }

    void looked(@Nullable Variants variants) {
        this.lookedAt = variants;
    }

    /** What is stored had to be looked for below memory. */
    void lookedBelow() {
        lookedBelow = true;
    }

    /** Where a stored response was found for this request. */
    Tier tierOf(StoredResponse stored) {
        return lookedBelow ? Tier.DISK : stored.tier();
    }

    /** How often an answer was rejected for this request because a purge had overtaken it. */
    int rejections() {
        return rejections;
    }

    void rejected() {
        rejections++;
    }

    /**
     * Notes that the node had no lease when this request came to need upstream: from then on it
     * takes nothing that was verified longer ago than a lease lasts (PURGE.md rule 16).
     */
    void doubted(long nowMillis) {
        if (doubtedAt == NOT_DOUBTED) {
            doubtedAt = nowMillis;
        }
    }

    boolean isDoubted() {
        return doubtedAt != NOT_DOUBTED;
    }

    /** Whether an answer that counts as verified until a moment is good enough. */
    boolean trusts(long verifiedUntilMillis) {
        return doubtedAt <= verifiedUntilMillis;
    }

    /** Whether upstream is to be asked without a condition: an answer to one meant nothing. */
    boolean asksPlainly() {
        return plainly;
    }

    void plainly() {
        plainly = true;
    }
}

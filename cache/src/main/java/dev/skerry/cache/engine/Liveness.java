package dev.skerry.cache.engine;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.policy.Invalidation;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.purge.SiteLedger;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Whether a site's responses are still alive, by two ledgers: the fleet's purges, and the
 * invalidations that this node made itself (RFC 9111 §4.4), each in its own order. Thread-safe.
 */
public final class Liveness {
    private static final long[] NO_TAGS = {};

    private final String site;
    private final Ledger fleet;
    private final LocalInvalidations local;
    private final SiteLedger fleetSite;
    private final SiteLedger localSite;
    private final Lease lease;
    private final RefreshPace pace;
    private volatile long retiredAt = Long.MAX_VALUE;

    /** The liveness of one site's responses, on a node that knows all purges there are. */
    public Liveness(String site, Ledger fleet, LocalInvalidations local) {
        this(site, fleet, local, Lease.endless(), new RefreshPace());
    }

    /**
     * The liveness of one site's responses, on a node that hears of purges while it has a lease.
     *
     * @param pace how fast what is softly purged is refreshed
     */
    public Liveness(
            String site, Ledger fleet, LocalInvalidations local, Lease lease, RefreshPace pace) {
        this.site = site;
        this.fleet = fleet;
        this.local = local;
        this.fleetSite = fleet.site(site);
        this.localSite = local.ledger().site(site);
        this.lease = lease;
        this.pace = pace;
    }

    /** Until when the node knows of every purge. */
    public Lease lease() {
        return lease;
    }

    /** How fast what is softly purged is refreshed. */
    RefreshPace pace() {
        return pace;
    }

    /** The fleet's revision applied now. */
    public long applied() {
        return fleet.applied();
    }

    /** The node's own order now, or when this was retired. */
    public long appliedLocal() {
        return Math.min(retiredAt, local.ledger().applied());
    }

    /**
     * Everything of the site that is stored is dead, and so is what requests that go by this are
     * still to store: the site's keys are made by other rules from now on, and a purge by a name of
     * theirs would not meet what the rules of before have named.
     *
     * @return completes when a restart will not undo it
     */
    public CompletionStage<?> retire(long nowMillis) {
        retiredAt = local.ledger().applied();
        return local.everything(site, nowMillis);
    }

    /**
     * A number that grows with every purge or invalidation of the site: of two equal ones, nothing
     * came between. It is the sum of the two ledgers' last revisions, each of which only grows.
     */
    long epoch() {
        return fleetSite.lastPurge() + localSite.lastPurge();
    }

    /**
     * Judges a hit against everything applied by now; what was judged alive in this epoch needs no
     * second look.
     */
    Judgement judgeHit(CacheRequest request, StoredResponse stored) {
        long epoch = epoch();
        if (stored.checkedAt() >= epoch) {
            return Judgement.ALIVE;
        }
        long applied = fleet.applied();
        long appliedLocal = local.ledger().applied();
        List<String> tags = tags(stored);
        Judgement judgement =
                worse(
                        fleetSite.judge(
                                request.purgeKeys(), hashes(tags), stored.bornAt(), applied),
                        localSite.judge(
                                request.purgeKeys(),
                                groups(request, tags),
                                stored.bornAtLocal(),
                                appliedLocal));
        if (judgement == Judgement.ALIVE) {
            stored.checkedAt(epoch);
        }
        return judgement;
    }

    /** Whether it was this node's own invalidation that killed a response, and no purge. */
    boolean isInvalidated(CacheRequest request, StoredResponse stored) {
        return fleetSite.judge(
                        request.purgeKeys(), hashes(tags(stored)), stored.bornAt(), fleet.applied())
                != Judgement.HARD;
    }

    /**
     * Judges what a fetch brought against the records up to the request's snapshot (PURGE.md rule
     * 2).
     */
    Judgement judgeFetched(CacheRequest request, List<String> tags, long bornAt, long bornAtLocal) {
        if (bornAt >= request.snapshot() && bornAtLocal >= request.localSnapshot()) {
            return Judgement.ALIVE;
        }
        return worse(
                fleetSite.judge(request.purgeKeys(), hashes(tags), bornAt, request.snapshot()),
                localSite.judge(
                        request.purgeKeys(),
                        groups(request, tags),
                        bornAtLocal,
                        request.localSnapshot()));
    }

    /**
     * The highest hard revision that matches a request, its response's tags unknown (PURGE.md rule
     * 3).
     */
    long need(CacheRequest request) {
        return Math.max(
                request.demandedNeed(),
                fleetSite.need(request.purgeKeys(), NO_TAGS, request.snapshot()));
    }

    /**
     * Whether a fetch that began at these revisions is recent enough for a request (PURGE.md rule
     * 3).
     */
    boolean recentEnough(CacheRequest request, long bornAt, long bornAtLocal) {
        if (bornAt < request.demandedNeed()) {
            return false;
        }
        if (fleetSite.lastPurge() <= bornAt && localSite.lastPurge() <= bornAtLocal) {
            return true;
        }
        return need(request) <= bornAt
                && localSite.need(request.purgeKeys(), NO_TAGS, request.localSnapshot())
                        <= bornAtLocal;
    }

    /**
     * Milliseconds since the first soft purge that made a response stale was accepted (PURGE.md
     * rule 18).
     */
    long softAgeMillis(CacheRequest request, StoredResponse stored, long nowMillis) {
        // What a node invalidates itself is never soft.
        long since =
                fleetSite.softSince(request.purgeKeys(), hashes(tags(stored)), stored.bornAt());
        return since == Long.MAX_VALUE ? 0 : Math.max(0, nowMillis - since);
    }

    /**
     * What has been purged that matches a response with these tags, the highest revision first.
     * Names are looked up one by one, for people who ask; the hit path never does.
     */
    List<Peek.Purged> purges(CacheRequest request, List<String> tags) {
        List<Peek.Purged> found = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            note(found, "everything", mode, fleetSite.revision(KeyedPurge.EVERYTHING, mode));
            note(found, "everything", mode, fleetSite.floor(mode));
            PurgeKeys keys = request.purgeKeys();
            note(found, "the URL", mode, fleetSite.revision(keys.url(), mode));
            note(found, "the host", mode, fleetSite.revision(keys.host(), mode));
            for (int i = 0; i < keys.prefixCount(); i++) {
                note(found, "a prefix", mode, fleetSite.revision(keys.prefix(i), mode));
            }
            for (String tag : tags) {
                long key = PurgeKeys.tag(site, tag);
                note(found, "tag " + tag, mode, fleetSite.revision(key, mode));
            }
        }
        long invalidated =
                localSite.need(
                        request.purgeKeys(), groups(request, tags), local.ledger().applied());
        if (invalidated > 0) {
            found.add(new Peek.Purged("an invalidation", Mode.HARD, invalidated, true));
        }
        found.sort(Comparator.comparingLong(Peek.Purged::revision).reversed());
        return found;
    }

    private static void note(List<Peek.Purged> found, String what, Mode mode, long revision) {
        if (revision > 0) {
            found.add(new Peek.Purged(what, mode, revision, false));
        }
    }

    /**
     * Declares the responses of some URLs, and what carries one of the groups under the request's
     * host, dead of this node's own accord (RFC 9111 §4.4, RFC 9875 §2.1 and §3).
     *
     * @param targets as cache keys have them
     * @param tags of the response that says so
     * @param since the node's own order when its fetch began
     */
    LocalInvalidations.Declared invalidate(
            CacheRequest request,
            List<Invalidation.Target> targets,
            List<String> groups,
            List<String> tags,
            long since,
            long nowMillis) {
        List<Long> names = new ArrayList<>();
        targets.forEach(target -> names.add(PurgeKeys.url(site, target.host(), target.target())));
        groups.forEach(group -> names.add(PurgeKeys.group(site, request.host(), group)));
        LocalInvalidations.Declared declared =
                local.declare(
                        site, names, request.purgeKeys(), groups(request, tags), since, nowMillis);
        return retiredAt == Long.MAX_VALUE
                ? declared
                : new LocalInvalidations.Declared(declared.revision(), false, declared.kept());
    }

    private static List<String> tags(StoredResponse stored) {
        return StampFlags.has(stored.flags(), StampFlags.TAGGED) ? stored.tags() : List.of();
    }

    /** The names of tags as groups, which end where their host does. */
    private long[] groups(CacheRequest request, List<String> tags) {
        return tags.isEmpty()
                ? NO_TAGS
                : tags.stream()
                        .mapToLong(tag -> PurgeKeys.group(site, request.host(), tag))
                        .toArray();
    }

    /** The names of tags in the whole site. */
    private long[] hashes(List<String> tags) {
        if (tags.isEmpty()) {
            return NO_TAGS;
        }
        long[] hashes = new long[tags.size()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = PurgeKeys.tag(site, tags.get(i));
        }
        return hashes;
    }

    private static Judgement worse(Judgement a, Judgement b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}

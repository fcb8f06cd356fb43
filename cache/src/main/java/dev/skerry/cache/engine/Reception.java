package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.Tags;
import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.policy.Forwarding;
import dev.skerry.cache.policy.Freshening;
import dev.skerry.cache.policy.Freshness;
import dev.skerry.cache.policy.FreshnessLifetime;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.policy.Storability;
import dev.skerry.cache.policy.StorageDecision;
import dev.skerry.cache.policy.VaryMatch;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a head from upstream amounts to: what the client gets, what would be stored, and who else
 * may have it.
 *
 * @param forClient status and end-to-end fields, tags removed, Age as it came
 * @param stored what would be stored; null when nothing may be
 * @param notStored why nothing may be stored; null when something may
 * @param reusable whether requests that did not begin the fetch may be answered with it (RFC 9111
 *     §4)
 * @param tags what it can be purged by
 * @param staleUpstream whether a shield said that it was stale
 * @param ageMillis its corrected initial age (RFC 9111 §4.2.3)
 * @param bornAt the fleet's revision that it stands for (PURGE.md rules 1, 5 and 7)
 * @param bornAtLocal the same in the node's own order
 */
record Reception(
        ResponseHead forClient,
        @Nullable StoredHead stored,
        @Nullable MissReason notStored,
        boolean reusable,
        List<String> tags,
        boolean staleUpstream,
        long ageMillis,
        long bornAt,
        long bornAtLocal) {

    /**
     * When, and with which ledgers, a fetch began and its head came.
     *
     * @param shieldAgeMillis the age that an authenticated shield told, -1 when none did
     * @param shieldTags the tags that an authenticated shield told
     */
    record Times(
            long sentMillis,
            long receivedMillis,
            long wallMillis,
            long shieldAgeMillis,
            long bornAt,
            long bornAtLocal,
            List<String> shieldTags) {
        /** Of a response whose head has just come, to a request of this plan. */
        static Times of(
                Fill.Plan plan, Upstream.Response response, long sentMillis, TimeSource time) {
            return new Times(
                    sentMillis,
                    time.monotonicMillis(),
                    time.wallMillis(),
                    response.ageMillis(),
                    // A shield may be ahead of us. What it vouches for beyond our own ledger we
                    // could not judge later (PURGE.md rule 7).
                    Math.min(
                            response.bornAt(),
                            Math.max(plan.request().route().liveness().applied(), plan.applied())),
                    plan.appliedLocal(),
                    response.tags());
        }

        /** Upstream's part in the answer. */
        Answer.Fetch fetch(Upstream.Response response) {
            return new Answer.Fetch(
                    response.peer(), response.head().status(), receivedMillis - sentMillis);
        }

        /** The same, standing for nothing younger than another response does. */
        Times atMost(StoredResponse other) {
            return new Times(
                    sentMillis,
                    receivedMillis,
                    wallMillis,
                    shieldAgeMillis,
                    Math.min(bornAt, other.bornAt()),
                    Math.min(bornAtLocal, other.bornAtLocal()),
                    shieldTags);
        }
    }

    static Reception of(Fill.Plan plan, ResponseHead received, boolean staleUpstream, Times times) {
        CacheRequest request = plan.request();
        List<String> tags = tags(request, received, times);
        ResponseHead forClient = forClient(request, received, times);
        return of(
                request,
                decide(plan, received),
                forClient,
                received,
                received,
                tags,
                staleUpstream,
                times);
    }

    private static StorageDecision decide(Fill.Plan plan, ResponseHead received) {
        CacheRequest request = plan.request();
        RequestHead head = request.head();
        if (plan.shared()) {
            return Storability.decide(head, received, request.route().rules());
        }
        // A POST reaches the origin with the target that came, so only one that is canonical names
        // what later GETs ask for.
        boolean mayAnswerGets =
                head.method().equals("POST")
                        && request.pass() == null
                        && request.target().equals(head.target())
                        && !head.fields().contains("Range");
        return mayAnswerGets
                ? Storability.decidePost(head, received, request.route().rules())
                : new StorageDecision.DoNotStore(request.reason());
    }

    /** The same, born with another revision of the node's own order. */
    Reception bornLocally(long revision) {
        StoredHead head = stored == null ? null : stored.bornLocally(revision);
        return with(forClient, head, notStored, reusable, revision);
    }

    /** The same with its age told: it is not, or not only, what upstream has just sent. */
    Reception aged() {
        FieldList fields =
                forClient.fields().toBuilder()
                        .set("Age", Long.toString(CurrentAge.seconds(ageMillis)))
                        .build();
        ResponseHead head = new ResponseHead(forClient.status(), fields);
        return with(head, stored, notStored, reusable, bornAtLocal);
    }

    /** The same for its client alone. */
    Reception unstorable(MissReason why) {
        return with(forClient, null, notStored == null ? why : notStored, false, bornAtLocal);
    }

    private Reception with(
            ResponseHead forClient,
            @Nullable StoredHead stored,
            @Nullable MissReason notStored,
            boolean reusable,
            long bornAtLocal) {
        return new Reception(
                forClient,
                stored,
                notStored,
                reusable,
                tags,
                staleUpstream,
                ageMillis,
                bornAt,
                bornAtLocal);
    }

    /**
     * The same for a stored response that a 304 confirmed or a HEAD agreed with (RFC 9111 §4.3.4
     * and §4.3.5); tags unite (PURGE.md rule 10). What is for this node alone counts for the
     * freshness, and is not stored; the site's edits are made to what has just come, since what is
     * stored has had them.
     */
    static Reception ofFreshened(
            Fill.Plan plan,
            StoredHead before,
            ResponseHead notModified,
            boolean staleUpstream,
            Times times) {
        CacheRequest request = plan.request();
        Set<String> tags = new LinkedHashSet<>(before.tags());
        tags.addAll(tags(request, notModified, times));
        ResponseHead whole = Freshening.merge(before.head(), notModified);
        ResponseHead forClient =
                Freshening.merge(
                        before.head(),
                        news(before.head(), notModified, forClient(request, notModified, times)));
        RequestHead asked = request.head();
        RequestHead get =
                new RequestHead(
                        "GET", asked.scheme(), asked.authority(), asked.target(), asked.fields());
        return of(
                request,
                Storability.decide(get, whole, request.route().rules()),
                forClient,
                whole,
                notModified,
                List.copyOf(tags),
                staleUpstream,
                times);
    }

    /**
     * What a 304 brought, edited. What edits alone made of it is left out where the stored response
     * has such a field: made of the whole field, not of its absence in the 304.
     */
    private static ResponseHead news(
            ResponseHead before, ResponseHead notModified, ResponseHead edited) {
        FieldList fields =
                edited.fields().toBuilder()
                        .removeIf((name, value) ->
                                !name.equalsIgnoreCase("Date")
                                        && before.fields().contains(name)
                                        && !notModified.fields().contains(name))
                        .build();
        return new ResponseHead(edited.status(), fields);
    }

    private static Reception of(
            CacheRequest request,
            StorageDecision decision,
            ResponseHead forClient,
            ResponseHead whole,
            ResponseHead received,
            List<String> tags,
            boolean staleUpstream,
            Times times) {
        return switch (decision) {
            case StorageDecision.DoNotStore no ->
                    new Reception(
                            forClient,
                            null,
                            no.reason(),
                            false,
                            tags,
                            staleUpstream,
                            initialAge(received, times),
                            times.bornAt(),
                            times.bornAtLocal());
            case StorageDecision.Store yes ->
                    storable(
                            request,
                            forClient,
                            yes.withoutFields(),
                            whole,
                            received,
                            tags,
                            staleUpstream,
                            times);
        };
    }

    private static Reception storable(
            CacheRequest request,
            ResponseHead forClient,
            List<String> withoutFields,
            ResponseHead whole,
            ResponseHead received,
            List<String> tags,
            boolean staleUpstream,
            Times times) {
        Freshness freshness =
                FreshnessLifetime.of(whole, request.route().rules(), times.wallMillis());
        long age = initialAge(received, times);
        List<String> vary = VaryMatch.names(whole.fields()).names();
        Stamp stamp =
                new Stamp(
                        times.bornAt(),
                        times.bornAtLocal(),
                        times.receivedMillis(),
                        age,
                        freshness.lifetimeMillis(),
                        freshness.staleWhileRevalidateMillis(),
                        freshness.staleIfErrorMillis(),
                        StampFlags.of(
                                freshness,
                                staleUpstream,
                                !tags.isEmpty(),
                                StampFlags.coding(forClient, request.route().compression())));
        StoredHead stored =
                new StoredHead(
                        Forwarding.stored(
                                forClient,
                                withoutFields,
                                times.wallMillis(),
                                request.route().rules().forNodes()),
                        vary,
                        VaryMatch.selecting(request.head().fields(), vary),
                        tags,
                        stamp,
                        request.name());
        boolean reusable =
                !freshness.alwaysRevalidate() && !staleUpstream && age < freshness.lifetimeMillis();
        return new Reception(
                forClient,
                stored,
                null,
                reusable,
                tags,
                staleUpstream,
                age,
                times.bornAt(),
                times.bornAtLocal());
    }

    static List<String> tags(CacheRequest request, ResponseHead received, Times times) {
        List<String> own = Tags.of(received.fields());
        List<String> more = request.route().rules().extraTags();
        if (more.isEmpty() && times.shieldTags().isEmpty()) {
            return own;
        }
        Set<String> all = new LinkedHashSet<>(own);
        all.addAll(times.shieldTags());
        all.addAll(more);
        return List.copyOf(all);
    }

    private static long initialAge(ResponseHead received, Times times) {
        if (times.shieldAgeMillis() >= 0) {
            return times.shieldAgeMillis() + (times.receivedMillis() - times.sentMillis());
        }
        return CurrentAge.initialMillis(
                received.fields(), times.sentMillis(), times.receivedMillis(), times.wallMillis());
    }

    private static ResponseHead forClient(
            CacheRequest request, ResponseHead received, Times times) {
        FieldList.Builder fields =
                Forwarding.response(received.fields(), request.route().rules().forNodes())
                        .toBuilder();
        // Framing is left to the server of the client's connection; but to a HEAD, length is data.
        String length = received.fields().first("Content-Length");
        if (length != null && request.head().method().equals("HEAD")) {
            fields.add("Content-Length", length);
        }
        // RFC 9110 §6.6.1: a recipient with a clock records when a response without Date came.
        if (!received.fields().contains("Date")) {
            fields.add("Date", HttpDate.format(times.wallMillis()));
        }
        return new ResponseHead(
                received.status(), request.route().responseFields().apply(fields.build()));
    }
}

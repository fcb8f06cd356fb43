package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.config.Origin;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.ring.Rendezvous;
import dev.skerry.net.ring.Rendezvous.LoadBound;
import dev.skerry.net.ring.StableHash;
import dev.skerry.proxy.hop.HopAnswer;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.hop.RequestFields;
import dev.skerry.proxy.hop.Vouch;
import dev.skerry.proxy.upstream.health.Breaker;
import dev.skerry.proxy.upstream.health.RetryBudget;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The shields in front of the origins. Every key has its shield, by rendezvous hashing, so that one
 * shield asks the origin for all edges; when it cannot be reached the key's next shield stands in,
 * and the key comes back with it. Thread-safe.
 *
 * <p>Keys are hashed by authority and target, not by {@link dev.skerry.cache.key.CacheKey}: that
 * one is keyed with a secret of each node, and edges have to agree.
 *
 * <p>A ring needs the fleet key. What a shield holds may be older than a purge that the edge has
 * applied; only {@code Skerry-Born} tells, and only a signature makes it worth anything. Without
 * it, a purge could be undone by the shield's own copy. An answer that is not signed is not used.
 */
public final class ShieldRing implements Upstream {
    private final List<Endpoint> endpoints;
    private final Rendezvous<Endpoint> ring;
    private final long seed;
    private final HopAuth auth;
    private final Transport transport;
    private final RequestFields fields;
    private final @Nullable Upstream fallback;

    /**
     * A ring.
     *
     * @param shields at least one; each shield's name in the ring is host and port of its URL, so
     *     edges agree on a key when their URLs do
     * @param fallback where to go when no shield can be reached; null for nowhere
     * @param nanoTime monotonic
     */
    public ShieldRing(
            String node,
            List<Origin> shields,
            HopAuth auth,
            @Nullable Upstream fallback,
            HttpClient client,
            AddressLookup addresses,
            LongSupplier nanoTime) {
        this.endpoints =
                shields.stream()
                        .map(s -> new Endpoint(s, Breaker.Settings.SHIELD, nanoTime))
                        .toList();
        this.ring =
                Rendezvous.of(
                        endpoints.stream()
                                .map(e -> new Rendezvous.Member<>(e.name(), e.weight(), e))
                                .toList());
        this.seed = auth.ringSeed();
        this.auth = auth;
        this.fallback = fallback;
        this.transport = new Transport(client, addresses, new RetryBudget(nanoTime), nanoTime);
        this.fields = new RequestFields(node);
    }

    @Override
    public Response fetch(Request request) throws UpstreamFailure {
        Fetch fetch = new Fetch(transport, request, this::call, fallback != null);
        Response response = fetch.from(order(request));
        if (response != null) {
            return response;
        }
        if (fallback == null) {
            throw fetch.failure();
        }
        return fallback.fetch(request);
    }

    /** The shields in the order of the settings, for metrics. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    private List<Endpoint> order(Request request) {
        String authority = request.head().authority().toLowerCase(Locale.ROOT);
        long key = StableHash.of(seed, authority, request.head().target());
        return lastTheCutOff(ring.order(key, Endpoint::inFlight, LoadBound.DEFAULT));
    }

    /** Those that said that they have no lease come after the others (PURGE.md rule 6). */
    private List<Endpoint> lastTheCutOff(List<Endpoint> order) {
        long now = transport.nanoTime().getAsLong();
        if (order.stream().noneMatch(endpoint -> endpoint.isCutOff(now))) {
            return order;
        }
        return order.stream()
                .sorted(Comparator.comparing(endpoint -> endpoint.isCutOff(now)))
                .toList();
    }

    private Hop.Call call(Endpoint endpoint, Request request) {
        // Before it leaves, so that a lease which comes of it ends too early rather than too late.
        long sentNanos = transport.nanoTime().getAsLong();
        String authority = request.head().authority();
        String target = endpoint.target(request.head().target());
        HopAuth.SignedRequest signed =
                auth.signRequest(
                        request.head().method(),
                        authority,
                        target,
                        fields.of(request, authority),
                        request.applied(),
                        request.need());
        return new Hop.Call(
                endpoint.host(),
                target,
                signed.fields(),
                head -> {
                    HopAnswer answer =
                            auth.verifyResponse(signed.nonce(), head.status(), head.fields());
                    Vouch vouch = answer == null ? null : answer.vouch();
                    if (vouch != null) {
                        heard(endpoint, vouch, sentNanos);
                    }
                    return provenance(answer, request);
                });
    }

    private void heard(Endpoint endpoint, Vouch vouch, long sentNanos) {
        if (vouch.leftMillis() > 0) {
            endpoint.hasALease();
            auth.vouching().heard(vouch, sentNanos / 1_000_000);
        } else {
            endpoint.isCutOffSince(transport.nanoTime().getAsLong());
        }
    }

    /** Rule 7: the shield's own bornAt, but none that this node has not applied. */
    private static Hop.@Nullable Provenance provenance(
            @Nullable HopAnswer answer, Request request) {
        if (answer == null) {
            return null;
        }
        Vouch vouch = answer.vouch();
        return new Hop.Provenance(
                Math.min(answer.bornAt(), request.applied()),
                answer.stale(),
                answer.starting(),
                answer.ageMillis(),
                answer.tags(),
                vouch == null ? 0 : vouch.leftMillis());
    }
}

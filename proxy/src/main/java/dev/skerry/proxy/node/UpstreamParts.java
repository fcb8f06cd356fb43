package dev.skerry.proxy.node;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.observe.NodeMeters;
import dev.skerry.proxy.upstream.AddressLookup;
import dev.skerry.proxy.upstream.Endpoint;
import dev.skerry.proxy.upstream.OriginPool;
import dev.skerry.proxy.upstream.ShieldRing;
import dev.skerry.proxy.upstream.health.Breaker;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What upstreams are made of. Used by the thread that starts the node, then by its feed. */
public final class UpstreamParts {
    private final String node;
    private final HttpClient client;
    private final AddressLookup addresses;
    private final LongSupplier nanoTime;
    private final Metrics metrics;
    private final @Nullable HopAuth auth;
    private final RandomGenerator random = new SecureRandom();
    private final Map<List<String>, List<Endpoint>> peers = new HashMap<>();

    UpstreamParts(
            String node,
            HttpClient client,
            AddressLookup addresses,
            LongSupplier nanoTime,
            Metrics metrics,
            @Nullable HopAuth auth) {
        this.node = node;
        this.client = client;
        this.addresses = addresses;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.auth = auth;
    }

    /** Shows no more of what was made for a site: it is about to be made anew. */
    void forget(Site site) {
        peers.forEach((peer, endpoints) -> {
            if (peer.getFirst().equals(site.name())) {
                endpoints.clear();
            }
        });
    }

    /** A site's origins. */
    public Upstream origins(Site site) {
        OriginPool pool =
                new OriginPool(
                        new OriginPool.Settings(
                                node,
                                site.origins(),
                                site.balance(),
                                site.preserveHost(),
                                Breaker.Settings.ORIGIN),
                        client,
                        addresses,
                        nanoTime,
                        random);
        show(site, pool.endpoints());
        return pool;
    }

    /** The ring of shields, for one site; only on a node that has the fleet's key. */
    public Upstream shields(Site site, List<Origin> shields, @Nullable Upstream fallback) {
        HopAuth signing = auth;
        if (signing == null) {
            throw new IllegalStateException("shields without the fleet's key");
        }
        ShieldRing ring =
                new ShieldRing(node, shields, signing, fallback, client, addresses, nanoTime);
        show(site, ring.endpoints());
        return ring;
    }

    /** Endpoints of one host and port, as origins that differ by their path, are one peer. */
    private void show(Site site, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            peers.computeIfAbsent(List.of(site.name(), endpoint.name()), peer -> shown(peer))
                    .add(endpoint);
        }
    }

    private List<Endpoint> shown(List<String> peer) {
        List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
        NodeMeters.upstream(metrics, peer.getFirst(), peer.getLast(), endpoints);
        return endpoints;
    }
}

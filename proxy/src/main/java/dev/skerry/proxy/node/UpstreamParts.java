package dev.skerry.proxy.node;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.observe.NodeMeters;
import dev.skerry.proxy.upstream.AddressLookup;
import dev.skerry.proxy.upstream.OriginPool;
import dev.skerry.proxy.upstream.ShieldRing;
import dev.skerry.proxy.upstream.health.Breaker;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What upstreams are made of. */
public final class UpstreamParts {
    private final String node;
    private final HttpClient client;
    private final AddressLookup addresses;
    private final LongSupplier nanoTime;
    private final Metrics metrics;
    private final RandomGenerator random = new SecureRandom();

    UpstreamParts(
            String node,
            HttpClient client,
            AddressLookup addresses,
            LongSupplier nanoTime,
            Metrics metrics) {
        this.node = node;
        this.client = client;
        this.addresses = addresses;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
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
        pool.endpoints().forEach(endpoint -> NodeMeters.upstream(metrics, site.name(), endpoint));
        return pool;
    }

    /** The ring of shields, for one site. */
    public Upstream shields(
            Site site, List<Origin> shields, HopAuth auth, @Nullable Upstream fallback) {
        ShieldRing ring =
                new ShieldRing(node, shields, auth, fallback, client, addresses, nanoTime);
        ring.endpoints().forEach(endpoint -> NodeMeters.upstream(metrics, site.name(), endpoint));
        return ring;
    }
}

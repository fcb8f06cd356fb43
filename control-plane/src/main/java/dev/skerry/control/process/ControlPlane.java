package dev.skerry.control.process;

import dev.skerry.config.routing.Routing;
import dev.skerry.control.access.AccessApi;
import dev.skerry.control.access.AuditTrail;
import dev.skerry.control.access.Tokens;
import dev.skerry.control.access.TrustedAddresses;
import dev.skerry.control.compat.CloudflareApi;
import dev.skerry.control.compat.FastlyApi;
import dev.skerry.control.compat.VarnishApi;
import dev.skerry.control.explain.ExplainResources;
import dev.skerry.control.explain.RouteExplainer;
import dev.skerry.control.fleet.AskedFleet;
import dev.skerry.control.fleet.Fleet;
import dev.skerry.control.fleet.FleetPurges;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.control.fleet.Receipts;
import dev.skerry.control.fleet.Replicas;
import dev.skerry.control.http.Access;
import dev.skerry.control.http.ApiOptions;
import dev.skerry.control.http.ApiServer;
import dev.skerry.control.http.OpenResources;
import dev.skerry.control.http.RateLimits;
import dev.skerry.control.http.Resource;
import dev.skerry.control.purge.PurgeApi;
import dev.skerry.control.route.RouterInputs;
import dev.skerry.control.route.RouterServer;
import dev.skerry.control.sites.Sites;
import dev.skerry.control.sites.SitesApi;
import dev.skerry.control.sites.SitesInForce;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.SharedStore;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.control.store.etcd.EtcdOptions;
import dev.skerry.control.store.etcd.EtcdStore;
import dev.skerry.control.stream.WatchResources;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.dns.CachingResolver;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.net.server.ServerOptions;
import dev.skerry.net.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running control plane: store, change stream, API and, if wanted, router. */
public final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    /** Closed from the last to the first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private @Nullable ApiServer api;
    private @Nullable RouterServer router;
    private @Nullable Sites sites;
    private @Nullable FleetView fleet;

    private ControlPlane() {}

    /**
     * Starts a control plane.
     *
     * @param nanos a monotonic clock in nanoseconds
     * @throws IOException when the API would listen in plain text off loopback, the data directory
     *     is in use or cannot be used, a file is not what it should be, or an address cannot be
     *     had; the message says which
     */
    public static ControlPlane start(ControlOptions options, LongSupplier nanos, InstantSource wall)
            throws IOException {
        ControlPlane plane = new ControlPlane();
        try {
            plane.begin(options, nanos, wall);
            return plane;
        } catch (IOException | RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private void begin(ControlOptions options, LongSupplier nanos, InstantSource wall)
            throws IOException {
        ApiOptions listening = new ApiOptions(options.listen(), identity(options.tls()));
        listening.requireSafe();
        Files.createDirectories(options.data());
        Metrics metrics = own(new Metrics());
        metrics.addJvm();

        ControlStore store = own(openStore(options.data(), options.etcd(), wall, nanos));
        AuditTrail audit = new AuditTrail(store, wall);
        Tokens tokens = Tokens.open(store, audit, options.data(), wall);
        Access access = new TrustedAddresses(tokens, options.purgeFrom());

        Receipts receipts = new Receipts(nanos);
        Fleet nodes = Fleet.open(store, receipts, nanos);
        if (store instanceof SharedStore shared) {
            own(Replicas.join(shared, nodes, nanos));
        }
        FleetPurges purges =
                FleetPurges.open(store, nodes, receipts, new AuditedPurges(audit), nanos, wall);
        WatchResources watch = own(WatchResources.open(store, nodes, wall));
        Sites applied = new Sites(store, audit);
        ControlMeters meters = new ControlMeters(metrics, store, nodes, purges);

        List<Resource> resources = new ArrayList<>();
        resources.addAll(OpenResources.of(metrics::scrape, List::of));
        resources.addAll(new SitesApi(applied, nodes).resources());
        resources.addAll(new PurgeApi(purges, applied::names, new AskedFleet(nodes)).resources());
        resources.addAll(new FastlyApi(purges, applied::table).resources());
        resources.addAll(new CloudflareApi(purges, applied::table).resources());
        resources.addAll(new VarnishApi(purges, applied::table).resources());
        resources.addAll(new NodesApi(store, nodes, purges, applied, audit).resources());
        resources.addAll(new AccessApi(tokens, audit).resources());
        resources.addAll(watch.resources());

        ControlOptions.RouterOptions routing = options.router();
        if (routing != null) {
            router = own(router(routing, store, nodes, metrics, nanos, wall));
        }
        RouterServer plans = router;
        RouteExplainer explained = plans == null ? (host, target, client) -> null : plans::explain;
        resources.addAll(new ExplainResources(nodes, explained).resources());
        RateLimits limits = new RateLimits(nanos);
        api = own(ApiServer.start(listening, resources, access, limits, meters));
        sites = applied;
        fleet = nodes;
    }

    /**
     * Opens the store of a control plane.
     *
     * @param data its data directory
     * @param etcd null when everything is in there
     * @throws IOException when it cannot be had; the message says why
     */
    public static ControlStore openStore(
            Path data, @Nullable EtcdOptions etcd, InstantSource wall, LongSupplier nanos)
            throws IOException {
        return etcd == null
                ? EmbeddedStore.open(data.resolve("store"), wall)
                : EtcdStore.open(etcd, wall, nanos);
    }

    private RouterServer router(
            ControlOptions.RouterOptions options,
            ControlStore store,
            FleetView nodes,
            Metrics metrics,
            LongSupplier nanos,
            InstantSource wall)
            throws IOException {
        RouterInputs inputs =
                new RouterInputs(
                        options.routing(),
                        Routing.DEFAULT,
                        SitesInForce.of(store),
                        nodes,
                        own(WatchedHttpClient.create(ClientOptions.defaults())),
                        CachingResolver.ofSystem(nanos),
                        metrics,
                        nanos,
                        wall,
                        options.log());
        return RouterServer.start(listeners(options), inputs);
    }

    private static ServerOptions listeners(ControlOptions.RouterOptions options)
            throws IOException {
        InetSocketAddress plain = options.listen();
        InetSocketAddress tls = options.tlsListen();
        TlsIdentity identity = identity(options.tls());
        if (tls == null || identity == null) {
            if (plain == null) {
                throw new IOException("a router for HTTPS needs a certificate and its key");
            }
            return ServerOptions.plain(plain);
        }
        ServerOptions secure = ServerOptions.tls(tls, identity);
        return plain == null ? secure : ServerOptions.plain(plain).withTls(tls, identity);
    }

    private static @Nullable TlsIdentity identity(ControlOptions.@Nullable Pem pem)
            throws IOException {
        return pem == null ? null : TlsIdentity.load(pem.certificate(), pem.key());
    }

    /** Where the API listens, with its real port. */
    public InetSocketAddress address() {
        return running(api).address();
    }

    /** All that the API serves. */
    public List<Resource> resources() {
        return running(api).resources();
    }

    /** Where the router listens; null without one. */
    public @Nullable InetSocketAddress routerAddress() {
        RouterServer listening = router;
        return listening == null ? null : listening.address();
    }

    /** The sites, for who applies one from within this process. */
    public Sites sites() {
        return running(sites);
    }

    /** The nodes. */
    public FleetView fleet() {
        return running(fleet);
    }

    /** Lets the router's clients finish, then closes everything. */
    public void drain(Duration patience) throws InterruptedException {
        RouterServer listening = router;
        if (listening != null) {
            listening.drain(patience);
        }
        close();
    }

    /** Ends streams and connections, and closes the store. Idempotent. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
            }
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        parts.push(part);
        return part;
    }

    private static <T> T running(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not started");
        }
        return part;
    }
}

package dev.skerry.proxy.node;

import dev.skerry.cache.engine.CacheEngine;
import dev.skerry.cache.engine.CodedResponses;
import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.RefreshPace;
import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.key.KeyHasher;
import dev.skerry.cache.purge.BothLedgers;
import dev.skerry.cache.purge.DurableLedger;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.Role;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.net.server.HttpServer;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.AdminPort;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.admin.Readiness;
import dev.skerry.proxy.explain.NodeExplain;
import dev.skerry.proxy.feed.ControlFeed;
import dev.skerry.proxy.feed.FeedOptions;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.feed.FeedTimings;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.inventory.Disks;
import dev.skerry.proxy.inventory.Inventory;
import dev.skerry.proxy.inventory.InventoryEndpoint;
import dev.skerry.proxy.inventory.NodeDryRun;
import dev.skerry.proxy.log.AccessLog;
import dev.skerry.proxy.observe.DiskMeters;
import dev.skerry.proxy.observe.NodeMeters;
import dev.skerry.proxy.observe.RequestRecorder;
import dev.skerry.proxy.observe.VariantCaps;
import dev.skerry.proxy.pipeline.HopSigning;
import dev.skerry.proxy.pipeline.Pipeline;
import dev.skerry.proxy.pipeline.PublicName;
import dev.skerry.proxy.pipeline.SiteRoutes;
import dev.skerry.proxy.purge.PurgeDoor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running cache node, edge or shield. Read {@link #start} from top to bottom to see what depends
 * on what.
 */
public final class CachingNode implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CachingNode.class);

    private final NodeSettings settings;
    private final Shutdown shutdown;
    private final PurgeLedger ledger;
    private final TimeSource time;
    private final NodeSites sites;
    private final Readiness readiness;
    private @Nullable HttpServer server;
    private @Nullable AdminPort admin;
    private @Nullable NodeQuestions questions;
    private @Nullable AdminEndpoint inventory;
    private @Nullable ControlFeed feed;
    private @Nullable PurgeDoor door;

    private CachingNode(
            NodeSettings settings,
            NodeSites sites,
            PurgeLedger ledger,
            TimeSource time,
            Shutdown shutdown) {
        this.settings = settings;
        this.sites = sites;
        this.ledger = ledger;
        this.time = time;
        this.shutdown = shutdown;
        this.readiness =
                new Readiness(
                        settings.control() == null
                                ? List.of("configured")
                                : List.of("configured", FollowingNode.CAUGHT_UP));
    }

    /**
     * Starts a node and returns when it serves; one that follows a control plane serves when it has
     * caught up.
     *
     * @param upstreams where misses go
     * @param auth the fleet's key; null for a node that knows no other
     * @param tap sees what comes from the control plane
     * @param endpoints what else the admin port takes
     * @throws IOException with a message for the operator, when something the settings name cannot
     *     be used; nothing is left running
     */
    public static CachingNode start(
            NodeSettings settings,
            Upstreams upstreams,
            @Nullable HopAuth auth,
            FeedTap tap,
            Function<CachingNode, List<AdminEndpoint>> endpoints)
            throws IOException {
        return start(settings, upstreams, auth, tap, endpoints, TimeSource.system());
    }

    /** The same, by other clocks than the machine's. */
    static CachingNode start(
            NodeSettings settings,
            Upstreams upstreams,
            @Nullable HopAuth auth,
            FeedTap tap,
            Function<CachingNode, List<AdminEndpoint>> endpoints,
            TimeSource time)
            throws IOException {
        Shutdown shutdown = new Shutdown();
        try {
            return start(settings, upstreams, auth, tap, endpoints, time, shutdown);
        } catch (IOException | RuntimeException failed) {
            shutdown.close();
            throw failed;
        }
    }

    private static CachingNode start(
            NodeSettings settings,
            Upstreams upstreams,
            @Nullable HopAuth auth,
            FeedTap tap,
            Function<CachingNode, List<AdminEndpoint>> endpoints,
            TimeSource time,
            Shutdown shutdown)
            throws IOException {
        NodeInputs inputs = NodeInputs.read(settings, time);
        Metrics metrics = shutdown.later(new Metrics());
        metrics.addJvm();
        AccessLog accessLog =
                shutdown.later(AccessLog.open(settings.accessLog(), settings.name(), metrics));

        // what is stored, and what purges did to it
        NodeState state = NodeState.open(settings, time, shutdown);
        ExecutorService fetches = Executors.newVirtualThreadPerTaskExecutor();
        NodeStore stored = NodeStore.open(settings, state, time, fetches, shutdown);
        ResponseStore store = stored.responses();
        PurgeLedger purges = state.purges();
        Ledger ledger = purges.ledger();
        Lease lease = NodeState.lease(settings, time, shutdown);

        // where misses go
        WatchedHttpClient client =
                shutdown.later(
                        WatchedHttpClient.create(
                                ClientOptions.defaults().withExtraCa(inputs.extraCa())));
        HopAuth hop =
                auth == null || settings.control() == null
                        ? auth
                        : auth.following(purges::frame, new NodeVouching(lease, ledger));
        UpstreamParts parts =
                new UpstreamParts(
                        settings.name(), client, inputs.addresses(), time::nanoTime, metrics, hop);

        // who answers
        // What is still being fetched when everything else has ended, nobody waits for.
        shutdown.later(fetches::shutdownNow);
        VariantCaps caps = new VariantCaps(metrics, time::monotonicMillis, log::warn);
        CacheEngine engine =
                new CacheEngine(store, time, fetches, CacheEngine.Limits.DEFAULT, caps);
        CodedResponses coded =
                new CodedResponses(
                        store,
                        time,
                        fetches,
                        NodeCodings.load(),
                        CodedResponses.Limits.of(Runtime.getRuntime().availableProcessors()));
        HopSigning signing =
                hop == null || settings.role() == Role.EDGE ? null : new HopSigning(hop);
        Map<String, RefreshPace> paces = new ConcurrentHashMap<>();
        NodeSites sites =
                new NodeSites(
                        settings.name(),
                        names(settings),
                        store.maxObjectBytes(),
                        signing != null,
                        site -> {
                            parts.forget(site);
                            return upstreams.of(site, parts);
                        },
                        site -> {
                            caps.show(site);
                            return new Liveness(
                                    site,
                                    ledger,
                                    state.local(),
                                    lease,
                                    paces.computeIfAbsent(site, name -> new RefreshPace()));
                        },
                        state.keyings(),
                        state.local(),
                        time::monotonicMillis,
                        stored.sharing(metrics));
        if (settings.control() == null) {
            sites.replace(inputs.sites());
            sites.open();
        }
        KeyHasher keys = state.identity().keys();
        Pipeline pipeline =
                new Pipeline(
                        settings.name(),
                        sites,
                        keys,
                        engine,
                        signing == null ? coded : null,
                        signing,
                        inputs.debug(),
                        new RequestRecorder(metrics, accessLog, time::nanoTime, time));

        // who listens: the admin port last, since it says that all the rest is there
        CachingNode node = new CachingNode(settings, sites, purges, time, shutdown);
        PurgeDoor door = PurgeDoor.of(settings.control(), pipeline);
        HttpServer server =
                shutdown.later(HttpServer.start(inputs.server(), door == null ? pipeline : door));
        node.server = server;
        node.door = door;
        NodeMeters.store(metrics, store);
        DiskSet disks = stored.disks();
        if (disks != null) {
            DiskMeters.disks(metrics, disks);
        }
        NodeMeters.engine(metrics, engine);
        NodeMeters.codings(metrics, coded);
        NodeMeters.ledger(metrics, ledger);
        NodeMeters.connections(metrics, server, client);
        NodeExplain explain =
                new NodeExplain(node.name(), node.role(), sites, keys, engine, purges::revision);
        NodeDryRun dryRun =
                new NodeDryRun(
                        sites,
                        keys,
                        store,
                        disks,
                        new BothLedgers(ledger, state.local().ledger()),
                        state.local(),
                        time);
        node.questions = new NodeQuestions(explain, dryRun, paces, time);
        Disks ofDisks = new Disks(disks);
        node.inventory =
                new InventoryEndpoint(
                        new Inventory(
                                node.name(),
                                store,
                                ofDisks,
                                time::monotonicMillis,
                                purges::revision),
                        ofDisks,
                        explain::key);
        node.admin =
                shutdown.later(
                        AdminPort.start(
                                settings.admin().socketAddress(),
                                settings.adminTokenFile(),
                                metrics::scrape,
                                node.readiness,
                                node.endpoints(endpoints)));
        node.follow(client, inputs, metrics, lease, tap);
        node.readiness.came("configured");
        node.announce();
        return node;
    }

    /** Follows the control plane, if there is one. */
    private void follow(
            WatchedHttpClient client, NodeInputs inputs, Metrics metrics, Lease lease, FeedTap tap)
            throws IOException {
        NodeSettings.Control control = settings.control();
        DurableLedger durable = ledger.durable();
        Path state = settings.state();
        if (control == null || durable == null || state == null) {
            return;
        }
        FollowingNode following =
                new FollowingNode(
                        durable,
                        new SiteDocuments(state),
                        sites,
                        time,
                        lease,
                        new Departure(state),
                        readiness,
                        this::answer);
        following.restore();
        FeedOptions options =
                new FeedOptions(
                        control.urls(),
                        BearerToken.read(control.tokenFile()),
                        settings.name(),
                        role(),
                        settings.pop(),
                        settings.role() == Role.EDGE
                                ? control.publicUrl(address().getPort())
                                : null);
        ControlFeed started =
                shutdown.later(
                        ControlFeed.start(
                                options,
                                FeedTimings.DEFAULTS,
                                following,
                                tap,
                                client,
                                inputs.addresses(),
                                time::nanoTime,
                                new SecureRandom()));
        feed = started;
        if (door != null) {
            door.leadsTo(started.links());
        }
        NodeMeters.feed(metrics, started.counters(), lease);
        CompletableFuture.delayedExecutor(control.longestWait().toMillis(), TimeUnit.MILLISECONDS)
                .execute(following::serveWithout);
    }

    /**
     * Answers a question about this node. May wait.
     *
     * @param question a JSON document
     * @return a JSON document
     */
    public String answer(String question) {
        return started(questions).answer(question);
    }

    /** What is stored is told by each node; the rest is brought by whoever starts it. */
    private List<AdminEndpoint> endpoints(Function<CachingNode, List<AdminEndpoint>> more) {
        List<AdminEndpoint> all = new ArrayList<>(more.apply(this));
        all.add(started(inventory));
        return all;
    }

    private static SiteRoutes.Names names(NodeSettings settings) {
        NodeSettings.Control control = settings.control();
        return control == null
                ? SiteRoutes.Names.ALONE
                : new SiteRoutes.Names(
                        PublicName.of(control.publicUrl(settings.listen().port())), false);
    }

    /** The node's name. */
    public String name() {
        return settings.name();
    }

    /** Whether its sites and purges come from a control plane. */
    public boolean follows() {
        return settings.control() != null;
    }

    /** {@code edge} or {@code shield}. */
    public String role() {
        return settings.role().name().toLowerCase(Locale.ROOT);
    }

    /** The names of the sites that it serves. */
    public Set<String> sites() {
        return sites.names();
    }

    /** The purge revision applied. */
    public long applied() {
        return ledger.ledger().applied();
    }

    /**
     * Applies purges, whose revisions ascend from call to call. They work when this returns.
     *
     * @return completes when they will work after a restart too, if there is a state directory
     */
    public CompletionStage<?> apply(List<PurgeRecord> records) {
        if (follows()) {
            throw new IllegalStateException("purges come from the control plane alone");
        }
        long now = time.monotonicMillis();
        return ledger.apply(
                records.stream()
                        .map(record -> PurgeScopes.keyed(record, now, sites.routes()))
                        .toList());
    }

    /** Where clients are served, with the real port. */
    public InetSocketAddress address() {
        return started(server).address();
    }

    /** Where clients are served over TLS, with the real port; only with a TLS listener. */
    public InetSocketAddress tlsAddress() {
        return started(server).tlsAddress();
    }

    /** Where the admin port is. */
    public InetSocketAddress adminAddress() {
        return started(admin).address();
    }

    /**
     * Drains: takes no more connections, finishes what is under way within the drain timeout, then
     * ends.
     */
    @Override
    public void close() {
        readiness.drain();
        ControlFeed following = feed;
        if (following != null) {
            following.reportNow();
        }
        HttpServer running = server;
        if (running != null) {
            try {
                if (!running.drain(settings.drainTimeout())) {
                    log.warn(
                            "exchanges were still under way after {} s and are cut",
                            settings.drainTimeout().toSeconds());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            // Before the control plane hears that it serves nothing any more.
            running.close();
        }
        shutdown.close();
    }

    private void announce() {
        log.info(
                "{} {} serves http://{}{}, admin http://{}",
                role(),
                settings.name(),
                text(address()),
                settings.tls() == null ? "" : " and https://" + text(tlsAddress()),
                text(adminAddress()));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the node has not started");
        }
        return part;
    }
}

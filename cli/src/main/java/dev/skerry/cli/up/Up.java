package dev.skerry.cli.up;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.node.Address;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.proxy.node.CachingNode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole network in one process: control plane with router, a shield, an edge in each of two
 * places, and a site in front of which they stand. Each part is started as its own process would
 * start it, and they speak to each other over the network alone.
 */
public final class Up implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Up.class);
    private static final Duration SLOWNESS = Duration.ofSeconds(2);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final long MOST_START_MILLIS = 30_000;

    private final List<CachingNode> nodes = new ArrayList<>();
    private @Nullable DemoSite demo;
    private @Nullable ControlPlane plane;
    private @Nullable UpMap map;

    private Up() {}

    /**
     * Starts all of it, and returns when the router sends clients to both edges.
     *
     * @throws IOException with a message for whoever started it: a port or the folder is in use, a
     *     file is not what it should be; nothing is left running
     */
    public static Up start(UpOptions options) throws IOException, InterruptedException {
        Up up = new Up();
        try {
            up.begin(options, TimeSource.system());
            return up;
        } catch (IOException | InterruptedException | RuntimeException e) {
            up.close();
            throw e;
        }
    }

    /** What runs where, and what to try: lines to print. */
    public List<String> map() {
        return started(map).lines();
    }

    /** What to try, as it can be pasted into a shell. */
    List<UpMap.Trial> trials() {
        return started(map).trials();
    }

    /** Lets what is under way end, edges first, and closes all of it. */
    @Override
    public void close() {
        try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            // The shield stands while the edges drain: it is the first of the nodes.
            nodes.stream().skip(1).forEach(edge -> closing.execute(edge::close));
        }
        nodes.stream().limit(1).forEach(CachingNode::close);
        ControlPlane control = plane;
        if (control != null) {
            try {
                control.drain(DRAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                control.close();
            }
        }
        if (demo != null) {
            demo.close();
        }
    }

    private void begin(UpOptions options, TimeSource time)
            throws IOException, InterruptedException {
        long begun = time.monotonicMillis();
        UpFolder folder = new UpFolder(options.data());
        ControlPlane control =
                ControlPlane.start(
                        new ControlOptions(
                                options.control().socketAddress(),
                                null,
                                folder.control(),
                                new ControlOptions.RouterOptions(
                                        options.router().socketAddress(),
                                        null,
                                        null,
                                        options.routing() == null
                                                ? folder.builtInRouting()
                                                : options.routing(),
                                        null)),
                        time::nanoTime,
                        InstantSource.system());
        plane = control;
        Semaphore changed = new Semaphore(1);
        control.fleet().onChange(changed::release);

        String api = UpMap.url(control.address());
        String origin = options.origin() == null ? startDemo(folder) : options.origin();
        new SiteSetup(api, folder.adminToken())
                .apply(SiteSetup.document(origin, options.origin() == null));
        startNodes(options, new UpNodes(folder, api));
        awaitReady(control, changed, begun + MOST_START_MILLIS, time);
        String router = UpMap.url(started(control.routerAddress()));
        new RouterWatch(router, options.edges().stream().map(Address::port).toList())
                .awaitEdges(begun + MOST_START_MILLIS - time.monotonicMillis());
        map =
                new UpMap(
                        time.monotonicMillis() - begun,
                        api,
                        router,
                        origin,
                        options.origin() == null,
                        described(),
                        folder.adminToken());
    }

    /** At the port that it had, if that is free: then its document need not change. */
    private String startDemo(UpFolder folder) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        DemoSite site;
        try {
            site =
                    DemoSite.start(
                            new InetSocketAddress(loopback, folder.demoPort()),
                            InstantSource.system(),
                            SLOWNESS);
        } catch (BindException taken) {
            LOG.debug("the demo site moves to another port", taken);
            site =
                    DemoSite.start(
                            new InetSocketAddress(loopback, 0), InstantSource.system(), SLOWNESS);
        }
        demo = site;
        folder.demoPort(site.address().getPort());
        return UpMap.url(site.address());
    }

    private void startNodes(UpOptions options, UpNodes starter) throws IOException {
        CachingNode shield = starter.shield(options.shield());
        nodes.add(shield);
        String url = UpMap.url(shield.address());
        for (int i = 0; i < UpOptions.POPS.size(); i++) {
            Address listen = options.edges().get(i);
            nodes.add(starter.edge("edge-" + (i + 1), UpOptions.POPS.get(i), listen, url));
        }
    }

    private void awaitReady(
            ControlPlane control, Semaphore changed, long untilMillis, TimeSource time)
            throws IOException, InterruptedException {
        while (control.fleet().nodes().stream().filter(Up::isReady).count() < nodes.size()) {
            long left = untilMillis - time.monotonicMillis();
            if (left <= 0 || !changed.tryAcquire(left, TimeUnit.MILLISECONDS)) {
                throw new IOException("the nodes were not ready within 30 s; the log says more");
            }
        }
    }

    private static boolean isReady(FleetNode node) {
        return node.connected() && node.state() == NodeReport.State.READY;
    }

    private List<UpMap.Node> described() {
        List<UpMap.Node> described = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            CachingNode node = nodes.get(i);
            described.add(
                    new UpMap.Node(
                            node.name(),
                            i == 0 ? "" : UpOptions.POPS.get(i - 1),
                            UpMap.url(node.address()),
                            UpMap.url(node.adminAddress())));
        }
        return described;
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not started");
        }
        return part;
    }
}

package dev.skerry.control.route;

import dev.skerry.net.geo.GeoSource;
import dev.skerry.net.server.HttpServer;
import dev.skerry.net.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running router on a port of its own. */
public final class RouterServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterServer.class);
    private static final Duration HEALTH_EVERY = Duration.ofMillis(200);
    private static final Duration FILES_EVERY = Duration.ofSeconds(2);

    private final RoutingSource routing;
    private final GeoSource geo;
    private final @Nullable RouteLog log;
    private final EdgeHealth health;
    private final Router router;
    private final ExecutorService probes = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService healthTicks = ticks("router-health");
    // Apart, as reading a large table takes its time.
    private final ScheduledExecutorService fileTicks = ticks("router-files");
    private final Object building = new Object();
    private @Nullable HttpServer server;
    private volatile RouteTable table;

    private RouterServer(RouterInputs inputs) throws IOException {
        this.routing = new RoutingSource(inputs.routingFile(), inputs.routing());
        this.geo = new GeoSource();
        geo.check(routing.state().routing().geoDatabase());
        this.table = new RouteTable(routing.state(), geo, List.of());
        this.health =
                new EdgeHealth(
                        inputs.fleet(),
                        new HttpProbe(inputs.client(), inputs.resolver(), inputs.sites()),
                        probes,
                        inputs.nanos(),
                        this::rebuild);
        RouterMeters meters =
                new RouterMeters(inputs.metrics(), () -> health.inRotation().size(), health::known);
        this.log = inputs.log() == null ? null : new RouteLog(inputs.log(), meters.dropped());
        this.router = new Router(inputs.sites(), () -> table, meters, inputs.wall(), log);
    }

    /**
     * Starts listening.
     *
     * @throws IOException when the routing file is not valid (the message has every problem, a line
     *     each), or an address cannot be had
     */
    public static RouterServer start(ServerOptions options, RouterInputs inputs)
            throws IOException {
        RouterServer running = new RouterServer(inputs);
        try {
            running.begin(options);
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    /** Where it listens: the plain listener, else that of TLS. */
    public InetSocketAddress address() {
        return server().address();
    }

    /** Where it listens for TLS. */
    public InetSocketAddress tlsAddress() {
        return server().tlsAddress();
    }

    /**
     * What would become of a GET request.
     *
     * @param host as in its Host field
     * @param target path and query, beginning with a slash
     * @param client who asks
     */
    public RoutePlan explain(String host, String target, InetAddress client) {
        return router.explain(host, target, client);
    }

    /** The names of the edges in rotation. */
    public List<String> inRotation() {
        return health.inRotation().stream().map(Edge::name).toList();
    }

    /**
     * Stops accepting, lets what is in flight end, and closes.
     *
     * @return whether everything ended in time
     */
    public boolean drain(Duration timeout) throws InterruptedException {
        boolean whole = server().drain(timeout);
        close();
        return whole;
    }

    /** Closes everything at once. Idempotent. */
    @Override
    public void close() {
        health.stop();
        healthTicks.shutdownNow();
        fileTicks.shutdownNow();
        HttpServer running = server;
        if (running != null) {
            running.close();
        }
        probes.shutdownNow();
        if (log != null) {
            log.close();
        }
    }

    private void begin(ServerOptions options) throws IOException {
        health.start();
        rebuild();
        server = HttpServer.start(options, router);
        every(healthTicks, HEALTH_EVERY, health::look);
        every(fileTicks, FILES_EVERY, this::checkFiles);
    }

    private void checkFiles() {
        if (routing.check()) {
            rebuild();
        }
        geo.check(routing.state().routing().geoDatabase());
    }

    /** The last to come builds from the newest parts. */
    private void rebuild() {
        synchronized (building) {
            table = new RouteTable(routing.state(), geo, health.inRotation());
        }
    }

    private HttpServer server() {
        HttpServer running = server;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    private static void every(ScheduledExecutorService ticks, Duration period, Runnable task) {
        var _ =
                ticks.scheduleWithFixedDelay(
                        () -> {
                            try {
                                task.run();
                            } catch (RuntimeException e) {
                                // Else the executor would never run it again.
                                LOG.error("the router's regular work failed", e);
                            }
                        },
                        period.toMillis(),
                        period.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService ticks(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }
}

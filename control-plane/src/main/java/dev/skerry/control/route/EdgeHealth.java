package dev.skerry.control.route;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.fleet.FleetView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which edges are in rotation. What an edge reports decides while its reports are fresh. When they
 * are not, the probe decides: an edge whose control stream is cut serves on, so a cut control plane
 * must not empty the fleet. One that says that it drains is out at once.
 *
 * <p>An edge that dies with its connections is noticed by its stream and the probe that follows at
 * once; one that dies without a word after {@link #SILENCE}, or with the first probe begun since,
 * whichever is later: two seconds.
 */
final class EdgeHealth {
    /** How old the last report of a connected edge may be. Reports come every half second. */
    static final Duration SILENCE = Duration.ofMillis(1500);

    /** From the beginning of one probe to that of the next. */
    static final Duration PROBE_EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(EdgeHealth.class);
    private static final String EDGE = "edge";

    private final FleetView fleet;
    private final Probe probe;
    private final Executor probes;
    private final LongSupplier nanos;
    private final Runnable changed;
    private final AtomicInteger looks = new AtomicInteger();
    private volatile List<Edge> healthy = List.of();
    private volatile int known;
    private volatile boolean stopped;

    // Of the thread that looks.
    private Map<String, Watched> watched = new HashMap<>();

    /** Whether an edge answers. Blocks, for a second at most. */
    @FunctionalInterface
    interface Probe {
        boolean answers(FleetNode node, EdgeUrl url);
    }

    /** What is remembered of an edge between looks. */
    private static final class Watched {
        private volatile boolean alive;
        private volatile boolean running;
        private boolean connected;
        private long nextProbe;
        private @Nullable String template;
        private @Nullable EdgeUrl url;
    }

    /**
     * Nobody is in rotation before {@link #start}.
     *
     * @param probes runs probes, which block
     * @param nanos the clock of {@link FleetNode#lastHeardNanos}
     * @param changed run after {@link #inRotation} has changed, on any thread, one call at a time
     */
    EdgeHealth(
            FleetView fleet, Probe probe, Executor probes, LongSupplier nanos, Runnable changed) {
        this.fleet = fleet;
        this.probe = probe;
        this.probes = probes;
        this.nanos = nanos;
        this.changed = changed;
    }

    /** Begins to look: now, and whenever the fleet changes. */
    void start() {
        fleet.onChange(this::look);
        look();
    }

    /** Looks no more. */
    void stop() {
        stopped = true;
    }

    /** The edges in rotation, by name. */
    List<Edge> inRotation() {
        return healthy;
    }

    /** How many edges there are, in rotation or not. */
    int known() {
        return known;
    }

    /**
     * Judges every edge anew, and begins the probes that are due. Quick; call it several times a
     * second. When another thread is at it, that one looks once more: whoever calls may hold a lock
     * of the fleet, and must wait for nobody who wants it.
     */
    void look() {
        if (stopped || looks.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        while (seen > 0) {
            if (judge()) {
                changed.run();
            }
            seen = looks.addAndGet(-seen);
        }
    }

    private boolean judge() {
        long now = nanos.getAsLong();
        Map<String, Watched> next = new HashMap<>();
        List<Edge> in = new ArrayList<>();
        int count = 0;
        for (FleetNode node : fleet.nodes()) {
            String template = node.url();
            if (!node.role().equals(EDGE) || template == null) {
                continue;
            }
            count++;
            Watched edge = watched.get(node.name());
            if (edge == null) {
                edge = new Watched();
                edge.nextProbe = now;
            }
            next.put(node.name(), edge);
            EdgeUrl url = url(node.name(), template, edge);
            if (url != null) {
                probeIfDue(node, url, edge, now);
                if (isIn(node, edge.alive, now)) {
                    in.add(new Edge(node.name(), node.pop(), url));
                }
            }
        }
        watched = next;
        known = count;
        in.sort(Comparator.comparing(Edge::name));
        if (in.equals(healthy)) {
            return false;
        }
        LOG.info("edges in rotation: {}", in.stream().map(Edge::name).toList());
        healthy = List.copyOf(in);
        return true;
    }

    /**
     * Whether an edge takes clients.
     *
     * @param alive whether it answered the last probe
     */
    static boolean isIn(FleetNode node, boolean alive, long now) {
        return switch (node.state()) {
            case DRAINING, LEFT -> false;
            // Unheard since this control plane began, it may well serve. One that cannot yet says
            // so to the probe.
            case STARTING -> alive;
            case READY ->
                    alive || (node.connected() && now - node.lastHeardNanos() <= SILENCE.toNanos());
        };
    }

    private static @Nullable EdgeUrl url(String name, String template, Watched edge) {
        if (!template.equals(edge.template)) {
            edge.template = template;
            edge.url = EdgeUrl.of(template);
            if (edge.url == null) {
                LOG.warn("the URL of {} is no http(s)://…{host}…: no client is sent there", name);
            }
        }
        return edge.url;
    }

    private void probeIfDue(FleetNode node, EdgeUrl url, Watched edge, long now) {
        boolean lost = edge.connected && !node.connected();
        edge.connected = node.connected();
        boolean due = now - edge.nextProbe >= 0 || lost;
        if (!due || edge.running || node.state() == NodeReport.State.LEFT) {
            return;
        }
        edge.running = true;
        edge.nextProbe = now + PROBE_EVERY.toNanos();
        try {
            probes.execute(() -> run(node, url, edge));
        } catch (RejectedExecutionException e) {
            // Everything is being closed.
            edge.running = false;
        }
    }

    private void run(FleetNode node, EdgeUrl url, Watched edge) {
        boolean answers = false;
        try {
            answers = probe.answers(node, url);
        } finally {
            edge.alive = answers;
            edge.running = false;
            look();
        }
    }
}

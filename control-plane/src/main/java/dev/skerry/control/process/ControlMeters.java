package dev.skerry.control.process;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.store.ControlStore;
import dev.skerry.net.metrics.Counter;
import dev.skerry.net.metrics.Family;
import dev.skerry.net.metrics.Metrics;
import java.io.IOException;
import java.util.Locale;
import java.util.function.IntConsumer;

/** What a control plane counts. */
final class ControlMeters implements IntConsumer {
    private final Family<Counter> requests;

    ControlMeters(Metrics metrics, ControlStore store, FleetView fleet, PurgeDesk purges) {
        requests =
                metrics.counters(
                        "skerry_control_requests_total",
                        "Answered requests to the API, by class of status",
                        "code");
        metrics.gauge(
                "skerry_control_head_counter",
                "The counter of the last change",
                () -> orMinusOne(() -> store.head().counter()));
        metrics.gauge(
                "skerry_control_pending_purges",
                "Remembered purges that some node has not acknowledged",
                () -> orMinusOne(() -> NodesApi.pending(purges)));
        for (NodeReport.State state : NodeReport.State.values()) {
            if (state != NodeReport.State.LEFT) {
                nodes(metrics, fleet, state);
            }
        }
        metrics.gauge(
                "skerry_control_nodes",
                "Registered nodes by state; away: without a stream",
                () -> fleet.nodes().stream().filter(node -> !node.connected()).count(),
                "state",
                "away");
    }

    @Override
    public void accept(int status) {
        requests.with(status / 100 + "xx").increment();
    }

    private static void nodes(Metrics metrics, FleetView fleet, NodeReport.State state) {
        metrics.gauge(
                "skerry_control_nodes",
                "Registered nodes by state; away: without a stream",
                () ->
                        fleet.nodes().stream()
                                .filter(node -> node.connected() && node.state() == state)
                                .count(),
                "state",
                state.name().toLowerCase(Locale.ROOT));
    }

    /** A gauge must not throw; the store's failure shows in the log. */
    private static long orMinusOne(Reading reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            return -1;
        }
    }

    @FunctionalInterface
    private interface Reading {
        long read() throws IOException;
    }
}

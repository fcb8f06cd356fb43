package dev.skerry.control.route;

import dev.skerry.net.metrics.Counter;
import dev.skerry.net.metrics.Family;
import dev.skerry.net.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** What the router counts. */
final class RouterMeters {
    private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);
    private final Counter dropped;

    RouterMeters(Metrics metrics, LongSupplier healthy, LongSupplier known) {
        Family<Counter> family =
                metrics.counters(
                        "skerry_router_requests_total",
                        "Requests to the router, by what became of them.",
                        "outcome");
        for (Outcome outcome : Outcome.values()) {
            requests.put(outcome, family.with(outcome.word()));
        }
        metrics.gauge("skerry_router_edges_healthy", "Edges in the router's rotation.", healthy);
        metrics.gauge(
                "skerry_router_edges_known",
                "Edges that clients may be sent to, in rotation or not.",
                known);
        this.dropped =
                metrics.counter(
                        "skerry_router_log_dropped_total",
                        "Lines of the router's log dropped because the output fell behind or"
                                + " failed.");
    }

    void count(Outcome outcome) {
        Objects.requireNonNull(requests.get(outcome)).increment();
    }

    Counter dropped() {
        return dropped;
    }
}

package dev.skerry.control.fleet;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a node now.
 *
 * @param role {@code edge} or {@code shield}
 * @param pop its location, null when it named none
 * @param url where clients reach it, with {@code {host}}; null when they are not sent there
 * @param via the node that relays its stream, null for none
 * @param address where its stream came from last, as seen by whoever accepted it: the router probes
 *     it there when {@code url} names no host of its own. Remembered over restarts. Null when
 *     unknown, and for a relayed node whose relay does not tell
 * @param state as it reported last; {@code STARTING} before its first report
 * @param applied what it has acknowledged, null before the first
 * @param lastHeardNanos when its last report came, monotonic; meaningless when it is not {@code
 *     connected} since this control plane started
 * @param connected whether it has a stream now
 * @param problems sites whose newest document it could not take
 */
public record FleetNode(
        String name,
        String role,
        @Nullable String pop,
        @Nullable String url,
        @Nullable String via,
        @Nullable InetAddress address,
        NodeReport.State state,
        @Nullable Position applied,
        long lastHeardNanos,
        boolean connected,
        List<NodeReport.SiteProblem> problems) {
    /** Copies the list. */
    public FleetNode {
        problems = List.copyOf(problems);
    }
}

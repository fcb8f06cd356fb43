package dev.skerry.config.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says to its control plane: at once after each change that has become durable, and
 * every half second otherwise. It acknowledges every change up to {@code applied}.
 *
 * @param session from {@link StreamEvent.Welcome}
 * @param ping the node's monotonic time in milliseconds when it sent this, from 0
 * @param applied its position when its ledger is durable up to there; null before the first
 * @param state what it wants from the router
 * @param problems sites whose newest document it could not take; it goes on with the one before
 */
public record NodeReport(
        String session,
        long ping,
        @Nullable Position applied,
        State state,
        List<SiteProblem> problems) {
    /** Copies the list. */
    public NodeReport {
        problems = List.copyOf(problems);
    }

    /** What a node wants from the router. */
    public enum State {
        /** Not ready yet. */
        STARTING,
        /** Traffic is welcome. */
        READY,
        /** No more traffic; what is under way will be finished. */
        DRAINING,
        /** It has ended, and will serve nothing that it stored. */
        LEFT
    }

    /** A document that a node could not take. */
    public record SiteProblem(String site, long version, String detail) {}
}

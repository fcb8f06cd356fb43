package dev.skerry.cli;

import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.explain.ExplainEndpoint;
import dev.skerry.proxy.node.CachingNode;
import java.util.List;

/** What the admin port of a node takes besides metrics and health. */
final class NodeEndpoints {
    private NodeEndpoints() {}

    /**
     * Of a node that has started. One that follows a control plane takes purges from there alone:
     * another order in its ledger would end the one that it follows.
     */
    static List<AdminEndpoint> of(CachingNode node) {
        if (node.follows()) {
            return List.of(new ExplainEndpoint(node::answer));
        }
        return List.of(new PurgeEndpoint(node), new ExplainEndpoint(node::answer));
    }
}

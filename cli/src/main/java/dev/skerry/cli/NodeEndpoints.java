package dev.skerry.cli;

import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.explain.ExplainEndpoint;
import dev.skerry.proxy.node.CachingNode;
import java.util.List;

/** What the admin port of a node takes besides metrics and health. */
final class NodeEndpoints {
    private NodeEndpoints() {}

    /** Of a node that has started. */
    static List<AdminEndpoint> of(CachingNode node) {
        return List.of(new PurgeEndpoint(node), new ExplainEndpoint(node::answer));
    }
}

package dev.skerry.cli.up;

import dev.skerry.config.node.Address;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.NodeSettingsResult;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.config.text.Problem;
import dev.skerry.edge.EdgeProcess;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.explain.ExplainEndpoint;
import dev.skerry.proxy.node.CachingNode;
import dev.skerry.shield.ShieldProcess;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Starts nodes with the settings that an operator of several processes would give them. */
final class UpNodes {
    /** Room for the demo site's large file: an object may take an eighth. */
    private static final String MEMORY = "160m";

    private static final String DRAIN_TIMEOUT = "3s";
    private static final int TO_ADMIN_PORT = 1000;
    private static final int MOST_PORT = 0xffff;

    private final UpFolder folder;
    private final String control;

    /** Nodes that follow a control plane. */
    UpNodes(UpFolder folder, String control) {
        this.folder = folder;
        this.control = control;
    }

    /** Starts the shield. */
    CachingNode shield(Address listen) throws IOException {
        NodeSettings settings = settings(Role.SHIELD, "shield", listen, Map.of());
        return ShieldProcess.start(settings, UpNodes::endpoints);
    }

    /**
     * Starts an edge.
     *
     * @param shield the URL of the shield
     */
    CachingNode edge(String name, String pop, Address listen, String shield) throws IOException {
        Map<String, String> more =
                Map.of(
                        "pop",
                        pop,
                        "shield",
                        shield,
                        "public-url",
                        "http://{host}:" + listen.port());
        return EdgeProcess.start(settings(Role.EDGE, name, listen, more), UpNodes::endpoints);
    }

    private static List<AdminEndpoint> endpoints(CachingNode node) {
        return List.of(new ExplainEndpoint(node::answer));
    }

    private NodeSettings settings(Role role, String name, Address listen, Map<String, String> more)
            throws IOException {
        Map<String, List<String>> flags = new HashMap<>();
        flags.put("name", List.of(name));
        flags.put("listen", List.of(listen.toString()));
        flags.put("admin", List.of(admin(listen).toString()));
        flags.put("control", List.of(control));
        flags.put("token", List.of(folder.nodeToken().toString()));
        flags.put("state", List.of(folder.state(name).toString()));
        flags.put("fleet-key", List.of(folder.fleetKey().toString()));
        flags.put("memory", List.of(MEMORY));
        flags.put("drain-timeout", List.of(DRAIN_TIMEOUT));
        more.forEach((key, value) -> flags.put(key, List.of(value)));
        return switch (NodeSettingsSource.of(role).read(flags, Map.of())) {
            case NodeSettingsResult.Ready(NodeSettings settings, List<Problem> warnings) ->
                    settings;
            case NodeSettingsResult.Wrong(List<Problem> problems) ->
                    throw new IOException(
                            name
                                    + ": "
                                    + problems.stream()
                                            .map(Problem::toString)
                                            .collect(Collectors.joining("\n")));
        };
    }

    /** On the loopback address whatever clients use: it asks nobody for a token. */
    private static Address admin(Address listen) {
        boolean any = listen.port() == 0 || listen.port() + TO_ADMIN_PORT > MOST_PORT;
        return new Address("127.0.0.1", any ? 0 : listen.port() + TO_ADMIN_PORT);
    }
}

package dev.skerry.edge;

import dev.skerry.config.node.NodeSettings;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.node.CachingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Starts an edge: its misses go to the shields if it has any, else to the origins. */
public final class EdgeProcess {
    private EdgeProcess() {}

    /**
     * Starts an edge and returns when it serves.
     *
     * @param endpoints what else the admin port takes
     * @throws IOException with a message for the operator
     */
    public static CachingNode start(
            NodeSettings settings, Function<CachingNode, List<AdminEndpoint>> endpoints)
            throws IOException {
        if (settings.shields().isEmpty()) {
            return CachingNode.start(
                    settings, (site, parts) -> parts.origins(site), null, FeedTap.NONE, endpoints);
        }
        Path keyFile =
                Objects.requireNonNull(settings.fleetKeyFile(), "settings with shields have a key");
        HopAuth auth = HopAuth.withKeyFrom(keyFile);
        return CachingNode.start(
                settings,
                (site, parts) ->
                        parts.shields(
                                site,
                                settings.shields(),
                                site.allowOriginFallback() && !site.origins().isEmpty()
                                        ? parts.origins(site)
                                        : null),
                auth,
                FeedTap.NONE,
                endpoints);
    }
}

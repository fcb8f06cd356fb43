package dev.skerry.shield;

import dev.skerry.config.node.NodeSettings;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.node.CachingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Starts a shield: it asks the origins, and believes edges that share the fleet key. */
public final class ShieldProcess {
    private ShieldProcess() {}

    /**
     * Starts a shield and returns when it serves.
     *
     * @param endpoints what else the admin port takes
     * @throws IOException with a message for the operator
     */
    public static CachingNode start(
            NodeSettings settings, Function<CachingNode, List<AdminEndpoint>> endpoints)
            throws IOException {
        Path keyFile = settings.fleetKeyFile();
        HopAuth auth = keyFile == null ? null : HopAuth.withKeyFrom(keyFile);
        return CachingNode.start(
                settings, (site, parts) -> parts.origins(site), auth, FeedTap.NONE, endpoints);
    }
}

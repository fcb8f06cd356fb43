package dev.skerry.shield;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.node.CachingNode;
import dev.skerry.shield.relay.Relay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Starts a shield: it asks the origins, believes edges that share the fleet key, and relays the
 * change stream to edges that have its token.
 */
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
        NodeSettings.Control control = settings.control();
        if (control == null) {
            return CachingNode.start(
                    settings, (site, parts) -> parts.origins(site), auth, FeedTap.NONE, endpoints);
        }
        Relay relay = new Relay(settings.name(), TimeSource.system()::nanoTime);
        AdminEndpoint relayed = relay.endpoint(BearerToken.read(control.tokenFile()));
        return CachingNode.start(
                settings,
                (site, parts) -> parts.origins(site),
                auth,
                relay,
                node -> Stream.concat(Stream.of(relayed), endpoints.apply(node).stream()).toList());
    }
}

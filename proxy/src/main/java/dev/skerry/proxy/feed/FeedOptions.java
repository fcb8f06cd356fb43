package dev.skerry.proxy.feed;

import dev.skerry.config.Origin;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.Position;
import dev.skerry.proxy.admin.BearerToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a node follows, and as who.
 *
 * @param controls control planes and relaying shields, at least one, the preferred first
 * @param token opens all of them
 * @param node the node's name
 * @param role {@code edge} or {@code shield}
 * @param pop its location, null for none
 * @param url where clients reach it, see {@link NodeHello#url}; null when they are not sent there
 */
public record FeedOptions(
        List<Origin> controls,
        BearerToken token,
        String node,
        String role,
        @Nullable String pop,
        @Nullable String url) {
    /** Checks that there is somebody to follow. */
    public FeedOptions {
        controls = List.copyOf(controls);
        if (controls.isEmpty()) {
            throw new IllegalArgumentException("nobody to follow");
        }
    }

    NodeHello hello(@Nullable Position from) {
        return new NodeHello(node, role, pop, url, from, null);
    }
}

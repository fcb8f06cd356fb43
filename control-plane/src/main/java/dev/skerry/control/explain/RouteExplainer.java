package dev.skerry.control.explain;

import dev.skerry.control.route.RoutePlan;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Asks the router what it would do. */
@FunctionalInterface
public interface RouteExplainer {
    /**
     * What the router would do with a GET of a client now; null when there is no router.
     *
     * @param host as the client would send it
     * @param target path and query
     */
    @Nullable RoutePlan plan(String host, String target, InetAddress client);
}

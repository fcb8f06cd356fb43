package dev.skerry.config.routing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator says about routing, complete and valid.
 *
 * @param locations by name, which is the {@code pop} of the edges there
 * @param networks clients whose location is given; of those that contain a client the longest
 *     decides
 * @param defaultLocation where clients are taken to be that nothing else places; null when they
 *     belong to no location in particular
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param geoDatabase a MaxMind DB file; null for the table that comes with the program
 * @param noEdge what is answered when no edge is left
 * @param debugTokenFile holds the token that makes the router tell its reasons; null when none does
 */
public record Routing(
        Map<String, Whereabouts> locations,
        List<Network> networks,
        @Nullable String defaultLocation,
        List<Cidr> trustedProxies,
        @Nullable Path geoDatabase,
        NoEdge noEdge,
        @Nullable Path debugTokenFile) {
    /** That of an operator who says nothing. */
    public static final Routing DEFAULT =
            new Routing(Map.of(), List.of(), null, List.of(), null, NoEdge.UNAVAILABLE, null);

    /** Copies the collections. */
    public Routing {
        locations = Map.copyOf(locations);
        networks = List.copyOf(networks);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Clients whose location is given. */
    public record Network(Cidr cidr, String location) {}

    /** What is answered when no edge is left. */
    public enum NoEdge {
        /** 503 with {@code Retry-After}. */
        UNAVAILABLE,
        /** A redirect to the first origin of the site. */
        ORIGIN
    }
}

package dev.skerry.control.route;

import dev.skerry.config.routing.Routing;
import dev.skerry.config.routing.Whereabouts;
import dev.skerry.net.geo.Coordinates;
import dev.skerry.net.geo.Countries;
import dev.skerry.net.geo.GeoSource;
import dev.skerry.net.geo.Place;
import dev.skerry.net.ring.Rendezvous;
import dev.skerry.net.ring.StableHash;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision needs: the operator's routing and the edges in rotation, made ready for
 * requests. A new one is made whenever either changes. Immutable.
 */
final class RouteTable {
    /** Nearer than the same point: the client's own location. */
    private static final double OWN = 2;

    /** Farther than the other side of the globe: nobody knows where. */
    private static final double UNKNOWN = -2;

    private final RoutingState state;
    private final GeoSource geo;
    private final Location[] locations;
    private final Placement[] byNetwork;
    private final NetworkMap networks = new NetworkMap();
    private final NetworkMap trusted = new NetworkMap();
    private final Placement fallback;
    private final Map<String, Placement> byCountry = new HashMap<>();
    private final int edges;

    /**
     * A location that has an edge in rotation.
     *
     * @param name null for edges that named none
     * @param only the edge, when there is one only
     */
    record Location(
            @Nullable String name,
            long hash,
            @Nullable Coordinates coordinates,
            Rendezvous<Edge> ring,
            @Nullable Edge only) {
        Edge first(long key) {
            return only == null ? ring.first(key) : only;
        }

        /** Whole kilometres from a client, -1 when unknown. */
        int kilometres(Placement placement) {
            Coordinates client = placement.coordinates();
            return client == null || coordinates == null
                    ? -1
                    : (int) Math.round(client.kilometresTo(coordinates));
        }
    }

    RouteTable(RoutingState state, GeoSource geo, List<Edge> healthy) {
        this.state = state;
        this.geo = geo;
        this.edges = healthy.size();
        this.locations = locations(healthy);
        Routing routing = state.routing();
        this.byNetwork = new Placement[routing.networks().size()];
        for (int i = 0; i < byNetwork.length; i++) {
            Routing.Network network = routing.networks().get(i);
            byNetwork[i] = at(Placement.How.NETWORK, network.location());
            networks.put(network.cidr(), i);
        }
        routing.trustedProxies().forEach(proxy -> trusted.put(proxy, 0));
        String name = routing.defaultLocation();
        this.fallback = name == null ? Placement.NOWHERE : at(Placement.How.DEFAULT, name);
        for (String code : Countries.codes()) {
            Coordinates middle = Countries.coordinates(code);
            byCountry.put(code, new Placement(Placement.How.COUNTRY, code, null, middle));
        }
    }

    RoutingState state() {
        return state;
    }

    NetworkMap trusted() {
        return trusted;
    }

    /** The number of edges in rotation. */
    int edges() {
        return edges;
    }

    /** The key by which edges of one location are told apart. */
    static long key(String site, String target) {
        int question = target.indexOf('?');
        return StableHash.of(0, site, question < 0 ? target : target.substring(0, question));
    }

    /** Where a client is taken to be. */
    Placement place(InetAddress client) {
        int network = networks.find(client);
        if (network != NetworkMap.NONE) {
            return byNetwork[network];
        }
        Place place = geo.find(client);
        if (place == null) {
            return fallback;
        }
        String country = place.country();
        Coordinates point = place.coordinates();
        if (point != null) {
            return new Placement(Placement.How.GEO, country, null, point);
        }
        Placement known = country == null ? null : byCountry.get(country);
        return known == null ? fallback : known;
    }

    /** The location that is chosen, null when no edge is left. */
    @Nullable Location first(Placement placement, long key) {
        Location best = null;
        double bestNearness = 0;
        for (Location location : locations) {
            double nearness = nearness(location, placement);
            if (best == null
                    || nearness > bestNearness
                    || (nearness == bestNearness && lot(location, key) < lot(best, key))) {
                best = location;
                bestNearness = nearness;
            }
        }
        return best;
    }

    /** All locations that have an edge, in the order in which they would be chosen. */
    List<Location> order(Placement placement, long key) {
        List<Location> order = new ArrayList<>(List.of(locations));
        order.sort(
                Comparator.comparingDouble((Location location) -> -nearness(location, placement))
                        .thenComparingLong(location -> lot(location, key)));
        return order;
    }

    /** What decides between locations of which none is nearer: by the path, so that caches fill. */
    private static long lot(Location location, long key) {
        return StableHash.of(location.hash ^ key);
    }

    private static double nearness(Location location, Placement placement) {
        if (placement.location() != null && placement.location().equals(location.name)) {
            return OWN;
        }
        Coordinates client = placement.coordinates();
        Coordinates there = location.coordinates;
        return client == null || there == null ? UNKNOWN : client.nearness(there);
    }

    private Placement at(Placement.How how, String location) {
        return new Placement(how, null, location, coordinates(location));
    }

    private @Nullable Coordinates coordinates(@Nullable String location) {
        Whereabouts where = location == null ? null : state.routing().locations().get(location);
        return switch (where) {
            case null -> null;
            case Whereabouts.Point(double latitude, double longitude) ->
                    Coordinates.of(latitude, longitude);
            case Whereabouts.Country(String code) -> Countries.coordinates(code);
        };
    }

    private Location[] locations(List<Edge> healthy) {
        Map<String, List<Edge>> byName = new TreeMap<>();
        for (Edge edge : healthy) {
            String pop = edge.pop() == null ? "" : edge.pop();
            byName.computeIfAbsent(pop, p -> new ArrayList<>()).add(edge);
        }
        List<Location> found = new ArrayList<>();
        byName.forEach((pop, edges) -> {
            String name = pop.isEmpty() ? null : pop;
            Rendezvous<Edge> ring =
                    Rendezvous.of(
                            edges.stream()
                                    .map(edge -> new Rendezvous.Member<>(edge.name(), 1, edge))
                                    .toList());
            found.add(
                    new Location(
                            name,
                            StableHash.of(1, pop),
                            coordinates(name),
                            ring,
                            edges.size() == 1 ? edges.getFirst() : null));
        });
        return found.toArray(Location[]::new);
    }
}

package dev.skerry.config.routing;

import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.ScalarShape;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.TableShape;
import dev.skerry.config.schema.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The keys of a routing file. */
public final class RoutingKeys {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final int MAX_LOCATIONS = 1000;
    private static final int MAX_NETWORKS = 20_000;

    static final Key<Double> LATITUDE =
            Key.optional("latitude", degrees(90), "Degrees north; goes with `longitude`.");
    static final Key<Double> LONGITUDE =
            Key.optional("longitude", degrees(180), "Degrees east; goes with `latitude`.");
    static final Key<String> COUNTRY =
            Key.optional(
                    "country",
                    Shapes.text("country code", RoutingKeys::country),
                    "Instead of coordinates: the country's middle, roughly.");

    static final Key<Map<String, Values>> LOCATIONS =
            Key.withDefault(
                    "locations",
                    new TableShape<>(
                            "a map from names to places",
                            RoutingKeys::locationName,
                            "^" + NAME_PATTERN + "$",
                            new ObjectShape("a place", List.of(LATITUDE, LONGITUDE, COUNTRY)),
                            MAX_LOCATIONS,
                            false),
                    Map.of(),
                    "Where edges are, by the name that they carry as their `--pop`: `latitude` and"
                            + " `longitude` in degrees, or a `country`. Edges whose location is"
                            + " not among these come after all others.");

    static final Key<Cidr> NETWORK =
            Key.required(
                    "cidr",
                    Shapes.text("network", Cidr::of),
                    "The network, IPv4 or IPv6, as `10.0.0.0/8`.");
    static final Key<String> NETWORK_LOCATION =
            Key.required(
                    "location",
                    Shapes.text("name of a location", RoutingKeys::locationName),
                    "The location that its clients are taken to be at.");
    static final Key<List<Values>> NETWORKS =
            Key.withDefault(
                    "networks",
                    new ListShape<>(
                            "networks",
                            new ObjectShape("a network", List.of(NETWORK, NETWORK_LOCATION)),
                            0,
                            MAX_NETWORKS),
                    List.of(),
                    "Clients whose location is known better here than in any table. Of several"
                            + " networks that contain a client, the longest prefix decides.");

    static final Key<String> DEFAULT_LOCATION =
            Key.optional(
                    "default-location",
                    Shapes.text("name of a location", RoutingKeys::locationName),
                    "Where clients are taken to be that nothing places. Without it they are spread"
                            + " over all locations by the path that they ask for.");
    static final Key<List<Cidr>> TRUSTED_PROXIES =
            Key.withDefault(
                    "trusted-proxies",
                    new ListShape<>("networks", Shapes.text("network", Cidr::of), 0, 1000),
                    List.of(),
                    "Whose `X-Forwarded-For` is believed: the client is then the last address in it"
                            + " that is not one of these.");
    static final Key<Path> GEO_DATABASE =
            Key.optional(
                    "geo-database",
                    file("MaxMind DB file"),
                    "A file in the MaxMind DB format with countries or coordinates, instead of the"
                            + " bundled table of countries. Read anew when it changes. A relative"
                            + " path begins where this file is.");
    static final Key<Routing.NoEdge> NO_EDGE =
            Key.withDefault(
                    "no-edge",
                    Shapes.choice(Routing.NoEdge.class),
                    Routing.NoEdge.UNAVAILABLE,
                    "What is answered when no edge is left: 503, or a redirect to the site's first"
                            + " origin.");
    static final Key<Path> DEBUG_TOKEN_FILE =
            Key.optional(
                    "debug-token-file",
                    file("file with a token"),
                    "Holds the token that makes the router tell its reasons: a request with"
                            + " `Skerry-Debug: TOKEN` is answered with `Skerry-Route`. A relative"
                            + " path begins where this file is.");

    /** A whole file. */
    public static final ObjectShape DOCUMENT =
            new ObjectShape(
                    "a routing file",
                    List.of(
                            LOCATIONS,
                            NETWORKS,
                            DEFAULT_LOCATION,
                            TRUSTED_PROXIES,
                            GEO_DATABASE,
                            NO_EDGE,
                            DEBUG_TOKEN_FILE));

    private RoutingKeys() {}

    private static Shape<Path> file(String words) {
        return Shapes.text(
                words,
                text -> {
                    if (text.isBlank() || text.indexOf('\0') >= 0) {
                        throw new IllegalArgumentException("'" + text + "' is not a path");
                    }
                    return Path.of(text);
                });
    }

    private static Shape<Double> degrees(int most) {
        return new ScalarShape<>(
                "degrees, -" + most + " to " + most,
                Map.of("type", "number", "minimum", -most, "maximum", most),
                text -> {
                    if (!text.matches("-?[0-9]{1,3}(\\.[0-9]{1,15})?")
                            || Math.abs(Double.parseDouble(text)) > most) {
                        throw new IllegalArgumentException(
                                "'"
                                        + text
                                        + "' is not a number of degrees, -"
                                        + most
                                        + " to "
                                        + most);
                    }
                    return Double.valueOf(text);
                },
                String::valueOf);
    }

    private static String country(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (!COUNTRIES.contains(upper) && !upper.equals("XK")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a country code of two letters such as DE");
        }
        return upper;
    }

    private static String locationName(String text) {
        if (!text.matches(NAME_PATTERN)) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not the name of a location: 1 to 64 letters, digits, '.',"
                            + " '_' and '-', a letter or digit first");
        }
        return text;
    }
}

package dev.skerry.config.routing;

import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.Values;
import dev.skerry.config.schema.YamlDocuments;
import dev.skerry.config.schema.YamlNode;
import dev.skerry.config.text.NearestWord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads routing files: first every value for itself, then what must fit together. */
public final class RoutingLoader {
    private final Path folder;
    private final Problems problems;

    private RoutingLoader(Path folder, Problems problems) {
        this.folder = folder;
        this.problems = problems;
    }

    /** Reads a file; a file that cannot be read is a problem like any other. */
    public static LoadedRouting load(Path file) {
        Problems problems = new Problems(file.toString());
        Path folder = file.toAbsolutePath().getParent();
        return new RoutingLoader(folder == null ? file : folder, problems)
                .routing(YamlDocuments.read(file, problems));
    }

    private LoadedRouting routing(List<YamlNode> documents) {
        if (documents.size() > 1) {
            problems.error(
                    documents.get(1).line(), "", "a routing file holds one document, not several");
        }
        Values values = Values.NONE;
        if (!documents.isEmpty()) {
            Values read = RoutingKeys.DOCUMENT.read(documents.getFirst(), "", problems);
            values = read == null ? Values.NONE : read;
        }
        Map<String, Whereabouts> locations = locations(values);
        List<Routing.Network> networks = networks(values, locations.keySet());
        String fallback = values.find(RoutingKeys.DEFAULT_LOCATION);
        if (fallback != null) {
            checkLocation(values, RoutingKeys.DEFAULT_LOCATION, fallback, locations.keySet());
        }
        Path geo = file(values, RoutingKeys.GEO_DATABASE);
        Path token = file(values, RoutingKeys.DEBUG_TOKEN_FILE);
        if (problems.errors() > 0) {
            return new LoadedRouting(null, problems.all());
        }
        Routing routing =
                new Routing(
                        locations,
                        networks,
                        fallback,
                        values.get(RoutingKeys.TRUSTED_PROXIES),
                        geo,
                        values.get(RoutingKeys.NO_EDGE),
                        token);
        return new LoadedRouting(routing, problems.all());
    }

    private Map<String, Whereabouts> locations(Values document) {
        Map<String, Values> given = document.find(RoutingKeys.LOCATIONS);
        Map<String, Whereabouts> locations = new HashMap<>();
        if (given != null) {
            given.forEach((name, place) -> locations.put(name, whereabouts(place)));
        }
        return locations;
    }

    /** Where the location is; anywhere when that was said wrongly, which has then been noted. */
    private Whereabouts whereabouts(Values place) {
        boolean point = place.has(RoutingKeys.LATITUDE) || place.has(RoutingKeys.LONGITUDE);
        boolean country = place.has(RoutingKeys.COUNTRY);
        if (point == country) {
            problems.error(
                    place.line(),
                    place.path(),
                    point
                            ? "has both coordinates and a country: write one of them"
                            : "says nowhere: write latitude and longitude, or a country");
        } else if (place.has(RoutingKeys.LATITUDE) != place.has(RoutingKeys.LONGITUDE)) {
            problems.error(
                    place.line(),
                    place.path(),
                    place.has(RoutingKeys.LATITUDE)
                            ? "has a latitude without a longitude"
                            : "has a longitude without a latitude");
        }
        String code = place.find(RoutingKeys.COUNTRY);
        if (code != null) {
            return new Whereabouts.Country(code);
        }
        Double latitude = place.find(RoutingKeys.LATITUDE);
        Double longitude = place.find(RoutingKeys.LONGITUDE);
        return new Whereabouts.Point(
                latitude == null ? 0 : latitude, longitude == null ? 0 : longitude);
    }

    private List<Routing.Network> networks(Values document, Set<String> locations) {
        List<Values> given = document.find(RoutingKeys.NETWORKS);
        List<Routing.Network> networks = new ArrayList<>();
        Map<Cidr, Integer> lines = new HashMap<>();
        for (Values network : given == null ? List.<Values>of() : given) {
            Cidr cidr = network.find(RoutingKeys.NETWORK);
            String location = network.find(RoutingKeys.NETWORK_LOCATION);
            if (location != null) {
                checkLocation(network, RoutingKeys.NETWORK_LOCATION, location, locations);
            }
            Integer first =
                    cidr == null
                            ? null
                            : lines.putIfAbsent(cidr, network.line(RoutingKeys.NETWORK));
            if (first != null) {
                problems.error(
                        network.line(RoutingKeys.NETWORK),
                        network.path(RoutingKeys.NETWORK),
                        "'" + cidr + "' is given already, in line " + first);
            }
            if (cidr != null && location != null) {
                networks.add(new Routing.Network(cidr, location));
            }
        }
        return networks;
    }

    private void checkLocation(Values values, Key<String> key, String name, Set<String> locations) {
        if (!locations.contains(name)) {
            String nearest = NearestWord.to(name, new TreeSet<>(locations));
            problems.error(
                    values.line(key),
                    values.path(key),
                    "'"
                            + name
                            + "' is not among the locations"
                            + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
        }
    }

    private @Nullable Path file(Values document, Key<Path> key) {
        Path given = document.find(key);
        if (given == null) {
            return null;
        }
        Path file = folder.resolve(given);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            problems.error(
                    document.line(key),
                    document.path(key),
                    "'" + given + "' is not a file that this user may read");
        }
        return file;
    }
}

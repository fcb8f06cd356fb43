package dev.skerry.cli.up;

import dev.skerry.config.node.Address;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a network in one process is started with. The admin port of a node is the port of its
 * clients and 1000 more.
 *
 * @param origin the URL of the origin; null for the demo site
 * @param data where everything is remembered, the tokens and the fleet key among it; made if absent
 * @param control the API
 * @param router what clients ask first
 * @param shield the shield
 * @param edges one in each of {@link #POPS}; not port 0, since clients are sent there
 * @param routing the operator's routing file; null for the one that comes with the program
 */
public record UpOptions(
        @Nullable String origin,
        Path data,
        Address control,
        Address router,
        Address shield,
        List<Address> edges,
        @Nullable Path routing) {
    /** The locations of the edges. */
    static final List<String> POPS = List.of("frankfurt", "ashburn");

    /** Checks that each location has an edge, at a port that is known. */
    public UpOptions {
        edges = List.copyOf(edges);
        if (edges.size() != POPS.size() || edges.stream().anyMatch(edge -> edge.port() == 0)) {
            throw new IllegalArgumentException("an edge for each location, not at port 0");
        }
    }
}

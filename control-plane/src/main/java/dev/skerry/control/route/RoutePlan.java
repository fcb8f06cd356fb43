package dev.skerry.control.route;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the router does with a GET request of some client, and why.
 *
 * @param outcome {@link Outcome#REDIRECTED}, {@link Outcome#ORIGIN}, {@link Outcome#UNAVAILABLE} or
 *     {@link Outcome#UNKNOWN_HOST}
 * @param site the site that has the host, null when none has
 * @param placement where the client is taken to be, and by what
 * @param candidates all edges in rotation, in the order in which they would be chosen
 * @param location the URL that the client is sent to, null when it is sent nowhere
 */
public record RoutePlan(
        Outcome outcome,
        @Nullable String site,
        InetAddress client,
        Placement placement,
        List<Candidate> candidates,
        @Nullable String location) {
    /** Copies the list. */
    public RoutePlan {
        candidates = List.copyOf(candidates);
    }

    /**
     * An edge that could be chosen.
     *
     * @param location its location, null when it named none
     * @param kilometres from the client, -1 when unknown
     * @param url where the client would be sent
     */
    public record Candidate(String edge, @Nullable String location, int kilometres, String url) {}
}

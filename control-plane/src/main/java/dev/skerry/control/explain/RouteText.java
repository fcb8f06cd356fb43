package dev.skerry.control.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.route.Outcome;
import dev.skerry.control.route.Placement;
import dev.skerry.control.route.RoutePlan;

/** Says what the router would do, as a document and in words. */
final class RouteText {
    private static final int MOST_CANDIDATES = 20;

    private RouteText() {}

    static ObjectNode json(RoutePlan plan) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("outcome", plan.outcome().word());
        json.put("site", plan.site());
        Placement placement = plan.placement();
        json.putObject("placement")
                .put("how", placement.how().word())
                .put("country", placement.country())
                .put("location", placement.location());
        ArrayNode candidates = json.putArray("candidates");
        plan.candidates().stream()
                .limit(MOST_CANDIDATES)
                .forEach(candidate ->
                        candidates
                                .addObject()
                                .put("node", candidate.edge())
                                .put("location", candidate.location())
                                .put("kilometres", candidate.kilometres())
                                .put("url", candidate.url()));
        json.put("location", plan.location());
        json.put("words", words(plan));
        return json;
    }

    private static String words(RoutePlan plan) {
        return switch (plan.outcome()) {
            case REDIRECTED -> redirected(plan);
            case ORIGIN -> "No edge is left: the client is sent to the origin.";
            case UNAVAILABLE -> "No edge is left: the client gets 503.";
            case UNKNOWN_HOST -> "No site has this host: the client gets 404.";
            case LISTED, PREFLIGHT, REFUSED -> "The router answers itself.";
        };
    }

    private static String redirected(RoutePlan plan) {
        String place =
                switch (plan.placement().how()) {
                    case NETWORK ->
                            "the operator's networks place the client in "
                                    + plan.placement().location();
                    case GEO -> "the geo database places the client" + country(plan);
                    case COUNTRY -> "the client is by its address" + country(plan);
                    case DEFAULT ->
                            "nothing places the client, so it is taken to be in "
                                    + plan.placement().location();
                    case NOT -> "nothing places the client, so the path decides";
                };
        if (plan.candidates().isEmpty()) {
            return "The client is sent to " + plan.location() + ": " + place + ".";
        }
        RoutePlan.Candidate first = plan.candidates().getFirst();
        return "The client is sent to "
                + first.edge()
                + ": "
                + place
                + (first.kilometres() < 0 ? "" : ", " + first.kilometres() + " km from there")
                + (plan.candidates().size() == 1
                        ? "; it is the only edge in rotation."
                        : "; it comes first of "
                                + plan.candidates().size()
                                + " edges in rotation.");
    }

    private static String country(RoutePlan plan) {
        return plan.placement().country() == null ? "" : " in " + plan.placement().country();
    }

    /** The edge that would be chosen; empty when none would. */
    static String edge(RoutePlan plan) {
        return plan.outcome() == Outcome.REDIRECTED && !plan.candidates().isEmpty()
                ? plan.candidates().getFirst().edge()
                : "";
    }
}

package dev.skerry.control.route;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a decision as the value of {@code Skerry-Route}, a dictionary (RFC 9651). */
final class Reason {
    /** The response field. */
    static final String FIELD = "Skerry-Route";

    /** The request field that asks for it, with the token. */
    static final String ASKED = "Skerry-Debug";

    /** Candidates that are named. */
    private static final int MOST = 16;

    private Reason() {}

    static String of(InetAddress client, Placement placement, List<RoutePlan.Candidate> order) {
        StringBuilder text = new StringBuilder(160);
        text.append("client=\"").append(client.getHostAddress()).append('"');
        text.append(", placed=").append(placement.how().word());
        append(text, "country", placement.country());
        if (placement.coordinates() != null) {
            append(text, "at", placement.coordinates().toString());
        }
        if (!order.isEmpty()) {
            RoutePlan.Candidate chosen = order.getFirst();
            append(text, "location", chosen.location());
            if (chosen.kilometres() >= 0) {
                text.append(", km=").append(chosen.kilometres());
            }
            append(text, "edge", chosen.edge());
        }
        text.append(", candidates=(");
        for (int i = 0; i < Math.min(MOST, order.size()); i++) {
            text.append(i == 0 ? "\"" : " \"").append(order.get(i).edge()).append('"');
        }
        return text.append(')').toString();
    }

    /** Names of ours hold neither quotes nor backslashes. */
    private static void append(StringBuilder text, String key, @Nullable String value) {
        if (value != null) {
            text.append(", ").append(key).append("=\"").append(value).append('"');
        }
    }
}

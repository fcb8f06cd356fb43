package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import java.util.Locale;

/**
 * Which trailer fields go on, and to whom? RFC 9110 §6.5.
 *
 * <p>They go with the response that brought them, to clients that said {@code TE: trailers}. What
 * is stored is replayed without them, as §6.5.1 allows.
 */
public final class Trailers {
    private Trailers() {}

    /** Whether the sender of a request takes trailer fields (RFC 9110 §10.1.4). */
    public static boolean accepted(Fields request) {
        for (String member : FieldValues.members(request, "TE")) {
            if (member.equalsIgnoreCase("trailers")) {
                return true;
            }
        }
        return false;
    }

    /**
     * The trailer fields that go on: without those that a message needs before its content, which
     * nobody may send there (RFC 9110 §6.5.1), and without what is for nodes like this one.
     */
    public static FieldList forwarded(FieldList trailers) {
        if (trailers.size() == 0) {
            return trailers;
        }
        return Forwarding.response(trailers, false).toBuilder()
                .removeIf((name, value) -> isForbidden(name.toLowerCase(Locale.ROOT)))
                .build();
    }

    private static boolean isForbidden(String name) {
        return switch (name) {
            // routing, framing
            case "host", "location", "trailer", "via" -> true;
            // request modifiers, controls
            case "expect", "max-forwards", "range", "pragma", "cache-control", "retry-after" ->
                    true;
            // authentication, and state that stands for it
            case "authorization",
                    "proxy-authorization",
                    "www-authenticate",
                    "proxy-authenticate",
                    "cookie",
                    "set-cookie" ->
                    true;
            // caching
            case "age",
                    "date",
                    "expires",
                    "vary",
                    "warning",
                    "cache-status",
                    "cdn-cache-control",
                    "cache-groups",
                    "cache-group-invalidation" ->
                    true;
            // the form of the content
            case "content-encoding", "content-type", "content-range", "content-location" -> true;
            default -> name.startsWith("if-");
        };
    }
}

package dev.skerry.cache.policy;

import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;

/**
 * Of several representations, such as one in each content coding, one that the client has already
 * is the one to select: it gets 304 (RFC 9110 §13.1.2), or the rest of what it has the beginning of
 * (§13.1.5).
 */
public final class KnownRepresentation {
    private KnownRepresentation() {}

    /** Whether a request says what the client has, so that {@link #is} may be true. */
    public static boolean isNamed(Fields request) {
        return Conditionals.isConditional(request) || request.contains("If-Range");
    }

    /** Whether the client has the representation of this response, or its beginning. */
    public static boolean is(RequestHead request, ResponseHead response) {
        if (Conditionals.isConditional(request.fields())
                && Conditionals.evaluate(request, response.status(), response.fields())
                        == Conditionals.Outcome.NOT_MODIFIED) {
            return true;
        }
        EntityTag has = EntityTag.parse(request.fields().first("If-Range"));
        EntityTag current = EntityTag.parse(response.fields().first("ETag"));
        return has != null && current != null && has.strongEquals(current);
    }
}

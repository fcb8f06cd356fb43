package dev.skerry.cache.policy;

import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Is a client's conditional request answered with 304? RFC 9111 §4.3.2, RFC 9110 §13.1 and §13.2.2.
 */
public final class Conditionals {
    private Conditionals() {}

    /** What a client's conditions come to. */
    public enum Outcome {
        /** Send the stored response. */
        PROCEED,
        /** Send 304: the client has it. */
        NOT_MODIFIED
    }

    /** Whether a request has conditions that only the origin can judge. */
    public static boolean needOrigin(Fields request) {
        return request.contains("If-Match") || request.contains("If-Unmodified-Since");
    }

    /** Whether a request has conditions that {@link #evaluate} looks at. */
    public static boolean isConditional(Fields request) {
        return request.contains("If-None-Match") || request.contains("If-Modified-Since");
    }

    /**
     * Evaluates a request's conditions against a stored response that may be reused.
     *
     * @param stored fields of the stored response
     */
    public static Outcome evaluate(RequestHead request, int storedStatus, Fields stored) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads || storedStatus < 200 || storedStatus > 299) {
            return Outcome.PROCEED;
        }
        Fields fields = request.fields();
        String noneMatch = fields.combined("If-None-Match");
        boolean holds =
                noneMatch != null
                        ? !matches(noneMatch, stored)
                        : isModified(fields.first("If-Modified-Since"), stored);
        return holds ? Outcome.PROCEED : Outcome.NOT_MODIFIED;
    }

    /**
     * The 304 for a stored response: what RFC 9110 §15.4.5 wants and what a cache may update.
     *
     * @param forNode whether a node of ours asks: it updates all that it stores (RFC 9111 §3.2), so
     *     it gets every field, those about the content included
     */
    public static ResponseHead notModified(ResponseHead stored, boolean forNode) {
        if (forNode) {
            return new ResponseHead(304, stored.fields());
        }
        FieldList.Builder fields = FieldList.builder();
        Fields all = stored.fields();
        for (int i = 0; i < all.size(); i++) {
            if (isCarried(all.name(i))) {
                fields.add(all.name(i), all.value(i));
            }
        }
        return new ResponseHead(304, fields.build());
    }

    /** Fields about the content that is not there stay behind, all others go. */
    private static boolean isCarried(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "content-length",
                    "content-type",
                    "content-encoding",
                    "content-language",
                    "content-range",
                    "content-md5",
                    "transfer-encoding",
                    "trailer",
                    "set-cookie" ->
                    false;
            default -> true;
        };
    }

    private static boolean matches(String noneMatch, Fields stored) {
        if (noneMatch.strip().equals("*")) {
            return true;
        }
        EntityTag current = EntityTag.parse(stored.first("ETag"));
        if (current == null) {
            return false;
        }
        for (EntityTag tag : EntityTag.parseList(noneMatch)) {
            if (CodedTag.base(tag).equals(CodedTag.base(current))) {
                return true;
            }
        }
        return false;
    }

    /** A stored response without Last-Modified is as old as its Date (RFC 9111 §4.3.2). */
    private static boolean isModified(@Nullable String modifiedSince, Fields stored) {
        // The century of a two-digit year is the one that the stored Date is in.
        long reference = HttpDate.parse(stored.first("Date"), 0);
        long wallMillis = reference == HttpDate.INVALID ? 0 : reference;
        long since = HttpDate.parse(modifiedSince, wallMillis);
        if (since == HttpDate.INVALID) {
            return true;
        }
        String modified = stored.first("Last-Modified");
        long changed =
                HttpDate.parse(modified != null ? modified : stored.first("Date"), wallMillis);
        return changed == HttpDate.INVALID || changed > since;
    }
}

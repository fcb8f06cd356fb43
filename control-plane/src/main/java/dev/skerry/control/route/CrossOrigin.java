package dev.skerry.control.route;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Answers CORS preflights: a browser follows no redirect of one. What is allowed in the end is the
 * edge's to say; here a script only learns that it may come to it.
 */
final class CrossOrigin {
    private static final int MAX_METHOD = 32;
    private static final int MAX_NAMES = 1024;
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String SECONDS = "600";

    private CrossOrigin() {}

    /** Whether a request is a preflight. */
    static boolean isPreflight(RequestHead request) {
        return request.method().equals("OPTIONS")
                && request.fields().contains("Origin")
                && request.fields().contains("Access-Control-Request-Method");
    }

    /** The answer to a preflight: what it asks for is allowed as far as it is well-formed. */
    static ResponseHead preflight(RequestHead request) {
        FieldList.Builder fields =
                FieldList.builder()
                        .add("Access-Control-Allow-Origin", "*")
                        .add("Access-Control-Max-Age", SECONDS)
                        .add("Cache-Control", "no-store")
                        .add("Vary", "Origin");
        String method = request.fields().first("Access-Control-Request-Method");
        boolean wellFormed = method != null && isToken(method, MAX_METHOD);
        fields.add("Access-Control-Allow-Methods", wellFormed && method != null ? method : METHODS);
        String names = request.fields().combined("Access-Control-Request-Headers");
        if (names != null && areTokens(names)) {
            fields.add("Access-Control-Allow-Headers", names);
        }
        return new ResponseHead(204, fields.build());
    }

    private static boolean areTokens(String list) {
        if (list.length() > MAX_NAMES) {
            return false;
        }
        for (String name : list.split(",", -1)) {
            if (!isToken(name.strip(), MAX_NAMES)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(@Nullable String text, int most) {
        return text != null
                && !text.isEmpty()
                && text.length() <= most
                && text.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }
}

package dev.skerry.cache.http;

/**
 * What a request asks for, as received.
 *
 * @param method the method token, case kept
 * @param scheme {@code http} or {@code https}
 * @param authority Host or {@code :authority}, as received
 * @param target path and query, byte for byte as they came, beginning with a slash (or {@code *}
 *     for OPTIONS)
 * @param fields a view that may end with the exchange; copy it to keep it
 */
public record RequestHead(
        String method, String scheme, String authority, String target, Fields fields) {
    /** Whether the method is safe (RFC 9110 §9.2.1). */
    public boolean isSafe() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }

    /** Whether the method is idempotent (RFC 9110 §9.2.2). */
    public boolean isIdempotent() {
        return isSafe() || method.equals("PUT") || method.equals("DELETE");
    }
}

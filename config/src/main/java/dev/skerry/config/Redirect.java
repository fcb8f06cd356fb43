package dev.skerry.config;

/**
 * Answers with a redirection instead of content.
 *
 * @param to the new location: a path, or an http or https URL. {@code {rest}} stands for what
 *     {@code **} of the rule's path matched, {@code {path}} for the whole path, {@code {host}} for
 *     the request's host
 * @param status 301, 302, 303, 307 or 308
 * @param keepQuery whether the request's query goes along
 */
public record Redirect(String to, int status, boolean keepQuery) {
    /** The status of a redirect that names none. */
    public static final int DEFAULT_STATUS = 302;

    /**
     * The value of Location.
     *
     * @param rest what {@code **} matched
     * @param path the request's path
     * @param query the request's query without its question mark, empty when there is none
     * @param host the request's host as received
     */
    String location(String rest, String path, String query, String host) {
        // One pass over the template: what a client sent is never read as a placeholder.
        StringBuilder text = new StringBuilder(to.length() + path.length());
        for (int i = 0; i < to.length(); i++) {
            if (to.startsWith("{rest}", i)) {
                text.append(rest);
                i += 5;
            } else if (to.startsWith("{path}", i)) {
                text.append(path);
                i += 5;
            } else if (to.startsWith("{host}", i)) {
                text.append(host);
                i += 5;
            } else {
                text.append(to.charAt(i));
            }
        }
        if (to.startsWith("/") || to.startsWith("{path}")) {
            // "//elsewhere.example" would name another host (RFC 3986 §4.2).
            int slashes = 0;
            while (slashes < text.length() && text.charAt(slashes) == '/') {
                slashes++;
            }
            text.replace(0, slashes, "/");
        }
        if (keepQuery && !query.isEmpty()) {
            text.append(text.indexOf("?") < 0 ? '?' : '&').append(query);
        }
        return text.toString();
    }
}

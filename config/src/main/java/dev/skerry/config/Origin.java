package dev.skerry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;

/**
 * A server that owns the content of a site.
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case; an IPv6 address stands in brackets
 * @param port 1 to 65535
 * @param basePath put before the target of every request: empty, or begins with a slash and does
 *     not end with one
 * @param weight 1 to 1000: its share among the site's origins
 * @param timeouts limits of one exchange
 * @param maxConnections at most so many connections to it from one node
 */
public record Origin(
        String scheme,
        String host,
        int port,
        String basePath,
        int weight,
        Timeouts timeouts,
        int maxConnections) {
    /** The weight of an origin that names none. */
    public static final int DEFAULT_WEIGHT = 1;

    /** The connection limit of an origin that names none. */
    public static final int DEFAULT_MAX_CONNECTIONS = 1000;

    /**
     * How long to wait for an origin. Zero is no limit.
     *
     * @param connect for a connection, TLS included
     * @param firstByte from the request sent to the head received
     * @param betweenBytes between two reads of the body
     * @param total for the whole exchange
     */
    public record Timeouts(
            Duration connect, Duration firstByte, Duration betweenBytes, Duration total) {
        /** Those of an origin that names none. */
        public static final Timeouts DEFAULTS =
                new Timeouts(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ZERO);
    }

    /**
     * An origin with default settings.
     *
     * @throws IllegalArgumentException with a sentence for its author when the text is not such a
     *     URL
     */
    public static Origin of(String url) {
        URI uri = parse(url);
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        String path = uri.getRawPath();
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return new Origin(
                scheme,
                uri.getHost().toLowerCase(Locale.ROOT),
                port,
                path.substring(0, end),
                DEFAULT_WEIGHT,
                Timeouts.DEFAULTS,
                DEFAULT_MAX_CONNECTIONS);
    }

    /** Whether TLS is spoken to it. */
    public boolean isTls() {
        return scheme.equals("https");
    }

    /** {@code host}, or {@code host:port} where the port is not the scheme's own. */
    public String authority() {
        return port == (isTls() ? 443 : 80) ? host : host + ":" + port;
    }

    /** The origin's URL. */
    @Override
    public String toString() {
        return scheme + "://" + authority() + basePath;
    }

    private static URI parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + url + "' is not a URL: " + e.getReason(), e);
        }
        String scheme = uri.getScheme();
        if (scheme == null
                || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
            throw wrong(url, "it must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw wrong(url, "it has no valid host");
        }
        if (uri.getRawUserInfo() != null) {
            // The text may hold a password: it is not repeated.
            throw new IllegalArgumentException("the URL must not hold a user name or password");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong(url, "it must end with its path");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw wrong(url, "its port must be 1 to 65535");
        }
        String path = uri.getRawPath();
        if (path.contains("//") || (path + "/").matches(".*/\\.{1,2}/.*")) {
            throw wrong(url, "its path must not hold //, . or .. segments");
        }
        return uri;
    }

    private static IllegalArgumentException wrong(String url, String why) {
        return new IllegalArgumentException(
                "'" + url + "' is not an origin such as https://origin.example/base: " + why);
    }
}

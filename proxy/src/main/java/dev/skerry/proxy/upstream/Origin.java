package dev.skerry.proxy.upstream;

import dev.skerry.net.client.HttpClient.Timeouts;
import java.time.Duration;
import java.util.Locale;

/**
 * Where an upstream is and how long to wait for it.
 *
 * @param scheme {@code http} or {@code https}
 * @param host name or address literal, an IPv6 one without brackets
 * @param basePath empty, or begins with a slash and does not end with one
 * @param weight from 1 to 1,000,000
 */
public record Origin(
        String scheme, String host, int port, String basePath, int weight, Timeouts timeouts) {
    /** Connect 5 s, first byte 30 s, between bytes 30 s, no total limit: bodies may be large. */
    public static final Timeouts DEFAULT_TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ZERO);

    /** Checks the numbers. */
    public Origin {
        if (weight < 1 || weight > 1_000_000) {
            throw new IllegalArgumentException("weight " + weight + " is not 1 to 1000000");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not 1 to 65535");
        }
    }

    /** An origin of weight 1 with the default timeouts. */
    public static Origin of(String url) {
        return of(url, 1, DEFAULT_TIMEOUTS);
    }

    /**
     * An origin by its URL: {@code http[s]://host[:port][/base/path]}. Not parsed as a {@link
     * java.net.URI}, which refuses names with underscores.
     *
     * @throws IllegalArgumentException when the URL is anything else; the message quotes it
     */
    public static Origin of(String url, int weight, Timeouts timeouts) {
        String lower = url.toLowerCase(Locale.ROOT);
        String scheme = lower.startsWith("https://") ? "https" : "http";
        if (!lower.startsWith(scheme + "://")) {
            throw bad(url, "it must begin with http:// or https://");
        }
        String rest = url.substring(scheme.length() + 3);
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c <= ' ' || c >= 0x7f || "?#@\\\"<>".indexOf(c) >= 0) {
                throw bad(url, "'" + c + "' has no place in it");
            }
        }
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        int colon = authority.indexOf(':', authority.startsWith("[") ? authority.indexOf(']') : 0);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || host.indexOf('[') >= 0) {
            throw bad(url, "it names no host");
        }
        int port = scheme.equals("https") ? 443 : 80;
        if (colon >= 0) {
            port = port(url, authority.substring(colon + 1));
        }
        return new Origin(scheme, host.toLowerCase(Locale.ROOT), port, path, weight, timeouts);
    }

    /** The value of Host: without the scheme's default port. */
    public String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (scheme.equals("https") ? 443 : 80) ? name : name + ":" + port;
    }

    /** Host and port, always both: the name in logs and metrics. */
    public String name() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** The request target below the base path, byte for byte. */
    public String target(String target) {
        return target.startsWith("/") ? basePath + target : target;
    }

    private static int port(String url, String text) {
        if (!text.matches("\\d{1,5}")) {
            throw bad(url, "\"" + text + "\" is no port");
        }
        int port = Integer.parseInt(text);
        if (port < 1 || port > 65535) {
            throw bad(url, "port " + port + " is not 1 to 65535");
        }
        return port;
    }

    private static IllegalArgumentException bad(String url, String why) {
        return new IllegalArgumentException("\"" + url + "\" is no upstream URL: " + why);
    }
}

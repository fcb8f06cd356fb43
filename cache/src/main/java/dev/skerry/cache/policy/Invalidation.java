package dev.skerry.cache.policy;

import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.http.StructuredFields;
import dev.skerry.cache.key.Hosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What does a request make invalid? RFC 9111 §4.4, RFC 9875 §3. */
public final class Invalidation {
    private Invalidation() {}

    /**
     * A target whose stored responses are invalid now.
     *
     * @param host normalised, as in cache keys
     * @param target path and query
     */
    public record Target(String host, String target) {}

    /**
     * The targets that an unsafe request invalidated: its own, and those that Location and
     * Content-Location name on the same origin. Empty when the method is safe or the response an
     * error.
     */
    public static List<Target> targets(RequestHead request, ResponseHead response) {
        if (!invalidates(request, response)) {
            return List.of();
        }
        String host = Hosts.normalise(request.scheme(), request.authority());
        List<Target> targets = new ArrayList<>(3);
        targets.add(new Target(host, request.target()));
        for (String name : List.of("Location", "Content-Location")) {
            String target = sameOrigin(request, response.fields().first(name));
            if (target != null) {
                Target also = new Target(host, target);
                if (!targets.contains(also)) {
                    targets.add(also);
                }
            }
        }
        return targets;
    }

    /** The groups that an unsafe request invalidated with Cache-Group-Invalidation. */
    public static List<String> groups(RequestHead request, ResponseHead response) {
        return invalidates(request, response)
                ? StructuredFields.strings(response.fields(), "Cache-Group-Invalidation")
                : List.of();
    }

    /** An unknown method may be unsafe, so it counts as unsafe. */
    private static boolean invalidates(RequestHead request, ResponseHead response) {
        return !request.isSafe() && response.status() >= 200 && response.status() < 400;
    }

    /** Path and query of a reference, or null when it is of another origin or no URI. */
    static @Nullable String sameOrigin(RequestHead request, @Nullable String reference) {
        if (reference == null) {
            return null;
        }
        String host = Hosts.normalise(request.scheme(), request.authority());
        try {
            URI base = new URI(request.scheme() + "://" + host + request.target());
            URI uri = base.resolve(new URI(reference));
            String scheme = uri.getScheme();
            String authority = uri.getRawAuthority();
            if (scheme == null
                    || authority == null
                    || !scheme.toLowerCase(Locale.ROOT).equals(request.scheme())
                    || !Hosts.normalise(request.scheme(), authority).equals(host)) {
                return null;
            }
            String path =
                    uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
        } catch (URISyntaxException e) {
            return null; // a reference that is no URI names nothing
        }
    }
}

package dev.skerry.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How responses are cached, every setting with its value.
 *
 * @param ttl freshness lifetime of responses with status 200, 203, 204, 206, 300, 301 or 308,
 *     whatever their own fields say; null: what they say. It does not make a response storable that
 *     forbids it (no-store, private)
 * @param statusTtl the same for a status (100 to 599) or a class of statuses (1 to 5); zero: not
 *     stored
 * @param defaultTtl freshness lifetime of cacheable responses that carry neither freshness nor a
 *     validator; null: none
 * @param staleWhileRevalidate window of responses that name none themselves; zero: none
 * @param staleIfError window of responses that name none themselves; zero: none
 * @param query what becomes of the query
 * @param varyCap variants kept of one URL, 1 to 64
 * @param hitForMiss how long it is remembered that a URL could not be cached; zero: not at all
 * @param clientCacheControl what a request's Cache-Control is worth
 * @param selectLanguage whether Content-Language can stand in for an equal Accept-Language
 */
public record CacheSettings(
        @Nullable Duration ttl,
        Map<Integer, Duration> statusTtl,
        @Nullable Duration defaultTtl,
        Duration staleWhileRevalidate,
        Duration staleIfError,
        QueryPolicy query,
        int varyCap,
        Duration hitForMiss,
        ClientCacheControl clientCacheControl,
        boolean selectLanguage) {
    /** What holds where a site says nothing. */
    public static final CacheSettings DEFAULTS =
            new CacheSettings(
                    null,
                    Map.of(),
                    null,
                    Duration.ZERO,
                    Duration.ofHours(1),
                    QueryPolicy.ALL,
                    64,
                    Duration.ofMinutes(2),
                    ClientCacheControl.IGNORE,
                    true);

    /** What a request's own Cache-Control and Pragma are worth. */
    public enum ClientCacheControl {
        /** Nothing: a client cannot send its requests to the origin. */
        IGNORE,
        /** What RFC 9111 §5.2.1 says. */
        HONOUR
    }

    /** Copies the map. */
    public CacheSettings {
        statusTtl = Map.copyOf(statusTtl);
    }

    /**
     * The lifetime that this configuration gives a response with such a status: the status's own,
     * else its class's, else {@code ttl}; null when it gives none.
     */
    public @Nullable Duration ttlFor(int status) {
        if (!statusTtl.isEmpty()) {
            Duration exact = statusTtl.get(status);
            Duration found = exact != null ? exact : statusTtl.get(status / 100);
            if (found != null) {
                return found;
            }
        }
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 308 -> ttl;
            default -> null;
        };
    }

    /** The same with another default lifetime. */
    public CacheSettings withDefaultTtl(@Nullable Duration lifetime) {
        return new CacheSettings(
                ttl,
                statusTtl,
                lifetime,
                staleWhileRevalidate,
                staleIfError,
                query,
                varyCap,
                hitForMiss,
                clientCacheControl,
                selectLanguage);
    }
}

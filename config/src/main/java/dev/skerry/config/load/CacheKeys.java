package dev.skerry.config.load;

import dev.skerry.config.CacheSettings;
import dev.skerry.config.CacheSettings.ClientCacheControl;
import dev.skerry.config.QueryPolicy;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.TableShape;
import dev.skerry.config.schema.Values;
import dev.skerry.config.text.TextGlob;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The cache settings, as a site's defaults and every rule may hold them. */
final class CacheKeys {
    private static final CacheSettings DEFAULTS = CacheSettings.DEFAULTS;
    private static final Shape<Duration> LIFETIME =
            Shapes.duration(Duration.ZERO, Duration.ofDays(3650));

    static final Key<Duration> TTL =
            Key.optional(
                    "ttl",
                    LIFETIME,
                    "Freshness lifetime of responses with status 200, 203, 204, 206, 300, 301 or"
                            + " 308, whatever their own fields say. `no-store` and `private` still"
                            + " keep them out of the cache.");
    static final Key<Map<Integer, Duration>> STATUS_TTL =
            Key.withDefault(
                    "status-ttl",
                    new TableShape<>(
                            "a map such as {404: 10s, 5xx: 0s}",
                            CacheKeys::status,
                            "^([1-5]xx|[1-5][0-9][0-9])$",
                            LIFETIME,
                            100,
                            true),
                    DEFAULTS.statusTtl(),
                    "Lifetime by status (`404`) or class (`5xx`); goes before `ttl`. `0s`: not"
                            + " stored.");
    static final Key<Duration> DEFAULT_TTL =
            Key.optional(
                    "default-ttl",
                    LIFETIME,
                    "Lifetime of cacheable responses that carry neither freshness nor a"
                            + " validator.");
    static final Key<Duration> STALE_WHILE_REVALIDATE =
            Key.withDefault(
                    "stale-while-revalidate",
                    LIFETIME,
                    DEFAULTS.staleWhileRevalidate(),
                    "How long past its lifetime a response is served while one request refreshes"
                            + " it, where the response does not say.");
    static final Key<Duration> STALE_IF_ERROR =
            Key.withDefault(
                    "stale-if-error",
                    LIFETIME,
                    DEFAULTS.staleIfError(),
                    "How long past its lifetime a response is served when the origin fails, where"
                            + " the response does not say.");
    static final Key<QueryPolicy> QUERY =
            Key.withDefault(
                    "query",
                    new QueryShape(),
                    DEFAULTS.query(),
                    "What is kept of the query, in the cache key and toward the origin alike: all"
                            + " as it came, all sorted by name, nothing, or the named parameters"
                            + " (`*` and `?` are wildcards) sorted by name.");
    static final Key<List<TextGlob>> QUERY_REMOVE =
            Key.optional(
                    "query-remove",
                    QueryShape.NAMES,
                    "Parameters taken out of the query, the others stay: `[utm_*, gclid]`. Goes"
                            + " with `query: all` and `query: sort`.");
    static final Key<Integer> VARY_CAP =
            Key.withDefault(
                    "vary-cap",
                    Shapes.integer(1, 64),
                    DEFAULTS.varyCap(),
                    "Variants (`Vary`) kept of one URL; the oldest goes.");
    static final Key<Duration> HIT_FOR_MISS =
            Key.withDefault(
                    "hit-for-miss",
                    Shapes.duration(Duration.ZERO, Duration.ofDays(1)),
                    DEFAULTS.hitForMiss(),
                    "How long it is remembered that a URL could not be cached, so that requests"
                            + " for it do not queue.");
    static final Key<ClientCacheControl> CLIENT_CACHE_CONTROL =
            Key.withDefault(
                    "client-cache-control",
                    Shapes.choice(ClientCacheControl.class),
                    DEFAULTS.clientCacheControl(),
                    "Whether `no-cache`, `max-age` and the like in a request count. With `ignore`"
                            + " a client cannot send its requests through to the origin.");
    static final Key<Boolean> SELECT_LANGUAGE =
            Key.withDefault(
                    "select-language",
                    Shapes.bool(),
                    DEFAULTS.selectLanguage(),
                    "Whether a stored response answers a request with another `Accept-Language` when"
                            + " its `Content-Language` is the one language that the request"
                            + " prefers.");

    /** All of them, in the order of the reference page. */
    static final List<Key<?>> ALL =
            List.of(
                    TTL,
                    STATUS_TTL,
                    DEFAULT_TTL,
                    STALE_WHILE_REVALIDATE,
                    STALE_IF_ERROR,
                    QUERY,
                    QUERY_REMOVE,
                    VARY_CAP,
                    HIT_FOR_MISS,
                    CLIENT_CACHE_CONTROL,
                    SELECT_LANGUAGE);

    private CacheKeys() {}

    /** Settings from values that had no errors. */
    static CacheSettings settings(Values values) {
        return new CacheSettings(
                values.find(TTL),
                values.get(STATUS_TTL),
                values.find(DEFAULT_TTL),
                values.get(STALE_WHILE_REVALIDATE),
                values.get(STALE_IF_ERROR),
                query(values),
                values.get(VARY_CAP),
                values.get(HIT_FOR_MISS),
                values.get(CLIENT_CACHE_CONTROL),
                values.get(SELECT_LANGUAGE));
    }

    private static QueryPolicy query(Values values) {
        QueryPolicy policy = values.get(QUERY);
        List<TextGlob> removed = values.find(QUERY_REMOVE);
        return removed == null || policy.mode() != QueryPolicy.Mode.ALL
                ? policy
                : new QueryPolicy(QueryPolicy.Mode.EXCEPT, removed, policy.sort());
    }

    private static Integer status(String text) {
        if (text.matches("[1-5]xx")) {
            return text.charAt(0) - '0';
        }
        if (text.matches("[1-5][0-9][0-9]")) {
            return Integer.valueOf(text);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is neither a status such as 404 nor a class such as 5xx");
    }
}

package dev.skerry.cache.policy;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Freshness.Source;
import java.util.List;

/** How long is a response fresh? RFC 9111 §4.2.1 and §4.2.2, RFC 9213 §2.2, RFC 5861. */
public final class FreshnessLifetime {
    private FreshnessLifetime() {}

    /**
     * The lifetime of a response that has just been received.
     *
     * @param wallNowMillis wall time of reception, used where the response has no valid Date
     */
    public static Freshness of(ResponseHead response, CacheRules rules, long wallNowMillis) {
        ResponseDirectives directives = ResponseDirectives.of(response.fields());
        CacheControl control = directives.control();
        Source source = source(response, directives, rules);
        boolean sMaxAge =
                control.sMaxAge() != CacheControl.ABSENT
                        && source != Source.RULE; // a rule's lifetime is not the s-maxage's
        boolean mustRevalidate = control.mustRevalidate() || control.proxyRevalidate() || sMaxAge;
        boolean noStale = mustRevalidate || control.noCache();
        return new Freshness(
                lifetime(source, response, control, rules, wallNowMillis),
                source,
                noStale
                        ? 0
                        : window(
                                control.staleWhileRevalidate(), rules.staleWhileRevalidateMillis()),
                noStale ? 0 : window(control.staleIfError(), rules.staleIfErrorMillis()),
                mustRevalidate,
                control.noCache(),
                control.immutable());
    }

    /** Whether the response itself says how long it is fresh, rules aside. */
    static boolean isExplicit(ResponseHead response, ResponseDirectives directives) {
        CacheControl control = directives.control();
        return control.maxAge() != CacheControl.ABSENT
                || control.sMaxAge() != CacheControl.ABSENT
                || (directives.isUntargeted() && response.fields().contains("Expires"));
    }

    /** Whether the response has something to validate it by. */
    public static boolean hasValidator(Fields response) {
        return response.contains("ETag") || response.contains("Last-Modified");
    }

    private static Source source(
            ResponseHead response, ResponseDirectives directives, CacheRules rules) {
        CacheControl control = directives.control();
        if (rules.ttlOf(response.status()) >= 0) {
            return Source.RULE;
        }
        if (isExplicit(response, directives)) {
            return switch (directives.field()) {
                case CDN_CACHE_CONTROL -> Source.CDN_CACHE_CONTROL;
                case SURROGATE_CONTROL -> Source.SURROGATE_CONTROL;
                case CACHE_CONTROL ->
                        control.sMaxAge() != CacheControl.ABSENT
                                ? Source.S_MAXAGE
                                : control.maxAge() != CacheControl.ABSENT
                                        ? Source.MAX_AGE
                                        : Source.EXPIRES;
            };
        }
        if (!Storability.isHeuristicallyCacheable(response.status()) && !control.isPublic()) {
            return Source.NONE;
        }
        if (response.fields().contains("Last-Modified")) {
            return Source.HEURISTIC;
        }
        return rules.defaultTtlMillis() >= 0 && !hasValidator(response.fields())
                ? Source.DEFAULT_TTL
                : Source.NONE;
    }

    private static long lifetime(
            Source source,
            ResponseHead response,
            CacheControl control,
            CacheRules rules,
            long wallNowMillis) {
        return switch (source) {
            case RULE -> rules.ttlOf(response.status());
            case CDN_CACHE_CONTROL, SURROGATE_CONTROL, S_MAXAGE, MAX_AGE ->
                    1000
                            * (control.sMaxAge() != CacheControl.ABSENT
                                    ? control.sMaxAge()
                                    : control.maxAge());
            case EXPIRES -> expires(response.fields(), wallNowMillis);
            case HEURISTIC -> heuristic(response.fields(), rules, wallNowMillis);
            case DEFAULT_TTL -> rules.defaultTtlMillis();
            case NONE -> 0;
        };
    }

    /** Expires minus Date; two lines or an invalid one mean stale (RFC 9111 §5.3). */
    private static long expires(Fields fields, long wallNowMillis) {
        List<String> lines = fields.all("Expires");
        long expires = HttpDate.parse(lines.getFirst(), wallNowMillis);
        if (lines.size() > 1 || expires == HttpDate.INVALID) {
            return 0;
        }
        return Math.max(0, expires - date(fields, wallNowMillis));
    }

    /** A part of the time between Last-Modified and Date. */
    private static long heuristic(Fields fields, CacheRules rules, long wallNowMillis) {
        long modified = HttpDate.parse(fields.first("Last-Modified"), wallNowMillis);
        if (modified == HttpDate.INVALID) {
            return 0;
        }
        long since = Math.max(0, date(fields, wallNowMillis) - modified);
        return Math.min(rules.heuristicCapMillis(), (long) (since * rules.heuristicFraction()));
    }

    private static long date(Fields fields, long wallNowMillis) {
        long date = HttpDate.parse(fields.first("Date"), wallNowMillis);
        return date == HttpDate.INVALID ? wallNowMillis : date;
    }

    private static long window(long seconds, long ruleMillis) {
        return seconds == CacheControl.ABSENT ? Math.max(0, ruleMillis) : 1000 * seconds;
    }
}

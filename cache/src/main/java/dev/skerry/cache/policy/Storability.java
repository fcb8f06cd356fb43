package dev.skerry.cache.policy;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * May a response be stored? RFC 9111 §3, §3.3 and §3.5, in its order.
 *
 * <p>Stricter than the RFC in four points: a status that answers this one message and not its
 * target (such as 416 or 431) is not stored, since one client's odd request would then answer all
 * others; a response that sets a cookie needs explicit freshness or {@code public}, since a
 * heuristic would hand one visitor's session to another; a part is stored as what {@link
 * PartialContent} makes of it, and one that cannot be placed is not; and what has neither freshness
 * nor a validator is not stored, since it could never be reused.
 */
public final class Storability {
    private static final StorageDecision STORE_ALL = new StorageDecision.Store(List.of());

    private Storability() {}

    /** Decides about a response that has just been received; see {@link #decidePost} for POST. */
    public static StorageDecision decide(
            RequestHead request, ResponseHead response, CacheRules rules) {
        ResponseDirectives directives = ResponseDirectives.of(response.fields());
        MissReason obstacle = obstacle(request, response, directives, rules);
        if (obstacle != null) {
            return new StorageDecision.DoNotStore(obstacle);
        }
        CacheControl control = directives.control();
        if (control.privateFields().isEmpty() && control.noCacheFields().isEmpty()) {
            return STORE_ALL;
        }
        List<String> without = new ArrayList<>(control.privateFields());
        without.addAll(control.noCacheFields());
        return new StorageDecision.Store(List.copyOf(without));
    }

    /**
     * Decides whether the response to a POST may answer later GETs of the same target (RFC 9110
     * §9.3.3): it says so itself, with explicit freshness and a Content-Location that names the
     * target.
     */
    public static StorageDecision decidePost(
            RequestHead request, ResponseHead response, CacheRules rules) {
        ResponseDirectives directives = ResponseDirectives.of(response.fields());
        String location = response.fields().first("Content-Location");
        if (!request.method().equals("POST")
                || response.status() != 200
                || !FreshnessLifetime.isExplicit(response, directives)
                || location == null
                || !request.target().equals(Invalidation.sameOrigin(request, location))) {
            return new StorageDecision.DoNotStore(MissReason.METHOD);
        }
        RequestHead get =
                new RequestHead(
                        "GET",
                        request.scheme(),
                        request.authority(),
                        request.target(),
                        request.fields());
        return decide(get, response, rules);
    }

    /** Whether a heuristic lifetime is allowed for a status code (RFC 9110 §15.1). */
    public static boolean isHeuristicallyCacheable(int status) {
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /** Whether the caching rules of a status code are known here (RFC 9111 §5.2.2.3). */
    static boolean isUnderstood(int status) {
        return switch (status) {
            case 302, 303, 307, 400, 401, 403, 500, 502, 503, 504 -> true;
            default -> isHeuristicallyCacheable(status) && status != 206;
        };
    }

    /** Whether a status answers the fields, the body or the connection of one request. */
    private static boolean isAboutTheMessage(int status) {
        return switch (status) {
            case 304, 407, 408, 411, 412, 413, 415, 416, 417, 421, 425, 426, 428, 429, 431 -> true;
            default -> false;
        };
    }

    private static @Nullable MissReason obstacle(
            RequestHead request,
            ResponseHead response,
            ResponseDirectives directives,
            CacheRules rules) {
        CacheControl control = directives.control();
        if (!request.method().equals("GET")) {
            return MissReason.METHOD;
        }
        if (response.status() < 200 || isAboutTheMessage(response.status())) {
            return MissReason.STATUS;
        }
        if (response.status() == 206) {
            return MissReason.PARTIAL;
        }
        if (control.mustUnderstand() && !isUnderstood(response.status())) {
            return MissReason.MUST_UNDERSTAND;
        }
        if (control.noStore() && !control.mustUnderstand()) {
            return MissReason.RESPONSE_NO_STORE;
        }
        if (rules.honourRequestDirectives() && CacheControl.of(request.fields()).noStore()) {
            return MissReason.REQUEST_NO_STORE;
        }
        if (control.isPrivate()) {
            return MissReason.RESPONSE_PRIVATE;
        }
        if (request.fields().contains("Authorization") && !allowsCredentials(control)) {
            return MissReason.AUTHORIZATION;
        }
        if (VaryMatch.names(response.fields()).star()) {
            return MissReason.VARY_STAR;
        }
        if (FieldValues.contentLength(response.fields()) > rules.maxObjectBytes()) {
            return MissReason.TOO_LARGE;
        }
        return uselessness(response, directives, rules);
    }

    /** RFC 9111 §3.5. */
    private static boolean allowsCredentials(CacheControl control) {
        return control.isPublic()
                || control.mustRevalidate()
                || control.sMaxAge() != CacheControl.ABSENT;
    }

    /** The last clause of §3: is there anything that would allow reuse? */
    private static @Nullable MissReason uselessness(
            ResponseHead response, ResponseDirectives directives, CacheRules rules) {
        CacheControl control = directives.control();
        boolean explicit = FreshnessLifetime.isExplicit(response, directives);
        boolean validator = FreshnessLifetime.hasValidator(response.fields());
        if (response.fields().contains("Set-Cookie")
                && (!rules.storeSetCookie() || (!explicit && !control.isPublic()))) {
            return MissReason.SET_COOKIE;
        }
        if (control.noCache() && !validator) {
            return MissReason.RESPONSE_NO_CACHE;
        }
        if (explicit || rules.ttlOf(response.status()) >= 0) {
            return null;
        }
        if (!isHeuristicallyCacheable(response.status()) && !control.isPublic()) {
            return MissReason.STATUS;
        }
        return validator || rules.defaultTtlMillis() >= 0 ? null : MissReason.NO_FRESHNESS;
    }
}

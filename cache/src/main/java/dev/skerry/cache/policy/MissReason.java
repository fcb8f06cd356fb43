package dev.skerry.cache.policy;

import java.util.Locale;

/**
 * Why a request was not answered from the cache alone. Every such request has exactly one reason;
 * {@code Cache-Status} (as {@code detail}), the access log and the metrics print its {@link #word}.
 */
public enum MissReason {
    COLD("Nothing is stored for this URL."),
    EXPIRED("The stored response was no longer fresh."),
    VARY("Responses are stored, but for other values of the fields that Vary names."),
    PURGED("The stored response was purged."),
    PURGED_SOFT("The stored response was made stale by a soft purge."),
    INVALIDATED("The stored response was invalidated by an unsafe request to its URL."),
    EVICTED("The response was stored once and made room for others."),
    RULE_PASS("A rule of the site says that such requests are not cached."),
    METHOD("Responses to this request method are not cached."),
    REQUEST_NO_STORE("The request's Cache-Control says no-store."),
    REQUEST_DIRECTIVE("The request's Cache-Control asked for a validated or younger response."),
    REQUEST_CONDITION("The request has a condition that only the origin can judge."),
    AUTHORIZATION("The request has credentials and the response does not allow sharing."),
    RESPONSE_NO_STORE("The response's Cache-Control says no-store."),
    RESPONSE_PRIVATE("The response's Cache-Control says private."),
    RESPONSE_NO_CACHE("The response's Cache-Control says no-cache."),
    MUST_UNDERSTAND("The response says must-understand and its status code is not known here."),
    VARY_STAR("The response says Vary: *, so no request can be known to match it."),
    STATUS("A response with this status code is not cached without explicit freshness."),
    NO_FRESHNESS("The response has neither freshness nor a validator."),
    SET_COOKIE("The response sets a cookie and does not say that it may be shared."),
    PARTIAL("The response is a part that cannot be placed in its representation."),
    HIT_FOR_MISS("A response for this URL could not be cached a moment ago."),
    TOO_LARGE("The response is larger than a stored response may be."),
    NO_ROOM("There was no room to store the response."),
    RANGE_COLD("A range was asked for of a response that is not stored."),
    UNKNOWN_RANGE("Some of the bytes that were asked for are not stored."),
    LEASE("The node may not serve unverified responses while it is cut off."),
    OTHER_HISTORY("The asking node follows another history of changes than this one.");

    private final String sentence;
    private final String word;

    MissReason(String sentence) {
        this.sentence = sentence;
        this.word = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What happened, for people. */
    public String sentence() {
        return sentence;
    }

    /** Lower case with hyphens, as logs, metrics and {@code Cache-Status} print it. */
    public String word() {
        return word;
    }
}

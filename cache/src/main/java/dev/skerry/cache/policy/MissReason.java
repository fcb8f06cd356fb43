package dev.skerry.cache.policy;

import java.util.Locale;

/**
 * Why a request was not answered from the cache alone. Every such request has exactly one reason;
 * {@code Cache-Status} (as {@code detail}), the access log and the metrics print its {@link #word}.
 */
public enum MissReason {
    /** See the sentence. */
    COLD("Nothing is stored for this URL."),
    /** See the sentence. */
    EXPIRED("The stored response was no longer fresh."),
    /** See the sentence. */
    VARY("Responses are stored, but for other values of the fields that Vary names."),
    /** See the sentence. */
    PURGED("The stored response was purged."),
    /** See the sentence. */
    PURGED_SOFT("The stored response was made stale by a soft purge."),
    /** See the sentence. */
    INVALIDATED("The stored response was invalidated by an unsafe request to its URL."),
    /** See the sentence. */
    EVICTED("The response was stored once and made room for others."),
    /** See the sentence. */
    RULE_PASS("A rule of the site says that such requests are not cached."),
    /** See the sentence. */
    METHOD("Responses to this request method are not cached."),
    /** See the sentence. */
    REQUEST_NO_STORE("The request's Cache-Control says no-store."),
    /** See the sentence. */
    REQUEST_DIRECTIVE("The request's Cache-Control asked for a validated or younger response."),
    /** See the sentence. */
    REQUEST_CONDITION("The request has a condition that only the origin can judge."),
    /** See the sentence. */
    AUTHORIZATION("The request has credentials and the response does not allow sharing."),
    /** See the sentence. */
    RESPONSE_NO_STORE("The response's Cache-Control says no-store."),
    /** See the sentence. */
    RESPONSE_PRIVATE("The response's Cache-Control says private."),
    /** See the sentence. */
    RESPONSE_NO_CACHE("The response's Cache-Control says no-cache."),
    /** See the sentence. */
    MUST_UNDERSTAND("The response says must-understand and its status code is not known here."),
    /** See the sentence. */
    VARY_STAR("The response says Vary: *, so no request can be known to match it."),
    /** See the sentence. */
    STATUS("A response with this status code is not cached without explicit freshness."),
    /** See the sentence. */
    NO_FRESHNESS("The response has neither freshness nor a validator."),
    /** See the sentence. */
    SET_COOKIE("The response sets a cookie and does not say that it may be shared."),
    /** See the sentence. */
    PARTIAL("The response is only a part of its representation."),
    /** See the sentence. */
    HIT_FOR_MISS("A response for this URL could not be cached a moment ago."),
    /** See the sentence. */
    TOO_LARGE("The response is larger than a stored response may be."),
    /** See the sentence. */
    NO_ROOM("There was no room to store the response."),
    /** See the sentence. */
    NOT_ADMITTED("The response was asked for too seldom to be stored."),
    /** See the sentence. */
    RANGE_COLD("A range was asked for of a response that is not stored."),
    /** See the sentence. */
    UNKNOWN_RANGE("A range was asked for that the stored bytes do not cover."),
    /** See the sentence. */
    UPGRADE("The request asks for another protocol."),
    /** See the sentence. */
    INCOMPLETE("The response broke off before its end."),
    /** See the sentence. */
    UPSTREAM_ERROR("No response could be had from upstream."),
    /** See the sentence. */
    UPSTREAM_STATUS("Upstream answered with a server error."),
    /** See the sentence. */
    LEASE("The node may not serve unverified responses while it is cut off.");

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

package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.store.StoredResponse;

/** This node's member of {@code Cache-Status} (RFC 9211): what it did with a request, and why. */
public final class CacheStatus {
    static final String FIELD = "Cache-Status";

    private final String node;

    /** For a node whose name is a token. */
    CacheStatus(String node) {
        this.node = node;
    }

    /** What a node says of requests that its server refuses before they are judged here. */
    public static FieldList ofRefusals(String node) {
        return FieldList.of(FIELD, node + "; detail=refused");
    }

    /** The member for an answer from the store. */
    void append(StringBuilder to, Answer.Stored answer) {
        StoredResponse response = answer.response();
        to.append(node);
        Answer.Fetch fetch = answer.fetch();
        MissReason reason = answer.reason();
        // What was asked for upstream is no hit, whatever came of it (RFC 9211 §2.1, §2.2).
        if (fetch != null) {
            to.append("; fwd=").append(reason == null ? "stale" : forwarded(reason));
        } else {
            to.append("; hit");
        }
        if (fetch != null && fetch.status() > 0) {
            to.append("; fwd-status=").append(fetch.status());
        }
        to.append("; ttl=")
                .append(Math.floorDiv(response.lifetimeMillis() - answer.ageMillis(), 1000));
        if (answer.outcome() != CacheOutcome.HIT) {
            to.append("; detail=").append(answer.outcome().word());
            if (reason != null) {
                to.append('.').append(reason.word());
            }
        } else if (answer.heuristic()) {
            to.append("; detail=heuristic");
        }
    }

    /** The member for an answer that comes from upstream. */
    String of(Answer.Streaming answer) {
        if (answer.outcome().isHit()) {
            return node + "; hit";
        }
        StringBuilder text = new StringBuilder(96).append(node);
        MissReason reason = answer.reason();
        text.append("; fwd=").append(reason == null ? "miss" : forwarded(reason));
        if (answer.fetch().status() > 0) {
            text.append("; fwd-status=").append(answer.fetch().status());
        }
        if (answer.outcome() == CacheOutcome.COLLAPSED) {
            text.append("; collapsed");
        }
        if (answer.willBeStored()) {
            text.append("; stored");
        }
        if (reason != null) {
            text.append("; detail=").append(reason.word());
            MissReason notStored = answer.notStored();
            if (notStored != null && notStored != reason) {
                text.append('.').append(notStored.word());
            }
        }
        return text.toString();
    }

    /** The member for a request that upstream was to answer, and did not. */
    String of(Answer.Failed answer) {
        MissReason reason = answer.reason();
        return node
                + "; fwd="
                + (reason == null ? "miss" : forwarded(reason))
                + "; detail="
                + answer.failure().kind().word()
                // What is stored might have been served, had the node not been cut off.
                + (reason == MissReason.LEASE ? "." + reason.word() : "");
    }

    /** The member for an answer of this node's own. */
    String of(LocalAnswer answer) {
        return node + "; detail=" + answer.reason();
    }

    /** RFC 9211 §2.2: the registered words. */
    private static String forwarded(MissReason reason) {
        return switch (reason) {
            case COLD, RANGE_COLD, PURGED, INVALIDATED, EVICTED -> "uri-miss";
            case VARY -> "vary-miss";
            case EXPIRED, PURGED_SOFT, RESPONSE_NO_CACHE, LEASE -> "stale";
            case METHOD -> "method";
            case REQUEST_NO_STORE, REQUEST_DIRECTIVE, REQUEST_CONDITION -> "request";
            case UNKNOWN_RANGE, PARTIAL -> "partial";
            case RULE_PASS, OTHER_HISTORY -> "bypass";
            case AUTHORIZATION,
                    RESPONSE_NO_STORE,
                    RESPONSE_PRIVATE,
                    MUST_UNDERSTAND,
                    VARY_STAR,
                    STATUS,
                    NO_FRESHNESS,
                    SET_COOKIE,
                    HIT_FOR_MISS,
                    TOO_LARGE,
                    NO_ROOM ->
                    "miss";
        };
    }
}

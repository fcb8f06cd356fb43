package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.server.RequestBodyFailure;
import dev.skerry.proxy.hop.HopAnswer;
import java.nio.charset.StandardCharsets;

/**
 * An answer of this node itself: a redirect, a refusal, an error.
 *
 * @param reason the word for logs, metrics and Cache-Status
 * @param text the body, a sentence for people; ASCII
 */
record LocalAnswer(int status, FieldList fields, String reason, String text) {
    /** RFC 9110 §15.5.20. */
    static final LocalAnswer UNKNOWN_HOST =
            of(421, "unknown-host", "No site here answers to this host.");

    /** The node has not caught up with its control plane yet, or never heard from it. */
    static final LocalAnswer STARTING =
            new LocalAnswer(
                    503,
                    FieldList.of("Retry-After", "1"),
                    "starting",
                    "This node is starting and serves in a moment.");

    /** RFC 9111 §5.2.1.7. */
    static final LocalAnswer ONLY_IF_CACHED =
            of(504, "only-if-cached", "Nothing is stored here that may answer this.");

    /** One stored response after the other could not be read. */
    static final LocalAnswer UNREADABLE =
            of(503, "unreadable", "What is stored here could not be read.");

    /** A refusal or an error. */
    static LocalAnswer of(int status, String reason, String text) {
        return new LocalAnswer(status, FieldList.EMPTY, reason, text);
    }

    /** A redirect (RFC 9110 §15.4). */
    static LocalAnswer redirect(int status, String location) {
        return new LocalAnswer(
                status, FieldList.of("Location", location), "redirect", "See " + location);
    }

    /** Upstream failed. What failed is said, where upstream is is not. */
    static LocalAnswer of(Answer.Failed failed) {
        UpstreamFailure failure = failed.failure();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RequestBodyFailure body) {
                return of(body.status(), failure.kind().word(), "The request body is at fault.");
            }
        }
        return of(
                failed.status(),
                failure.kind().word(),
                "The upstream could not answer: " + failure.kind().word() + ".");
    }

    /** What a node of the fleet makes of it. */
    HopAnswer forNodes() {
        return equals(STARTING) ? HopAnswer.STARTING : HopAnswer.NOT_STORED;
    }

    ResponseHead head() {
        return new ResponseHead(
                status,
                fields.toBuilder()
                        .add("Content-Type", "text/plain; charset=utf-8")
                        .add("Cache-Control", "no-store")
                        .build());
    }

    byte[] body() {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }
}

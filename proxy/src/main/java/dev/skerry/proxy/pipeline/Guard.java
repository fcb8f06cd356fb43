package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.RequestHead;
import dev.skerry.config.CompiledSite;
import dev.skerry.config.Rule;
import dev.skerry.proxy.hop.LoopDetection;
import org.jspecify.annotations.Nullable;

/**
 * Answers what needs neither cache nor upstream: unknown hosts, loops, and what rules redirect or
 * deny.
 */
final class Guard {
    private final LoopDetection loops;

    Guard(LoopDetection loops) {
        this.loops = loops;
    }

    /**
     * The answer, or null when the request may go on.
     *
     * @param host as received: a redirection goes to where the client is
     */
    @Nullable LocalAnswer check(RequestHead head, String host, @Nullable RuleRoute rule) {
        if (rule == null) {
            return LocalAnswer.UNKNOWN_HOST;
        }
        if (head.fields().contains(LoopDetection.FIELD)
                && loops.check(head.fields()) != LoopDetection.Result.CLEAR) {
            return LocalAnswer.of(508, "loop", "This request has been here before.");
        }
        return switch (rule.rule().action()) {
            case null -> null;
            case Rule.Action.Denying deny ->
                    LocalAnswer.of(
                            deny.status(), "denied", "A rule of this site refuses the request.");
            case Rule.Action.Redirecting to ->
                    LocalAnswer.redirect(
                            to.redirect().status(),
                            CompiledSite.location(rule.rule(), to.redirect(), head.target(), host));
        };
    }
}

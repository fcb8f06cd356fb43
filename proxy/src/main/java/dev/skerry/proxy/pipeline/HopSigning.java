package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.proxy.hop.HopAnswer;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.hop.HopFields;
import dev.skerry.proxy.hop.HopRequest;
import org.jspecify.annotations.Nullable;

/**
 * A shield's side of an authenticated hop: what an edge says is verified, what it is told is
 * signed.
 */
public final class HopSigning {
    private static final HopAnswer NOT_STORED = new HopAnswer(0, false, 0);

    private final HopAuth auth;

    /** With the fleet's key. */
    public HopSigning(HopAuth auth) {
        this.auth = auth;
    }

    /**
     * What a node of the fleet says with its request; null when it is a client, or nothing can be
     * believed.
     */
    @Nullable HopRequest verify(RequestHead head) {
        return head.fields().contains(HopFields.AUTH) ? auth.verifyRequest(head) : null;
    }

    /** Signs an answer; null for one that no node may store. */
    ResponseHead sign(HopRequest request, ResponseHead head, @Nullable HopAnswer answer) {
        HopAnswer said = answer == null ? NOT_STORED : answer;
        if (request.foreign() && answer != null) {
            // It was fetched for this request alone, so it began after the sender had applied
            // what it says (purge rule 5).
            said =
                    new HopAnswer(
                            request.applied(), answer.stale(), answer.ageMillis(), answer.tags());
        }
        return new ResponseHead(
                head.status(),
                head.fields().toBuilder()
                        .addAll(auth.signResponse(request, head.status(), said))
                        .build());
    }
}

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

    /** Signs what this node says itself. */
    ResponseHead signOwn(HopRequest request, ResponseHead head, HopAnswer said) {
        return new ResponseHead(
                head.status(),
                head.fields().toBuilder()
                        .addAll(auth.signResponse(request, head.status(), said))
                        .build());
    }

    /** Signs what came from the store or from upstream. */
    ResponseHead sign(HopRequest request, ResponseHead head, HopAnswer answer) {
        HopAnswer said = answer;
        if (request.foreign()) {
            // It was fetched for this request alone, so it began after the sender had applied
            // what it says (purge rule 5).
            said =
                    new HopAnswer(
                            request.applied(), answer.stale(), answer.ageMillis(), answer.tags());
        }
        return signOwn(request, head, said);
    }
}

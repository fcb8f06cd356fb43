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
    /** For an answer that no node will store. */
    static final HopAnswer NOT_STORED = new HopAnswer(0, false, 0);

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

    ResponseHead sign(HopRequest request, ResponseHead head, HopAnswer answer) {
        return new ResponseHead(
                head.status(),
                head.fields().toBuilder()
                        .addAll(auth.signResponse(request, head.status(), answer))
                        .build());
    }
}

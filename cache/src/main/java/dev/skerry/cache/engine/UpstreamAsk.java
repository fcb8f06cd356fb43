package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.policy.CodedTag;
import dev.skerry.cache.policy.Forwarding;
import dev.skerry.cache.policy.Trailers;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.store.StoredResponse;
import java.util.List;

/** What upstream is asked for a fill. */
final class UpstreamAsk {
    private UpstreamAsk() {}

    /**
     * A request of a fill.
     *
     * @param onCondition whether the stored response may be confirmed instead, if that is the plan
     * @param range the fields that say which bytes; of a fill that is not shared, the client's own
     *     stay
     */
    static Upstream.Request of(Fill fill, boolean onCondition, FieldList range) {
        Fill.Plan plan = fill.plan();
        CacheRequest request = plan.request();
        RequestHead head = request.head();
        FieldList fields = CodedTag.forOrigin(Forwarding.request(head.fields()));
        if (plan.shared()) {
            FieldList.Builder ours = Validation.unconditional(fields).toBuilder().addAll(range);
            StoredResponse base = plan.base();
            if (base != null && plan.conditional() && onCondition) {
                ours.addAll(Validation.conditionalFields(List.of(base.head().head())));
            }
            fields = ours.build();
        }
        if (Trailers.accepted(head.fields())) {
            // Of this hop, as it was of the client's (RFC 9110 §10.1.4).
            fields = fields.toBuilder().add("TE", "trailers").build();
        }
        Requester requester = request.requester();
        return new Upstream.Request(
                request.key(),
                new RequestHead(
                        head.method(),
                        head.scheme(),
                        head.authority(),
                        isForKey(plan, head) ? request.target() : head.target(),
                        request.route().requestFields().apply(fields)),
                requester.openBody(),
                requester.bodyLength(),
                plan.applied(),
                plan.need(),
                requester.client(),
                interim -> fill.interim(InterimHeads.forClients(request.route(), interim)));
    }

    /**
     * Whether the request is for what is stored under the key, even if this answer cannot be: then
     * the origin sees the target of the key.
     */
    private static boolean isForKey(Fill.Plan plan, RequestHead head) {
        return plan.shared()
                || (plan.request().route().pass() == null
                        && (head.method().equals("GET") || head.method().equals("HEAD")));
    }
}

package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.policy.CodedTag;
import dev.skerry.cache.policy.Forwarding;
import dev.skerry.cache.policy.Trailers;
import dev.skerry.cache.policy.Validation;

/** What upstream is asked for a fill. */
final class UpstreamAsk {
    private UpstreamAsk() {}

    /**
     * A request of a fill.
     *
     * @param range the fields that say which bytes; of a fill that is not shared, the client's own
     *     stay
     * @param conditions the fields by which stored responses may be confirmed instead; as above
     */
    static Upstream.Request of(Fill fill, FieldList range, FieldList conditions) {
        Fill.Plan plan = fill.plan();
        CacheRequest request = plan.request();
        RequestHead head = request.head();
        FieldList fields = CodedTag.forOrigin(Forwarding.request(head.fields()));
        if (plan.shared()) {
            fields =
                    Validation.unconditional(fields).toBuilder()
                            .addAll(range)
                            .addAll(conditions)
                            .build();
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

package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What differs between the kinds of upstream: what they are told, and what they are believed. */
interface Hop {
    /** One request as it goes to one endpoint; asked anew for every attempt. */
    Call call(Endpoint endpoint, Upstream.Request request);

    /**
     * A request ready to be sent.
     *
     * @param tlsName for SNI and the certificate check
     * @param fields Host among them
     */
    record Call(String tlsName, String target, FieldList fields, Judge judge) {}

    /** Says what a response is worth. */
    interface Judge {
        /** Null when the response cannot be used: it does not come from whom it should. */
        @Nullable Provenance judge(ResponseHead head);
    }

    /**
     * See the methods of {@link Upstream.Response} with these names.
     *
     * @param starting whether the peer serves nothing yet
     * @param ageMillis -1 when unknown
     */
    record Provenance(
            long bornAt,
            boolean stale,
            boolean starting,
            long ageMillis,
            List<String> tags,
            long leaseMillis) {}
}

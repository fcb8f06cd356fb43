package dev.skerry.proxy.hop;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import java.util.Locale;
import java.util.Set;

/** The fields of a request as it leaves this node. Immutable. */
public final class RequestFields {
    /**
     * What is set anew here or by the client's framing. Expect was answered by our server, which
     * did not wait for the upstream (RFC 9110 §10.1.1).
     */
    private static final Set<String> OURS =
            Set.of(
                    "host",
                    "via",
                    "cdn-loop",
                    "x-forwarded-for",
                    "x-forwarded-proto",
                    "x-forwarded-host",
                    "forwarded",
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "expect");

    private final String node;
    private final LoopDetection loops;

    /**
     * For a node.
     *
     * @param node its name, as {@code Via} and {@code CDN-Loop} show it
     * @throws IllegalArgumentException when the name is no token
     */
    public RequestFields(String node) {
        this.node = node;
        this.loops = new LoopDetection(node);
    }

    /**
     * Host, then the end-to-end fields of the request in their order, then {@code Via}, {@code
     * CDN-Loop} and the forwarding fields. Fields reserved for our own nodes do not pass.
     */
    public FieldList of(Upstream.Request request, String host) {
        FieldList.Builder out = FieldList.builder().add("Host", host);
        Fields received = request.head().fields();
        for (int i = 0; i < received.size(); i++) {
            String name = received.name(i);
            if (!OURS.contains(name.toLowerCase(Locale.ROOT)) && !HopFields.isReserved(name)) {
                out.add(name, received.value(i));
            }
        }
        String via = received.combined("Via");
        String own = request.client().protocol() + " " + node;
        out.add("Via", via == null || via.isEmpty() ? own : via + ", " + own);
        loops.append(received, out);
        ForwardedFields.append(request.head(), request.client(), out);
        return out.build();
    }
}

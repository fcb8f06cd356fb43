package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.proxy.upstream.health.Breaker.Verdict;

/** What a failure of the client means to breaker and engine. */
final class FailureMeaning {
    private FailureMeaning() {}

    /** What it tells about the endpoint. */
    static Verdict verdict(ClientFailure e) {
        return switch (e.kind()) {
            case CONNECT, CONNECT_TIMEOUT, TLS -> Verdict.UNREACHABLE;
            case RESET -> e.reused() ? Verdict.INCONCLUSIVE : Verdict.BROKEN;
            case FIRST_BYTE_TIMEOUT, BETWEEN_BYTES_TIMEOUT, PROTOCOL -> Verdict.CONNECTED;
            case TOTAL_TIMEOUT -> e.requestSent() ? Verdict.CONNECTED : Verdict.INCONCLUSIVE;
            case REQUEST_BODY, CANCELLED -> Verdict.INCONCLUSIVE;
        };
    }

    /** What it is called upstream of the engine. */
    static UpstreamFailure.Kind kind(ClientFailure e) {
        return switch (e.kind()) {
            case CONNECT -> UpstreamFailure.Kind.CONNECT;
            case CONNECT_TIMEOUT -> UpstreamFailure.Kind.CONNECT_TIMEOUT;
            case TLS -> UpstreamFailure.Kind.TLS;
            case RESET -> UpstreamFailure.Kind.RESET;
            case FIRST_BYTE_TIMEOUT, BETWEEN_BYTES_TIMEOUT ->
                    UpstreamFailure.Kind.FIRST_BYTE_TIMEOUT;
            case TOTAL_TIMEOUT -> UpstreamFailure.Kind.TOTAL_TIMEOUT;
            case PROTOCOL -> UpstreamFailure.Kind.PROTOCOL;
            case REQUEST_BODY -> UpstreamFailure.Kind.REQUEST_BODY;
            case CANCELLED -> UpstreamFailure.Kind.CANCELLED;
        };
    }
}

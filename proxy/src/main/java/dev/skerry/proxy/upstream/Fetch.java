package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.hop.HopFields;
import dev.skerry.proxy.upstream.health.Breaker.Admission;
import dev.skerry.proxy.upstream.health.Breaker.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way over endpoints and addresses until somebody answers. What may be tried
 * again depends on how much of it anybody can have seen:
 *
 * <ul>
 *   <li>nothing was sent (name, connect, TLS): the next address, then the next endpoint, whatever
 *       the method;
 *   <li>a kept connection broke before the response (the peer closed it as we sent): once more on a
 *       fresh one, if the request may be repeated. Not out of the retry budget: when a peer
 *       restarts, all its connections break at once, and none of those requests has to be lost;
 *   <li>a new connection broke, or a shield could not prove itself: once to the next endpoint, if
 *       the request may be repeated and the retry budget has something left;
 *   <li>anything else, or anything after an interim response was passed on: not at all.
 * </ul>
 *
 * <p>Used by one thread, once.
 */
final class Fetch {
    private static final int MAX_ADDRESSES = 3;

    private final Transport transport;
    private final Upstream.Request request;
    private final Hop hop;
    private final boolean elsewhere;
    private final long began;
    private boolean givenOut;
    private boolean reuseRetried;
    private boolean resent;
    private boolean unverified;
    private Verdict verdict = Verdict.INCONCLUSIVE;
    private @Nullable UpstreamFailure failure;

    /**
     * A fetch that begins now.
     *
     * @param elsewhere whether the caller has another way to go when no endpoint answers
     */
    Fetch(Transport transport, Upstream.Request request, Hop hop, boolean elsewhere) {
        this.transport = transport;
        this.request = request;
        this.hop = hop;
        this.elsewhere = elsewhere;
        this.began = transport.nanoTime().getAsLong();
    }

    /** Whether a request may be sent twice without anybody noticing. */
    static boolean isRepeatable(Upstream.Request request) {
        return request.head().isIdempotent() && hasNoBody(request);
    }

    /**
     * Tries endpoints in this order.
     *
     * @return null when none answered and the request may still be sent elsewhere
     * @throws UpstreamFailure when it may not
     */
    Upstream.@Nullable Response from(List<Endpoint> order) throws UpstreamFailure {
        transport.retries().requested();
        List<Endpoint> diverted = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            Endpoint endpoint = order.get(i);
            Admission admission = endpoint.breaker().admit();
            switch (admission) {
                case REFUSE -> {}
                case DIVERT -> diverted.add(endpoint);
                case NORMAL, PROBE -> {
                    boolean more = i + 1 < order.size() || !diverted.isEmpty();
                    Upstream.Response response = attempt(endpoint, admission, more);
                    if (response != null) {
                        return response;
                    }
                }
            }
        }
        for (int i = 0; i < diverted.size(); i++) {
            boolean more = i + 1 < diverted.size();
            Upstream.Response response = attempt(diverted.get(i), Admission.DIVERT, more);
            if (response != null) {
                return response;
            }
        }
        return null;
    }

    /** Why {@link #from} gave null. */
    UpstreamFailure failure() {
        return failure != null
                ? failure
                : new UpstreamFailure(
                        UpstreamFailure.Kind.BREAKER_OPEN,
                        "every upstream has been ejected after transport failures");
    }

    /** Null when the next endpoint may be tried. */
    private Upstream.@Nullable Response attempt(
            Endpoint endpoint, Admission admission, boolean more) throws UpstreamFailure {
        verdict = Verdict.INCONCLUSIVE;
        boolean begun = false;
        Upstream.Response response = null;
        try {
            begun = endpoint.begin();
            if (begun) {
                response = tryAddresses(endpoint, more);
            } else {
                failed(
                        endpoint,
                        UpstreamFailure.Kind.CONNECT_TIMEOUT,
                        "all its connections are in use",
                        null);
            }
            return response;
        } catch (UnknownHostException e) {
            verdict = Verdict.UNREACHABLE;
            failed(endpoint, UpstreamFailure.Kind.DNS, "does not resolve", e);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(endpoint, UpstreamFailure.Kind.CANCELLED, "interrupted", e);
        } finally {
            endpoint.breaker().record(admission, verdict);
            if (begun && response == null) {
                endpoint.ended();
            }
        }
    }

    private Upstream.@Nullable Response tryAddresses(Endpoint endpoint, boolean more)
            throws UpstreamFailure, UnknownHostException {
        List<InetAddress> addresses = endpoint.addresses().order(transport.lookup(endpoint.host()));
        for (InetAddress address :
                addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size()))) {
            checkTime(endpoint);
            try {
                Upstream.Response response = sendTo(endpoint, address);
                verdict = Verdict.ANSWERED;
                endpoint.addresses().worked(address);
                return response;
            } catch (ClientFailure e) {
                failure =
                        new UpstreamFailure(
                                FailureMeaning.kind(e), endpoint.name() + ": " + e.getMessage(), e);
                verdict = FailureMeaning.verdict(e);
                if (verdict == Verdict.UNREACHABLE) {
                    endpoint.addresses().failed(address);
                }
                if (verdict == Verdict.UNREACHABLE && !e.requestSent()) {
                    continue;
                }
                if (mayResend(e, more)) {
                    return null;
                }
                throw failure;
            }
        }
        return null;
    }

    private UpstreamFailure failed(
            Endpoint endpoint, UpstreamFailure.Kind kind, String what, @Nullable Exception cause) {
        endpoint.failed(kind);
        String message = endpoint.name() + ": " + what;
        UpstreamFailure result =
                cause == null
                        ? new UpstreamFailure(kind, message)
                        : new UpstreamFailure(kind, message, cause);
        failure = result;
        return result;
    }

    private Upstream.Response sendTo(Endpoint endpoint, InetAddress address)
            throws ClientFailure, UpstreamFailure {
        try {
            return send(endpoint, address, false);
        } catch (ClientFailure e) {
            if (e.kind() != ClientFailure.Kind.RESET
                    || !e.reused()
                    || reuseRetried
                    || !isRepeatable(e)) {
                throw e;
            }
            reuseRetried = true;
            endpoint.lostReuseRace();
            return send(endpoint, address, true);
        }
    }

    private Upstream.Response send(Endpoint endpoint, InetAddress address, boolean fresh)
            throws ClientFailure, UpstreamFailure {
        Hop.Call call = hop.call(endpoint, request);
        HttpClient.Request outgoing =
                new HttpClient.Request(
                        request.head().method(),
                        endpoint.origin().scheme(),
                        call.tlsName(),
                        new InetSocketAddress(address, endpoint.origin().port()),
                        call.target(),
                        call.fields(),
                        request.body(),
                        request.bodyLength(),
                        fresh,
                        remaining(endpoint),
                        this::passInterim);
        endpoint.sent();
        unverified = false;
        try {
            HttpClient.Response response = transport.client().send(outgoing);
            Hop.Provenance provenance = call.judge().judge(response.head());
            if (provenance == null) {
                response.close();
                unverified = true;
                endpoint.couldNotBeVerified();
                throw new ClientFailure(
                        ClientFailure.Kind.PROTOCOL,
                        response.reused(),
                        true,
                        "the answer is not signed for this request with the fleet's key",
                        new IOException("unverified"));
            }
            if (provenance.starting()) {
                response.close();
                // As if nobody had been there: it has done nothing with the request, but a body
                // may be used up.
                throw new ClientFailure(
                        ClientFailure.Kind.CONNECT,
                        response.reused(),
                        !hasNoBody(request),
                        "it is starting",
                        new IOException("starting"));
            }
            return new EndpointResponse(response, endpoint, provenance);
        } catch (ClientFailure e) {
            endpoint.failed(FailureMeaning.kind(e));
            throw e;
        }
    }

    private void passInterim(ResponseHead head) {
        if (head.status() == 100 || head.status() == 101) {
            return;
        }
        givenOut = true;
        request.interim().accept(new ResponseHead(head.status(), HopFields.strip(head.fields())));
    }

    private boolean mayResend(ClientFailure e, boolean more) {
        boolean kindAllows = e.kind() == ClientFailure.Kind.RESET || unverified;
        if (!kindAllows
                || resent
                || !(more || elsewhere)
                || !isRepeatable(e)
                || !transport.retries().tryRetry()) {
            return false;
        }
        resent = true;
        return true;
    }

    private boolean isRepeatable(ClientFailure e) {
        return !givenOut
                && hasNoBody(request)
                && (request.head().isIdempotent() || !e.requestSent());
    }

    private static boolean hasNoBody(Upstream.Request request) {
        return request.body() == null || request.bodyLength() == 0;
    }

    /**
     * Ends a row of attempts that has taken as long as a response may: each of them could take a
     * connect timeout, and the client waits for them all.
     */
    private void checkTime(Endpoint endpoint) throws UpstreamFailure {
        Duration limit = endpoint.timeouts().firstByte();
        if (failure != null && limit.isPositive() && elapsed().compareTo(limit) >= 0) {
            throw failure;
        }
    }

    private HttpClient.Timeouts remaining(Endpoint endpoint) throws UpstreamFailure {
        HttpClient.Timeouts timeouts = endpoint.timeouts();
        if (!timeouts.total().isPositive()) {
            return timeouts;
        }
        Duration left = timeouts.total().minus(elapsed());
        if (!left.isPositive()) {
            throw new UpstreamFailure(
                    UpstreamFailure.Kind.TOTAL_TIMEOUT,
                    endpoint.name() + ": no time is left for another attempt");
        }
        return new HttpClient.Timeouts(
                timeouts.connect(), timeouts.firstByte(), timeouts.betweenBytes(), left);
    }

    private Duration elapsed() {
        return Duration.ofNanos(transport.nanoTime().getAsLong() - began);
    }
}

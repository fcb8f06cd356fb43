package dev.skerry.net.client;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.HttpClient.Request;
import org.jspecify.annotations.Nullable;

/** What is known of one exchange while it lasts. Used by the thread that runs it. */
final class ClientExchange {
    private final Request request;
    private final byte[] head;
    private final Limits limits;

    private @Nullable WatchedSocket socket;
    private @Nullable ResponseHead responseHead;
    private @Nullable ExchangeFault fault;
    private boolean reused;
    private boolean sending;
    private boolean sent;
    private boolean sendingBroken;

    ClientExchange(Request request, byte[] head, Limits limits) {
        this.request = request;
        this.head = head;
        this.limits = limits;
    }

    Request request() {
        return request;
    }

    byte[] head() {
        return head;
    }

    Limits limits() {
        return limits;
    }

    /** Notes which connection carries it. */
    void carriedBy(WatchedSocket carrier, boolean usedBefore) {
        socket = carrier;
        reused = usedBefore;
        limits.sending();
    }

    WatchedSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("no connection yet");
        }
        return socket;
    }

    boolean reused() {
        return reused;
    }

    /** Notes that the peer may see something of the request from now on. */
    void sendingBegins() {
        sending = true;
    }

    boolean sendingBegun() {
        return sending;
    }

    /** Notes that nothing of the request is left to write. */
    void sendingDone() {
        sent = true;
    }

    /** Notes that a part of the request could not be written. */
    void sendingBroke() {
        sendingBroken = true;
    }

    /** Whether the whole request has been sent; else the connection can carry nothing more. */
    boolean sendingIsDone() {
        return (sent || request.body() == null) && !sendingBroken;
    }

    @Nullable ResponseHead responseHead() {
        return responseHead;
    }

    void responseHead(ResponseHead received) {
        responseHead = received;
        limits.receiving();
    }

    /** Keeps the first fault: those after it are its consequences. */
    ExchangeFault failed(ExchangeFault cause) {
        if (fault == null) {
            fault = cause;
        }
        return cause;
    }

    @Nullable ExchangeFault fault() {
        return fault;
    }
}

package dev.skerry.net.client;

/** No whole response head was received, or the body broke. */
public final class ClientFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean reused;
    private final boolean requestSent;

    /**
     * A failure.
     *
     * @param reused whether it happened on a connection that had served an exchange before
     * @param requestSent whether the peer may have seen any of the request
     */
    public ClientFailure(
            Kind kind, boolean reused, boolean requestSent, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.reused = reused;
        this.requestSent = requestSent;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /**
     * Whether the connection was one from the pool: it may have been closed by the peer just as we
     * sent (RFC 9112 §9.3.1), so an idempotent request whose body can be sent again deserves a
     * fresh connection.
     */
    public boolean reused() {
        return reused;
    }

    /** Whether the peer may have seen any of the request. */
    public boolean requestSent() {
        return requestSent;
    }

    /** What can go wrong. */
    public enum Kind {
        /** Refused or unreachable. */
        CONNECT,
        /** Not connected within the connect timeout. */
        CONNECT_TIMEOUT,
        /** TLS handshake or certificate. */
        TLS,
        /** Closed or reset by the peer before the head, or within the body, was whole. */
        RESET,
        /** No response head within the first-byte timeout. */
        FIRST_BYTE_TIMEOUT,
        /** The body stalled past the between-bytes timeout. */
        BETWEEN_BYTES_TIMEOUT,
        /** The total timeout is over. */
        TOTAL_TIMEOUT,
        /** What was received is no HTTP/1.1, or its framing is in doubt (RFC 9112 §6.3). */
        PROTOCOL,
        /** The request body could not be read. */
        REQUEST_BODY,
        /** The calling thread was interrupted, or the client closed. */
        CANCELLED
    }
}

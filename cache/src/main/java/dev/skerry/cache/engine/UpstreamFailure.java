package dev.skerry.cache.engine;

/** No response could be had from upstream: whose fault it was, and so what the client is told. */
public final class UpstreamFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** A failure with a sentence for the log. */
    public UpstreamFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** A failure without a cause. */
    public UpstreamFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /**
     * What can go wrong, and the status that a client gets for it when nothing stale may be served.
     */
    public enum Kind {
        /** The name does not resolve. */
        DNS(502),
        /** No connection: refused, unreachable. */
        CONNECT(502),
        /** No connection within the connect timeout. */
        CONNECT_TIMEOUT(504),
        /** TLS: handshake or certificate. */
        TLS(502),
        /** The connection was closed or reset before a whole head. */
        RESET(502),
        /** No response head within the first-byte timeout. */
        FIRST_BYTE_TIMEOUT(504),
        /** The exchange took longer than its total timeout. */
        TOTAL_TIMEOUT(504),
        /** The response violates its framing or is no HTTP. */
        PROTOCOL(502),
        /** Every upstream is ejected by its breaker. */
        BREAKER_OPEN(502),
        /** The request body could not be read from the client. */
        REQUEST_BODY(400),
        /** This node is already among those the request passed (RFC 8586). */
        LOOP(508),
        /** An upstream answered with a server error, and something stale may be served instead. */
        SERVER_ERROR(502),
        /** More requests wait for one fetch than may. */
        OVERLOADED(503),
        /** A fault of this node. */
        INTERNAL(500),
        /** The node is shutting down or the wait was interrupted. */
        CANCELLED(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /** The status code for the client. */
        public int status() {
            return status;
        }

        /**
         * The status code for a client that waits for a stored response to be validated which may
         * not be used without (RFC 9111 §5.2.2.2): nobody behind this gateway answered.
         */
        public int statusUnvalidated() {
            return status == 502 ? 504 : status;
        }

        /** Lower case with hyphens, as logs, metrics and {@code Cache-Status} print it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}

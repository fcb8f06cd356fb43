package dev.skerry.net.server;

import java.io.IOException;

/**
 * The request body cannot be read to its end. The client is at fault, unless the connection simply
 * went away; retrying the same request is no use.
 */
public final class RequestBodyFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RequestBodyFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    RequestBodyFailure(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /**
     * What to answer, if an answer is still possible: 400 (framing), 408 (too slow), 413 (too
     * large), or 499 when the client has gone.
     */
    public int status() {
        return status;
    }
}

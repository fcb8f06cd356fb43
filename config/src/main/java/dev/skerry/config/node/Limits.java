package dev.skerry.config.node;

import java.time.Duration;

/**
 * Bounds on what clients may ask of a node. Each is inclusive: at the limit is allowed.
 *
 * @param requestLineBytes length of the request target; past it 414
 * @param headerBytes bytes of all request fields together; past it 431
 * @param headerCount number of request field lines; past it 431
 * @param bodyBytes length of a request body; past it 413
 * @param connections open client connections; past it new ones get 503, over TLS a close
 * @param idleTimeout how long a kept-alive connection may be silent between requests
 * @param requestTimeout how long a client may take to send a whole request head
 * @param stallTimeout how long a request or response body may not move at all
 */
public record Limits(
        int requestLineBytes,
        int headerBytes,
        int headerCount,
        long bodyBytes,
        int connections,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration stallTimeout) {
    /** What holds where nothing else is said. */
    public static final Limits DEFAULTS =
            new Limits(
                    16 * 1024,
                    32 * 1024,
                    400,
                    16L << 30,
                    10_000,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60));
}

package dev.skerry.net.server;

import java.time.Duration;

/**
 * What one client may take. Each limit is inclusive: the value itself passes, one more does not.
 *
 * @param targetBytes request target; beyond it 414
 * @param headBytes request line and fields with their line ends; beyond it 431
 * @param fields field lines; beyond it 431
 * @param bodyBytes request body; beyond it 413
 * @param headTimeout from the first byte of a head to its last; beyond it 408
 * @param idleTimeout without a request on a connection; beyond it the connection is closed
 * @param bodyIdleTimeout between two reads of a request body that bring bytes; beyond it 408
 * @param bodyMinimumRate bytes a second that a request body must bring, averaged since its start
 *     and judged once {@code bodyGrace} has passed; 0 for any. Below it 408
 * @param bodyGrace how long a request body may be slower than the minimum rate
 * @param writeTimeout while bytes wait to be written and the client takes none; beyond it the
 *     connection is cut
 * @param connections open connections on all listeners together; beyond it 503 and close (TLS:
 *     close)
 * @param streams concurrent streams of an HTTP/2 connection; beyond it the stream is refused
 * @param resets stream resets that one HTTP/2 connection may cause in 30 seconds; beyond it GOAWAY
 */
public record ServerLimits(
        int targetBytes,
        int headBytes,
        int fields,
        long bodyBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration bodyIdleTimeout,
        long bodyMinimumRate,
        Duration bodyGrace,
        Duration writeTimeout,
        int connections,
        int streams,
        int resets) {
    /** The limits when nothing else is said; {@code docs/limits.md} explains them. */
    public static final ServerLimits DEFAULT =
            new ServerLimits(
                    16 * 1024,
                    64 * 1024,
                    400,
                    16L << 30,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(30),
                    1024,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    16_384,
                    128,
                    200);

    /** Checks the ranges. */
    public ServerLimits {
        if (targetBytes < 1 || headBytes < targetBytes || fields < 1 || bodyBytes < 0) {
            throw new IllegalArgumentException("a size limit is out of range");
        }
        if (bodyMinimumRate < 0 || connections < 1 || streams < 1 || resets < 1) {
            throw new IllegalArgumentException("a count limit is out of range");
        }
        requirePositive(headTimeout);
        requirePositive(idleTimeout);
        requirePositive(bodyIdleTimeout);
        requirePositive(writeTimeout);
    }

    private static void requirePositive(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive");
        }
    }

    /** These limits with others for the head. */
    public ServerLimits withHead(int targetBytes, int headBytes, int fields) {
        return new ServerLimits(
                targetBytes,
                headBytes,
                fields,
                bodyBytes,
                headTimeout,
                idleTimeout,
                bodyIdleTimeout,
                bodyMinimumRate,
                bodyGrace,
                writeTimeout,
                connections,
                streams,
                resets);
    }

    /** These limits with others for request bodies. */
    public ServerLimits withBody(
            long bodyBytes, Duration bodyIdleTimeout, long bodyMinimumRate, Duration bodyGrace) {
        return new ServerLimits(
                targetBytes,
                headBytes,
                fields,
                bodyBytes,
                headTimeout,
                idleTimeout,
                bodyIdleTimeout,
                bodyMinimumRate,
                bodyGrace,
                writeTimeout,
                connections,
                streams,
                resets);
    }

    /** These limits with other timeouts. */
    public ServerLimits withTimeouts(
            Duration headTimeout, Duration idleTimeout, Duration writeTimeout) {
        return new ServerLimits(
                targetBytes,
                headBytes,
                fields,
                bodyBytes,
                headTimeout,
                idleTimeout,
                bodyIdleTimeout,
                bodyMinimumRate,
                bodyGrace,
                writeTimeout,
                connections,
                streams,
                resets);
    }

    /** These limits with another number of connections. */
    public ServerLimits withConnections(int connections) {
        return new ServerLimits(
                targetBytes,
                headBytes,
                fields,
                bodyBytes,
                headTimeout,
                idleTimeout,
                bodyIdleTimeout,
                bodyMinimumRate,
                bodyGrace,
                writeTimeout,
                connections,
                streams,
                resets);
    }
}

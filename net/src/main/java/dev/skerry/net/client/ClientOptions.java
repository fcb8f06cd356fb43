package dev.skerry.net.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of an HTTP client.
 *
 * @param maxIdlePerDestination kept-alive connections per (scheme, host, address), at least 0
 * @param idleLifetime how long an idle connection is kept, positive
 * @param maxConnections open connections in all, busy and idle, at least 1; past it, idle ones of
 *     any destination give way, else the exchange fails with {@link ClientFailure.Kind#CONNECT}
 * @param extraCa PEM bundles whose certificates are trusted beside the JDK's own
 */
public record ClientOptions(
        int maxIdlePerDestination, Duration idleLifetime, int maxConnections, List<Path> extraCa) {

    /** Checks the ranges. */
    public ClientOptions {
        if (maxIdlePerDestination < 0
                || maxConnections < 1
                || idleLifetime.isNegative()
                || idleLifetime.isZero()) {
            throw new IllegalArgumentException("client options out of range");
        }
        extraCa = List.copyOf(extraCa);
    }

    /**
     * 256 idle connections a destination for 55 s (below the 60 s after which many servers close),
     * 8192 connections in all, the JDK's certificates only.
     */
    public static ClientOptions defaults() {
        return new ClientOptions(256, Duration.ofSeconds(55), 8192, List.of());
    }

    /** The same with these bundles. */
    public ClientOptions withExtraCa(List<Path> bundles) {
        return new ClientOptions(maxIdlePerDestination, idleLifetime, maxConnections, bundles);
    }
}

package dev.skerry.net.client;

/**
 * A client's connections.
 *
 * @param open connections open now, busy and idle
 * @param idle of these, waiting for an exchange
 * @param opened connections opened since the client began
 * @param reused exchanges that began on a connection which had served one before
 * @param suspect times that a peer sent bytes which no request had asked for, or framed a response
 *     so that its end was in doubt
 */
public record PoolStats(long open, long idle, long opened, long reused, long suspect) {}

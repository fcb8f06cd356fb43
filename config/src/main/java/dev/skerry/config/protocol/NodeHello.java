package dev.skerry.config.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Who opens a change stream: the query of {@code GET /v1/watch}.
 *
 * @param node its name
 * @param role {@code edge} or {@code shield}
 * @param pop its location, null when it has none
 * @param url where clients reach it: {@code http(s)://…} with {@code {host}} for the request's
 *     host; null for a node that clients are not sent to
 * @param from how far it has come; null when it has nothing
 * @param via the name of the node that relays the stream, null for none
 * @param peer where the relay has it from, an address literal; null when nobody says so. Only a
 *     relay's word is believed: what comes without {@code via} is seen by its connection
 */
public record NodeHello(
        String node,
        String role,
        @Nullable String pop,
        @Nullable String url,
        @Nullable Position from,
        @Nullable String via,
        @Nullable String peer) {
    /** As a node says it of itself. */
    public NodeHello(
            String node,
            String role,
            @Nullable String pop,
            @Nullable String url,
            @Nullable Position from,
            @Nullable String via) {
        this(node, role, pop, url, from, via, null);
    }
}

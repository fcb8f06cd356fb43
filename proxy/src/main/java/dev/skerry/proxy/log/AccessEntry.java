package dev.skerry.proxy.log;

import org.jspecify.annotations.Nullable;

/**
 * One finished request. Texts hold one char a byte (ISO-8859-1), as received; the log bounds their
 * length. Null leaves the field out.
 *
 * @param timeMillis wall time at which the request's head had been received
 * @param client the client's address, without its port
 * @param target path and query as received
 * @param protocol as in {@code HTTP/1.1}
 * @param status what was sent, 0 when nothing was
 * @param bytes body bytes handed to the connection
 * @param durationNanos from the head received to the last byte handed over
 * @param ttfbNanos from the head received to the response's head handed to the connection, -1 when
 *     unknown
 * @param site the site's name, null when no site has the host
 * @param cache the cache's outcome, the word that Cache-Status and metrics use
 * @param reason why it was no hit, in the same vocabulary
 * @param tier where the stored response lay that answered, null when none did
 * @param upstream the authority that was asked, null when none was
 * @param upstreamNanos from asking it to the end of its answer, -1 when unknown
 */
public record AccessEntry(
        long timeMillis,
        String client,
        String method,
        String scheme,
        String host,
        String target,
        String protocol,
        int status,
        long bytes,
        long durationNanos,
        long ttfbNanos,
        @Nullable String site,
        @Nullable String cache,
        @Nullable String reason,
        @Nullable String tier,
        @Nullable String upstream,
        long upstreamNanos,
        @Nullable String referer,
        @Nullable String userAgent) {}

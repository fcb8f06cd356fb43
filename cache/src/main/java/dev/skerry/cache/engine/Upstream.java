package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.config.protocol.LeaseTerms;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where misses go: an origin pool, or the shield ring. Thread-safe. Blocks; call it on a virtual
 * thread.
 */
public interface Upstream {
    /**
     * Sends one request and returns once the final response's head is there. Retries, failover and
     * balancing happen inside.
     *
     * @throws UpstreamFailure when no response could be had, whatever was tried
     */
    Response fetch(Request request) throws UpstreamFailure;

    /**
     * A request for an upstream.
     *
     * @param key by which a shield is chosen
     * @param head what the client asked for, with the fields that go upstream: end-to-end fields,
     *     conditionals as decided
     * @param body null when there is none; closed when upstream does not want the rest of it, which
     *     has to end a read of it on another thread
     * @param bodyLength -1 when unknown
     * @param applied the purge revision applied when the fetch was decided on (PURGE.md rules 1 and
     *     3)
     * @param need the highest hard revision that matches (rule 3)
     * @param client for whom the request is sent, as upstreams are told
     * @param interim told of 1xx responses other than 100 and 101, one after the other, before
     *     there is a response; on the calling thread or, while a body is sent, on another
     */
    record Request(
            CacheKey key,
            RequestHead head,
            @Nullable InputStream body,
            long bodyLength,
            long applied,
            long need,
            Client client,
            Consumer<ResponseHead> interim) {}

    /**
     * For whom a request is sent: what {@code X-Forwarded-*}, {@code Forwarded} (RFC 7239) and
     * {@code Via} say of the hop before this node. Scheme and host are those of the head.
     *
     * @param address the peer of the connection, null when this node asks for itself
     * @param trusted whether the peer is a trusted proxy or an authenticated node: only then is
     *     what the request itself says about forwarding believed, and appended to
     * @param protocol the version that the request came with, as {@code Via} prints it: {@code
     *     1.1}, {@code 2.0}
     */
    record Client(@Nullable InetAddress address, boolean trusted, String protocol) {
        /** This node itself, when no request of a client is behind a fetch. */
        public static final Client SELF = new Client(null, false, "1.1");
    }

    /** A response whose body is being received. */
    interface Response extends AutoCloseable {
        /** Status and fields; hop-by-hop fields are still there. */
        ResponseHead head();

        /**
         * The purge revision of rules 1, 5 and 7: {@code applied} of the request when an origin
         * answered.
         */
        long bornAt();

        /** Whether a shield said that this answer is stale. */
        boolean stale();

        /**
         * The age in milliseconds that an authenticated shield told with its head, in place of the
         * whole seconds of {@code Age}; -1 when none did.
         */
        default long ageMillis() {
            return -1;
        }

        /**
         * How long after its request was sent the answer counts as verified, in milliseconds: what
         * an origin says, as long as a lease; what a shield says, as long as the shield's own still
         * lasted (PURGE.md rule 14).
         */
        default long leaseMillis() {
            return LeaseTerms.LENGTH.toMillis();
        }

        /** The tags that an authenticated shield told, in place of the fields that carry them. */
        default List<String> tags() {
            return List.of();
        }

        /** The name of who answered, for logs. */
        String peer();

        /** The length that the framing announces, or -1 when it announces none. */
        long announcedLength();

        /**
         * Reads some bytes of the body into {@code buffer}. The framing is verified: -1 only at a
         * body that is whole.
         *
         * @throws IOException when the body broke off, stalled past its limit, or its framing is in
         *     doubt
         */
        int read(ByteBuffer buffer) throws IOException;

        /** Trailer fields as they came; empty before the body has been read to its end. */
        default FieldList trailers() {
            return FieldList.EMPTY;
        }

        /** Ends the exchange; a body not read to its end closes the connection. Idempotent. */
        @Override
        void close();
    }
}

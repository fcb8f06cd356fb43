package dev.skerry.net.client;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client with kept-alive connections, whose sockets watch the framing of what they
 * receive. It never follows redirects, never decodes a coding, never retries, and adds no field but
 * the framing of the request body, and {@code Connection: close} toward a peer that sent bytes
 * which nobody had asked for: for 60 s after that each exchange has a connection of its own.
 * Thread-safe.
 */
public interface HttpClient extends AutoCloseable {
    /**
     * Sends a request and waits for the head of the final response. Blocks; call it on a virtual
     * thread.
     *
     * @throws ClientFailure when there was none
     */
    Response send(Request request) throws ClientFailure;

    /** Closes idle connections; exchanges in flight go on. */
    @Override
    void close();

    /**
     * A request to one address.
     *
     * @param scheme {@code http} or {@code https}
     * @param host name for SNI and certificate check
     * @param address where to connect; the pool keeps connections apart by (scheme, host, address)
     * @param target request target, sent byte for byte
     * @param fields sent as they are, in order, Host among them, ISO-8859-1; without
     *     Content-Length, Transfer-Encoding, Connection
     * @param body null for none; closed, on another thread, when the peer refuses the rest of it or
     *     is gone: a read that waits then has to fail
     * @param bodyLength -1: chunked
     * @param fresh whether only a new connection will do: a kept one may be half closed, and the
     *     caller has just met such a one
     * @param interim told of 1xx responses other than 101, one after the other, before {@code send}
     *     returns a response; on the calling thread, but while a body is sent on another
     */
    record Request(
            String method,
            String scheme,
            String host,
            InetSocketAddress address,
            String target,
            FieldList fields,
            @Nullable InputStream body,
            long bodyLength,
            boolean fresh,
            Timeouts timeouts,
            Consumer<ResponseHead> interim) {}

    /** Limits of one exchange; a zero duration means none. */
    record Timeouts(Duration connect, Duration firstByte, Duration betweenBytes, Duration total) {}

    /** A response whose body is being received. One thread at a time. */
    interface Response extends AutoCloseable {
        /** Status and fields, each value one char a byte. */
        ResponseHead head();

        /** What the framing announces, -1 when it announces none (chunked, or ended by close). */
        long announcedLength();

        /** Whether the connection had served an exchange before this one. */
        boolean reused();

        /**
         * Reads body bytes. -1 only when the framing says that the body is whole (RFC 9112 §8).
         *
         * @throws IOException ({@link ClientFailure} as its cause where one fits) when it broke off
         *     or timed out
         */
        int read(ByteBuffer buffer) throws IOException;

        /** Trailer fields; empty before the body has been read to its end. */
        FieldList trailers();

        /**
         * Ends the exchange. A body that was not read to its end closes the connection. Idempotent.
         */
        @Override
        void close();
    }
}

package dev.skerry.net.server;

import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, whatever the HTTP version. The handler gets it on the connection's
 * I/O thread, where it must not block. Exactly one of the {@code send} methods, or {@link #abort},
 * ends it; they may be called from any thread.
 */
public interface Exchange {
    /** The request's head. Its fields are a live view: copy what must outlast the exchange. */
    RequestHead request();

    /**
     * {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}, as in {@code Via}: see {@link
     * #protocolVersion}.
     */
    String protocolVersion();

    /** The peer of the connection. */
    InetSocketAddress remoteAddress();

    /** When the request's head had been received, as {@link System#nanoTime} counts. */
    long receivedNanos();

    /** Whether the request carries a body (possibly of unknown length). */
    boolean hasRequestBody();

    /** The announced length of the request body, 0 when there is none, -1 when unknown. */
    long requestBodyLength();

    /**
     * Runs a task on a virtual thread; the I/O thread goes on, and the exchange stays open until
     * something is sent.
     */
    void dispatch(Runnable task);

    /**
     * Runs a task on the connection's I/O thread, soon, where it must not block. If it throws, the
     * exchange ends as if the handler had thrown.
     */
    void execute(Runnable task);

    /**
     * The request body. Blocks, so call it after {@link #dispatch} only. The first read answers
     * {@code Expect: 100-continue}. Limits (size, minimum rate, idle time) and broken framing end
     * it with a {@link RequestBodyFailure}, which says what to answer.
     */
    InputStream requestBody();

    /**
     * Sends an interim (1xx) response before the final one, where the protocol has such: not on
     * HTTP/1.0, nor on an HTTP/2 connection that began with an upgrade. Calls of one thread keep
     * their order, with {@link #send} as well; once something was sent, or the exchange has ended,
     * nothing happens. Does not block: a client that does not read may miss some.
     */
    void sendInterim(ResponseHead head);

    /**
     * Sends a response. For HEAD, 204 and 304 the body is not sent, but its length is announced as
     * RFC 9110 says. Framing fields (Connection, Transfer-Encoding, Content-Length) are the
     * server's: those in {@code head} are ignored, except a Content-Length on an answer to HEAD, or
     * with status 304, when {@code body} is null.
     *
     * @param body null for none. It is closed exactly once, after the last byte or on failure, on
     *     any thread.
     */
    void send(ResponseHead head, @Nullable BodySource body);

    /**
     * The path of a memory hit: sends a response whose field lines were serialised before. Only on
     * the I/O thread.
     *
     * @param storedLines {@code name: value CR LF} lines in ISO-8859-1, no framing fields among
     *     them; not consumed
     * @param ownLines more such lines for this response alone, in ASCII; they come last, as this
     *     hop's member of a list must (RFC 9211 §2)
     * @param body the whole body to be sent with its exact length, or an empty buffer; not
     *     consumed. For HEAD its remaining count is announced and nothing is sent.
     * @param release run exactly once when the buffers are no longer needed, on any thread
     */
    void sendStored(
            int status,
            ByteBuffer storedLines,
            CharSequence ownLines,
            ByteBuffer body,
            Runnable release);

    /** Cuts the connection (HTTP/1) or resets the stream (HTTP/2). */
    void abort();

    /**
     * Calls the listener exactly once when the exchange has ended, however it ended. At most one
     * listener.
     */
    void onEnd(EndListener listener);

    /** Told how an exchange ended. */
    interface EndListener {
        /**
         * The exchange has ended.
         *
         * @param status what was sent, 0 when nothing was
         * @param bodyBytes body bytes handed to the connection
         * @param whole whether the response left completely
         */
        void ended(int status, long bodyBytes, boolean whole);
    }

    /** A convenience: the value of a request field. */
    default @Nullable String header(String name) {
        Fields fields = request().fields();
        return fields.first(name);
    }
}

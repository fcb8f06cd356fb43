package dev.skerry.net.server;

import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import io.undertow.server.HttpServerExchange;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What exchanges of all HTTP versions share: one answer, one end. All state but {@link #answered}
 * belongs to the I/O thread; calls from elsewhere are handed over to it.
 */
abstract class ServerExchange implements Exchange, ResponsePump.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ServerExchange.class);
    private static final VarHandle ANSWERED = answeredHandle();

    final HttpServerExchange exchange;
    final IoLoop loop;
    final ServerLimits limits;
    private final RequestHead request;
    private final InetSocketAddress peer;
    private final long receivedNanos;

    @SuppressWarnings("unused") // through ANSWERED
    private volatile boolean answered;

    private @Nullable EndListener listener;
    private @Nullable RequestBody body;
    private int status;
    private long bodyBytes;
    private boolean ended;
    private boolean endedWhole;

    ServerExchange(
            HttpServerExchange exchange,
            RequestHead request,
            InetSocketAddress peer,
            IoLoop loop,
            ServerLimits limits) {
        this.exchange = exchange;
        this.request = request;
        this.peer = peer;
        this.loop = loop;
        this.limits = limits;
        this.receivedNanos = loop.now();
    }

    @Override
    public final RequestHead request() {
        return request;
    }

    @Override
    public final InetSocketAddress remoteAddress() {
        return peer;
    }

    @Override
    public final long receivedNanos() {
        return receivedNanos;
    }

    @Override
    public final boolean hasRequestBody() {
        return requestBodyLength() != 0;
    }

    @Override
    public final void dispatch(Runnable task) {
        Thread.ofVirtual().start(() -> runGuarded(task));
    }

    @Override
    public final void execute(Runnable task) {
        loop.execute(() -> runGuarded(task));
    }

    @Override
    public final synchronized InputStream requestBody() {
        RequestBody known = body;
        if (known == null) {
            known = new RequestBody(this);
            body = known;
        }
        return known;
    }

    @Override
    public final void send(ResponseHead head, @Nullable BodySource source) {
        if (!ANSWERED.compareAndSet(this, false, true)) {
            closeQuietly(source);
            throw new IllegalStateException("already answered");
        }
        if (loop.isCurrent()) {
            startSending(head, source);
        } else {
            loop.execute(() -> startSending(head, source));
        }
    }

    @Override
    public final void sendStored(
            int status,
            ByteBuffer storedLines,
            CharSequence ownLines,
            ByteBuffer body,
            Runnable release) {
        if (!loop.isCurrent()) {
            release.run();
            throw new IllegalStateException("not on the I/O thread");
        }
        if (!ANSWERED.compareAndSet(this, false, true)) {
            release.run();
            throw new IllegalStateException("already answered");
        }
        if (ended) {
            release.run();
            return;
        }
        this.status = status;
        writeStored(status, storedLines, ownLines, body, release);
    }

    @Override
    public final void abort() {
        ANSWERED.setVolatile(this, true);
        if (loop.isCurrent()) {
            cutIfOpen();
        } else {
            loop.execute(this::cutIfOpen);
        }
    }

    @Override
    public final void onEnd(EndListener listener) {
        if (loop.isCurrent()) {
            listen(listener);
        } else {
            loop.execute(() -> listen(listener));
        }
    }

    /** Answers a request that the guard does not let through. */
    final void refuse(Refusal refusal) {
        byte[] text = (refusal.reason() + "\n").getBytes(StandardCharsets.US_ASCII);
        forbidKeepAlive();
        send(
                new ResponseHead(
                        refusal.status(),
                        loop.refusals().toBuilder().add("Content-Type", "text/plain").build()),
                new BufferSource(ByteBuffer.wrap(text), () -> {}));
    }

    /** Runs the handler; whatever it throws becomes a 500, or cuts what has begun. */
    final void handle(ExchangeHandler handler) {
        runGuarded(() -> handler.handle(this));
    }

    final boolean ended() {
        return ended;
    }

    final boolean isHead() {
        return request.method().equals("HEAD");
    }

    /** Whether a response to this request with this status has content (RFC 9110 §6.4.1). */
    final boolean hasContent(int status) {
        return status != 204 && status != 304 && status >= 200 && !isHead();
    }

    /** The request body if the handler has asked for it. */
    final synchronized @Nullable RequestBody openedBody() {
        return body;
    }

    /** Whether the client takes trailer fields (RFC 9110 §10.1.4). */
    final boolean acceptsTrailers() {
        return FieldValues.members(request.fields(), "TE").stream()
                .anyMatch(member -> member.equalsIgnoreCase("trailers"));
    }

    @Override
    public final void pumpEnded(long bytes, boolean whole) {
        bodyBytes = bytes;
        end(whole);
    }

    /** The rest of the request body will never come. */
    final void requestBroken(RequestBodyFailure failure) {
        RequestBody reading = openedBody();
        if (reading != null) {
            reading.breakOff(failure);
        }
    }

    /** The connection is gone. */
    final void connectionClosed() {
        if (!ended) {
            stopSending();
            end(false);
        }
    }

    /** Ends the exchange once: tells the listener, then lets the connection go on or be cut. */
    final void end(boolean whole) {
        if (ended) {
            return;
        }
        ended = true;
        endedWhole = whole;
        RequestBody reading = openedBody();
        if (reading != null) {
            reading.abandon();
        }
        tell();
        if (whole) {
            finish();
        } else {
            cut();
        }
    }

    final void addBodyBytes(long bytes) {
        bodyBytes += bytes;
    }

    abstract void writeHead(ResponseHead head, @Nullable BodySource source);

    abstract void writeStored(
            int status,
            ByteBuffer storedLines,
            CharSequence ownLines,
            ByteBuffer body,
            Runnable release);

    /** The connection is not used for another request. */
    abstract void forbidKeepAlive();

    /** Lets go of the body that is being sent. */
    abstract void stopSending();

    /** Everything has left. */
    abstract void finish();

    abstract void cut();

    /** Before the first read of the request body: 100 (Continue) if the client waits for it. */
    abstract void continueRequest();

    static void closeQuietly(@Nullable BodySource source) {
        if (source != null) {
            source.close();
        }
    }

    private void startSending(ResponseHead head, @Nullable BodySource source) {
        if (ended) {
            closeQuietly(source);
            return;
        }
        status = head.status();
        writeHead(head, source);
    }

    private void cutIfOpen() {
        if (!ended) {
            stopSending();
            end(false);
        }
    }

    private void listen(EndListener listener) {
        this.listener = listener;
        if (ended) {
            tell();
        }
    }

    private void tell() {
        EndListener told = listener;
        listener = null;
        if (told == null) {
            return;
        }
        try {
            told.ended(status, bodyBytes, endedWhole);
        } catch (RuntimeException e) {
            LOG.error("a listener failed", e);
        }
    }

    private void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the handler of {} {} failed", request.method(), request.authority(), e);
            if (ANSWERED.compareAndSet(this, false, true)) {
                ResponseHead head =
                        new ResponseHead(
                                500,
                                loop.refusals().toBuilder()
                                        .add("Content-Type", "text/plain")
                                        .build());
                loop.execute(() -> startSending(head, null));
            } else {
                abort();
            }
        }
    }

    private static VarHandle answeredHandle() {
        try {
            return MethodHandles.lookup()
                    .findVarHandle(ServerExchange.class, "answered", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}

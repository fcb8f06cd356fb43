package dev.skerry.net.server;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSourceChannel;

/**
 * The request body as a blocking stream for a virtual thread. One buffer goes back and forth: the
 * I/O thread fills it when the reader has emptied it, so that an upload takes constant memory and
 * the client feels the reader's pace. Only time spent waiting for the client counts toward the
 * limits.
 */
final class RequestBody extends InputStream {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final long NANOS = 1_000_000_000L;

    private final ServerExchange owner;
    private final HttpServerExchange exchange;
    private final ServerLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    // Guarded by lock, but the buffer's content belongs to the I/O thread while filling.
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private boolean filling;
    private boolean ended;
    private @Nullable IOException failure;
    private long received;
    private long waitedNanos;
    // The I/O thread's.
    private @Nullable StreamSourceChannel channel;

    RequestBody(ServerExchange owner) {
        this.owner = owner;
        this.exchange = owner.exchange;
        this.limits = owner.limits;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (!buffer.hasRemaining()) {
                if (failure != null) {
                    throw failure;
                }
                if (ended) {
                    return -1;
                }
                await();
            }
            int count = Math.min(length, buffer.remaining());
            buffer.get(into, offset, count);
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return buffer.remaining();
        } finally {
            lock.unlock();
        }
    }

    /** The rest is not wanted: a reader that waits for it gets a failure. */
    @Override
    public void close() {
        breakOff(new RequestBodyFailure(499, "the rest of the body is not wanted"));
    }

    /** Nobody answers any more: a reader gets a failure. */
    void abandon() {
        breakOff(new RequestBodyFailure(499, "the exchange has ended"));
    }

    /** A reader gets this failure once it has read what is there. */
    void breakOff(RequestBodyFailure cause) {
        lock.lock();
        try {
            if (!ended) {
                fail(cause);
            }
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        long began = owner.loop.now();
        if (!filling) {
            filling = true;
            owner.loop.execute(this::fill);
        }
        try {
            long left = limits.bodyIdleTimeout().toNanos();
            while (filling && failure == null) {
                if (left <= 0) {
                    fail(new RequestBodyFailure(408, "the request body stalled"));
                    break;
                }
                left = filled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("interrupted while reading a request body")
                            .initCause(e);
        }
        waitedNanos += owner.loop.now() - began;
        judgeRate();
    }

    private void judgeRate() {
        boolean judged = waitedNanos > limits.bodyGrace().toNanos() && !ended;
        if (judged && received < limits.bodyMinimumRate() * (waitedNanos / NANOS)) {
            fail(new RequestBodyFailure(408, "the request body came too slowly"));
        }
    }

    private void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
            buffer.limit(buffer.position());
            filled.signalAll();
        }
    }

    /** On the I/O thread, while the reader waits. */
    private void fill() {
        lock.lock();
        try {
            if (!filling || failure != null) {
                if (channel != null) {
                    channel.suspendReads();
                }
                return;
            }
            if (owner.ended()) {
                fail(new RequestBodyFailure(499, "the exchange has ended"));
                return;
            }
            fill(channel());
        } catch (RequestBodyFailure e) {
            fail(e);
        } catch (IOException e) {
            fail(new RequestBodyFailure(499, "the client left", e));
        } finally {
            lock.unlock();
        }
    }

    private void fill(StreamSourceChannel source) throws IOException {
        buffer.clear();
        int count = source.read(buffer);
        buffer.flip();
        if (count == 0) {
            source.resumeReads();
            return;
        }
        source.suspendReads();
        filling = false;
        if (count < 0) {
            ended = true;
        } else {
            received += count;
            if (received > limits.bodyBytes()) {
                fail(new RequestBodyFailure(413, "the request body is too large"));
            } else if (received == owner.requestBodyLength()) {
                // Undertow takes the request for complete only when its end has been read, and a
                // reader that knows the length does not ask for that: the connection would close.
                ended = source.read(owner.loop.scratch()) < 0;
            }
        }
        filled.signalAll();
    }

    private StreamSourceChannel channel() throws IOException {
        StreamSourceChannel known = channel;
        if (known == null) {
            owner.continueRequest();
            known = exchange.getRequestChannel();
            if (known == null) {
                throw new IOException("the request body is taken");
            }
            known.getReadSetter().set(source -> fill());
            channel = known;
        }
        return known;
    }
}

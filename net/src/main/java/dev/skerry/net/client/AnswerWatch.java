package dev.skerry.net.client;

import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for the head of a response while the body of its request is being sent. It has a virtual
 * thread of its own, because the one that sends may be waiting for its source, a client that has
 * paused, or for the peer to take bytes. Until {@link #await} has returned, the reader is that
 * thread's alone.
 */
final class AnswerWatch {
    private final CompletableFuture<ResponseHead> head = new CompletableFuture<>();
    private volatile boolean sendingIsFutile;

    private AnswerWatch() {}

    /**
     * Begins to watch.
     *
     * @param futile told once, on the watching thread and before {@link #await} returns, when
     *     sending the rest of the body is no use any more
     */
    static AnswerWatch over(ResponseReader reader, Runnable futile) {
        AnswerWatch watch = new AnswerWatch();
        Thread.ofVirtual().name("answer watch").start(() -> watch.run(reader, futile));
        return watch;
    }

    /**
     * Whether the peer has refused the rest of the body (RFC 9112 §9.5), or has gone. A response
     * that says neither may be followed by a request body all the same.
     */
    boolean sendingIsFutile() {
        return sendingIsFutile;
    }

    /** Waits for the head until the limits say otherwise. */
    ResponseHead await(Limits limits) throws IOException {
        try {
            long nanos = limits.nanosLeft();
            return nanos == Limits.NONE ? head.get() : head.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw limits.expired();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw (IOException) new ClosedByInterruptException().initCause(cancelled);
        } catch (ExecutionException broken) {
            switch (broken.getCause()) {
                case IOException fault -> throw fault;
                case RuntimeException fault -> throw fault;
                case null, default -> throw new IllegalStateException(broken);
            }
        }
    }

    private void run(ResponseReader reader, Runnable futile) {
        try {
            ResponseHead received = reader.readHead();
            if (received.status() >= 300 || !reader.framing().persistent()) {
                stop(futile);
            }
            head.complete(received);
        } catch (IOException | RuntimeException broken) {
            stop(futile);
            head.completeExceptionally(broken);
        }
    }

    private void stop(Runnable futile) {
        sendingIsFutile = true;
        futile.run();
    }
}

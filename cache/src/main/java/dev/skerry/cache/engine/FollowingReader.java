package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LeftBehind;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a fetch's body that goes on by a {@link Continuation} when the fetch leaves it
 * behind: its client sees a pause and every byte.
 *
 * <p>Locking: the monitor guards what the continuation's thread hands over, and whether this reader
 * still wants it. The reader itself is used by one thread at a time.
 */
final class FollowingReader implements BodyReader, Continuation.Receiver {
    private final long to;
    private final @Nullable Continuation continuation;
    private final EngineCounters counters;

    /** What is read from; null while the rest is being asked for. */
    private @Nullable BodyReader current;

    /** Where in the representation the body of {@code current} begins. */
    private long base;

    private @Nullable BodyReader rest;
    private @Nullable IOException end;
    private @Nullable Runnable wake;
    private boolean closed;

    FollowingReader(
            BodyReader reader,
            long to,
            @Nullable Continuation continuation,
            EngineCounters counters) {
        this.current = reader;
        this.to = to;
        this.continuation = continuation;
        this.counters = counters;
    }

    @Override
    public long remaining() {
        BodyReader from = reading();
        return from == null ? -1 : from.remaining();
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        BodyReader from = reading();
        if (from == null) {
            IOException failure = failure();
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            return null;
        }
        try {
            return from.next();
        } catch (LeftBehind behind) {
            if (continuation == null) {
                counters.readersLeftBehind(LeftBehindOutcome.CUT).increment();
                throw behind;
            }
            from.close();
            current = null;
            base += behind.position();
            continuation.from(base, to, this);
            return null;
        }
    }

    @Override
    public boolean ended() {
        BodyReader from = reading();
        return from != null && from.ended();
    }

    @Override
    public FieldList trailers() {
        BodyReader from = reading();
        return from == null ? FieldList.EMPTY : from.trailers();
    }

    @Override
    public void onReadable(Runnable wake) {
        BodyReader from = reading();
        if (from == null) {
            synchronized (this) {
                if (rest == null && end == null) {
                    this.wake = wake;
                    return;
                }
            }
            wake.run();
        } else {
            from.onReadable(wake);
        }
    }

    @Override
    public void close() {
        BodyReader from = current;
        BodyReader unused;
        synchronized (this) {
            closed = true;
            wake = null;
            unused = rest;
            rest = null;
        }
        if (from != null) {
            from.close();
        }
        if (unused != null) {
            unused.close();
        }
    }

    @Override
    public void goesOn(BodyReader reader) {
        Runnable woken;
        boolean late;
        synchronized (this) {
            late = closed;
            rest = late ? null : reader;
            woken = wake;
            wake = null;
        }
        if (late) {
            reader.close();
        } else if (woken != null) {
            woken.run();
        }
    }

    @Override
    public void ends(IOException cause) {
        Runnable woken;
        synchronized (this) {
            end = cause;
            woken = wake;
            wake = null;
        }
        if (woken != null) {
            woken.run();
        }
    }

    private @Nullable BodyReader reading() {
        BodyReader from = current;
        if (from == null) {
            synchronized (this) {
                from = rest;
                rest = null;
            }
            current = from;
        }
        return from;
    }

    private synchronized @Nullable IOException failure() {
        return end;
    }
}

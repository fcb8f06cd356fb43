package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.FileSpan;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body on disk, block by block. What is in the page cache is read by the caller's thread;
 * else a thread of the disk reads it, and the caller is woken. While that thread is at work (state
 * WAITING) the place in the body is its own.
 */
final class DiskBodyReader implements BodyReader {
    private enum State {
        /** The caller may read. */
        IDLE,
        /** A thread of the disk reads. */
        WAITING,
        /** There is nothing more. */
        FAILED,
        CLOSED
    }

    private final DiskBody body;
    private final long to;
    private final BlockReading reading;
    private long position;

    /** Bytes of a block that the caller has not consumed, from {@code position} on. */
    private @Nullable ByteBuffer ready;

    // Under the lock of this, since a thread of the disk changes them too.
    private State state = State.IDLE;
    private @Nullable IOException failure;
    private @Nullable Runnable wake;

    DiskBodyReader(DiskBody body, long from, long to) {
        this.body = body;
        this.position = from;
        this.to = to;
        this.reading = new BlockReading(body);
    }

    @Override
    public synchronized long remaining() {
        ByteBuffer left = ready;
        return to - position + (left == null ? 0 : left.remaining());
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (!mayRead()) {
            return null;
        }
        if (hasReady()) {
            return ready;
        }
        ready = null;
        if (position == to) {
            return null;
        }
        try {
            ByteBuffer block = reading.tryBlock(position, to);
            if (block != null) {
                take(block);
                return ready;
            }
        } catch (IOException e) {
            fail(e);
            throw e;
        }
        readOnAnotherThread();
        return null;
    }

    private synchronized boolean mayRead() throws IOException {
        return switch (state) {
            case IDLE -> true;
            case WAITING -> false;
            case FAILED -> throw new IOException("the body could not be read", failure);
            case CLOSED -> throw new IllegalStateException("closed");
        };
    }

    private boolean hasReady() {
        return ready != null && ready.hasRemaining();
    }

    private void take(@Nullable ByteBuffer block) {
        ready = block;
        if (block != null) {
            position += block.remaining();
        }
    }

    private void fail(IOException cause) {
        body.giveUp();
        synchronized (this) {
            if (state != State.CLOSED) {
                state = State.FAILED;
                failure = cause;
            }
        }
    }

    private void readOnAnotherThread() throws IOException {
        synchronized (this) {
            state = State.WAITING;
        }
        reading.willNeed(position, to);
        if (!body.disk().threads.run(this::readWaiting)) {
            IOException closed = new IOException("the disk is closed");
            synchronized (this) {
                state = State.FAILED;
                failure = closed;
            }
            throw closed;
        }
    }

    /** On a thread of the disk. */
    private void readWaiting() {
        IOException failed = null;
        ByteBuffer block = null;
        try {
            block = reading.block(position, to);
        } catch (IOException e) {
            failed = e;
            body.giveUp();
        }
        Runnable told;
        synchronized (this) {
            if (state == State.CLOSED) {
                letGo();
                return;
            }
            take(block);
            state = failed == null ? State.IDLE : State.FAILED;
            failure = failed;
            told = wake;
            wake = null;
        }
        if (told != null) {
            told.run();
        }
    }

    @Override
    public @Nullable FileSpan span() {
        try {
            if (!mayRead() || hasReady() || position == to) {
                return null;
            }
            ready = null;
            return reading.span(position, to);
        } catch (IOException e) {
            // next() will come to the same, and say so.
            return null;
        }
    }

    @Override
    public void consumed(long bytes) {
        if (bytes < 0 || bytes > to - position || hasReady()) {
            throw new IllegalStateException("not of a span: " + bytes);
        }
        position += bytes;
    }

    @Override
    public synchronized boolean ended() {
        return state == State.IDLE && remaining() == 0;
    }

    @Override
    public void onReadable(Runnable next) {
        synchronized (this) {
            if (state == State.WAITING) {
                wake = next;
                return;
            }
        }
        next.run();
    }

    @Override
    public synchronized void close() {
        State before = state;
        state = State.CLOSED;
        wake = null;
        if (before != State.CLOSED && before != State.WAITING) {
            letGo();
        }
    }

    private void letGo() {
        ready = null;
        reading.close();
        body.release();
    }
}

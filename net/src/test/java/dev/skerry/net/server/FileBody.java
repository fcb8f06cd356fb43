package dev.skerry.net.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A body that lies in a file, as a store offers it: in spans, or in buffers to who cannot. */
final class FileBody implements BodySource {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileChannel file;
    private final long from;
    private final long length;
    private final int spanBytes;
    private final CountDownLatch begun = new CountDownLatch(1);
    private boolean announced = true;
    private boolean alternating;
    private boolean waiting;
    private long at;
    private int offered;
    private @Nullable ByteBuffer buffer;
    private int shortWrites;
    private int spans;
    private int buffers;
    private int closes;

    /** The bytes from {@code from} on, in spans of at most {@code spanBytes}. */
    FileBody(FileChannel file, long from, long length, int spanBytes) {
        this.file = file;
        this.from = from;
        this.length = length;
        this.spanBytes = spanBytes;
    }

    /** Does not tell its length. */
    FileBody unannounced() {
        announced = false;
        return this;
    }

    /** Has every other piece in a buffer, and makes the caller wait before each buffer. */
    FileBody alternating() {
        alternating = true;
        return this;
    }

    /** Opens when the connection has taken some of it. */
    CountDownLatch begun() {
        return begun;
    }

    /** How often the connection has taken less than it was offered. */
    synchronized int shortWrites() {
        return shortWrites;
    }

    synchronized int spans() {
        return spans;
    }

    synchronized int buffers() {
        return buffers;
    }

    synchronized int closes() {
        return closes;
    }

    @Override
    public long length() {
        return announced ? length : -1;
    }

    @Override
    public synchronized @Nullable Span span() {
        mustBeOpen();
        if (buffer != null && buffer.hasRemaining()) {
            throw new AssertionError("a buffer is not consumed");
        }
        if (at == length || (alternating && (at / spanBytes) % 2 == 1)) {
            return null;
        }
        spans++;
        offered = (int) Math.min(length - at, spanBytes - (alternating ? at % spanBytes : 0));
        return new Span(file, from + at, offered);
    }

    @Override
    public synchronized void consumed(long bytes) {
        mustBeOpen();
        if (bytes < 1 || bytes > offered) {
            throw new AssertionError(bytes + " of " + offered);
        }
        if (bytes < offered) {
            shortWrites++;
        }
        at += bytes;
        offered = 0;
        begun.countDown();
    }

    @Override
    public synchronized @Nullable ByteBuffer next() throws IOException {
        mustBeOpen();
        if (buffer != null && buffer.hasRemaining()) {
            return buffer;
        }
        if (at == length) {
            return null;
        }
        waiting = alternating && !waiting;
        if (waiting) {
            return null;
        }
        buffers++;
        offered = 0;
        int size = (int) Math.min(length - at, Math.min(spanBytes, BUFFER_BYTES));
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        if (file.read(bytes, from + at) != size) {
            throw new IOException("short read");
        }
        at += size;
        buffer = bytes.flip();
        return buffer;
    }

    @Override
    public synchronized boolean ended() {
        return at == length && (buffer == null || !buffer.hasRemaining());
    }

    @Override
    public void onReadable(Runnable wake) {
        Thread.ofVirtual().start(wake);
    }

    private void mustBeOpen() {
        if (closes > 0) {
            throw new AssertionError("used after its end");
        }
    }

    @Override
    public synchronized void close() {
        closes++;
    }
}

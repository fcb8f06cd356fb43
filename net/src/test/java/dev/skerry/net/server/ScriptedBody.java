package dev.skerry.net.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A body that a test feeds while it is sent. */
final class ScriptedBody implements BodySource {
    private final long length;
    private final ArrayDeque<ByteBuffer> pieces = new ArrayDeque<>();
    private boolean finished;
    private boolean failed;
    private int closes;
    private @Nullable Runnable waiting;

    ScriptedBody(long length) {
        this.length = length;
    }

    void append(String text) {
        append(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    void append(ByteBuffer bytes) {
        change(() -> pieces.add(bytes));
    }

    void finish() {
        change(() -> finished = true);
    }

    void fail() {
        change(() -> failed = true);
    }

    synchronized int closes() {
        return closes;
    }

    private void change(Runnable change) {
        Runnable wake;
        synchronized (this) {
            change.run();
            wake = waiting;
            waiting = null;
        }
        if (wake != null) {
            wake.run();
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public synchronized @Nullable ByteBuffer next() throws IOException {
        while (!pieces.isEmpty() && !pieces.element().hasRemaining()) {
            pieces.remove();
        }
        if (pieces.isEmpty() && failed) {
            throw new IOException("the origin died");
        }
        return pieces.peek();
    }

    @Override
    public synchronized boolean ended() {
        return finished && pieces.stream().noneMatch(ByteBuffer::hasRemaining);
    }

    @Override
    public void onReadable(Runnable wake) {
        synchronized (this) {
            if (pieces.isEmpty() && !finished && !failed) {
                waiting = wake;
                return;
            }
        }
        wake.run();
    }

    @Override
    public synchronized void close() {
        closes++;
    }
}

package dev.skerry.net.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A body of x's that pauses when it has given as many as it may, until it is closed. */
final class Pausing extends InputStream {
    private int allowed;
    private boolean closed;

    Pausing(int allowed) {
        this.allowed = allowed;
    }

    /** Lets more bytes go. */
    synchronized void goOn(int more) {
        allowed += more;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) throws IOException {
        while (allowed == 0 && !closed) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupted);
            }
        }
        if (closed) {
            throw new IOException("closed");
        }
        int count = Math.min(allowed, length);
        allowed -= count;
        Arrays.fill(into, offset, offset + count, (byte) 'x');
        return count;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}

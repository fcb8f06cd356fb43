package dev.skerry.cache.engine;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Moves the body of a response into a growing one. */
final class Pump {
    private static final int BYTES = 16 * 1024;

    private Pump() {}

    /**
     * Appends a response's whole body.
     *
     * @param expected its length where more is known of it than its framing says; else -1
     * @throws IOException when it breaks off, is of another length, or is not wanted any more
     */
    static void all(Upstream.Response response, GrowingBody body, long expected)
            throws IOException {
        long length = response.announcedLength();
        ByteBuffer buffer = ByteBuffer.allocate(length < 0 ? BYTES : Math.clamp(length, 1, BYTES));
        long left = expected < 0 ? Long.MAX_VALUE : expected;
        while (response.read(buffer) >= 0) {
            left -= buffer.flip().remaining();
            if (left < 0) {
                throw new IOException("more bytes than Content-Range says");
            }
            body.append(buffer);
            buffer.clear();
        }
        if (expected >= 0 && left > 0) {
            throw new IOException("fewer bytes than Content-Range says");
        }
    }

    /** Stored bytes cannot be read; what was appended before is sound. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreadable(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * Appends all that a reader of stored bytes gives, waiting for those that lie below memory.
     *
     * @throws Unreadable when the reader fails
     * @throws IOException when the body does
     */
    static void all(BodyReader reader, GrowingBody body) throws IOException {
        Semaphore readable = new Semaphore(0);
        while (!reader.ended()) {
            ByteBuffer next = next(reader);
            if (next != null) {
                body.append(next);
                continue;
            }
            reader.onReadable(readable::release);
            try {
                readable.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for stored bytes");
            }
        }
    }

    private static @Nullable ByteBuffer next(BodyReader reader) throws Unreadable {
        try {
            return reader.next();
        } catch (IOException unreadable) {
            throw new Unreadable(unreadable);
        }
    }
}

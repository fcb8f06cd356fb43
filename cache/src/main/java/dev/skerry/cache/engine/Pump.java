package dev.skerry.cache.engine;

import dev.skerry.cache.store.GrowingBody;
import java.io.IOException;
import java.nio.ByteBuffer;

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
}

package dev.skerry.net.server;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A body that is there already. */
final class BufferSource implements BodySource {
    private final ByteBuffer bytes;
    private final long length;
    private final Runnable release;

    /**
     * A body of the remaining bytes.
     *
     * @param bytes consumed
     * @param release run when closed
     */
    BufferSource(ByteBuffer bytes, Runnable release) {
        this.bytes = bytes;
        this.length = bytes.remaining();
        this.release = release;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public @Nullable ByteBuffer next() {
        return bytes.hasRemaining() ? bytes : null;
    }

    @Override
    public boolean ended() {
        return !bytes.hasRemaining();
    }

    @Override
    public void onReadable(Runnable wake) {
        wake.run();
    }

    @Override
    public void close() {
        release.run();
    }
}

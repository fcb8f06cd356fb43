package dev.skerry.proxy.pipeline;

import dev.skerry.net.server.BodySource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body that a response to HEAD does not have, but whose length it tells.
 *
 * @param length in bytes
 */
record UnsentBody(long length) implements BodySource {
    @Override
    public @Nullable ByteBuffer next() {
        return null;
    }

    @Override
    public boolean ended() {
        return true;
    }

    @Override
    public void onReadable(Runnable wake) {
        wake.run();
    }

    @Override
    public void close() {}
}

package dev.skerry.proxy.pipeline;

import dev.skerry.cache.policy.RangeResponses;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.net.server.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Several ranges of a stored body as multipart/byteranges (RFC 9110 §14.6). Holds a reference of
 * the response.
 */
final class MultipartSource implements BodySource {
    private final StoredResponse response;
    private final RangeResponses.Multipart parts;
    private int part = -1;
    private ByteBuffer text = ByteBuffer.allocate(0);
    private @Nullable BodyReader body;

    MultipartSource(StoredResponse response, RangeResponses.Multipart parts) {
        this.response = response;
        this.parts = parts;
    }

    @Override
    public long length() {
        return parts.contentLength();
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        while (true) {
            if (text.hasRemaining()) {
                return text;
            }
            BodyReader reading = body;
            if (reading != null && !reading.ended()) {
                return reading.next();
            }
            if (ended()) {
                return null;
            }
            advance();
        }
    }

    @Override
    public @Nullable Span span() {
        BodyReader reading = body;
        return reading == null || text.hasRemaining() ? null : ReaderSource.span(reading);
    }

    @Override
    public void consumed(long bytes) {
        BodyReader reading = body;
        if (reading == null) {
            throw new IllegalStateException("no span was given");
        }
        reading.consumed(bytes);
    }

    private void advance() {
        if (body != null) {
            body.close();
            body = null;
        }
        part++;
        if (part == parts.parts().size()) {
            text = ByteBuffer.wrap(parts.end());
            return;
        }
        RangeSelection.One range = parts.parts().get(part);
        text = ByteBuffer.wrap(parts.partHeads().get(part));
        body = response.reader(range.from(), range.to());
    }

    @Override
    public boolean ended() {
        return part == parts.parts().size() && !text.hasRemaining();
    }

    @Override
    public void onReadable(Runnable wake) {
        BodyReader reading = body;
        if (reading != null && !text.hasRemaining()) {
            reading.onReadable(wake);
        } else {
            wake.run();
        }
    }

    @Override
    public void close() {
        if (body != null) {
            body.close();
        }
        response.release();
    }
}

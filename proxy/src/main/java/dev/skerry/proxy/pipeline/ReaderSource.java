package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.FileSpan;
import dev.skerry.net.server.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stored or growing body, as the server takes it. */
final class ReaderSource implements BodySource {
    private final BodyReader reader;
    private final long length;

    /** {@code length} is -1 when unknown. */
    ReaderSource(BodyReader reader, long length) {
        this.reader = reader;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        return reader.next();
    }

    @Override
    public @Nullable Span span() {
        return span(reader);
    }

    /** What a reader offers, in the server's words. */
    static @Nullable Span span(BodyReader reader) {
        FileSpan span = reader.span();
        return span == null ? null : new Span(span.channel(), span.position(), span.length());
    }

    @Override
    public void consumed(long bytes) {
        reader.consumed(bytes);
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public FieldList trailers() {
        return reader.trailers();
    }

    @Override
    public void onReadable(Runnable wake) {
        reader.onReadable(wake);
    }

    @Override
    public void close() {
        reader.close();
    }
}

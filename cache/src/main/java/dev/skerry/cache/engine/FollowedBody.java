package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The body of a fetch as those who follow it see it: who is left behind goes on elsewhere. */
final class FollowedBody implements GrowingBody {
    private final GrowingBody body;
    private final @Nullable Continuation continuation;
    private final EngineCounters counters;

    FollowedBody(GrowingBody body, @Nullable Continuation continuation, EngineCounters counters) {
        this.body = body;
        this.continuation = continuation;
        this.counters = counters;
    }

    @Override
    public @Nullable BodyReader reader(long from, long to) {
        BodyReader reader = body.reader(from, to);
        return reader == null ? null : new FollowingReader(reader, to, continuation, counters);
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
        body.append(bytes);
    }

    @Override
    public void mayLeaveBehind() {
        body.mayLeaveBehind();
    }

    @Override
    public void complete(FieldList trailers) {
        body.complete(trailers);
    }

    @Override
    public void fail(IOException cause) {
        body.fail(cause);
    }

    @Override
    public void breakOff(IOException cause) {
        body.breakOff(cause);
    }

    @Override
    public long bodyId() {
        return body.bodyId();
    }

    @Override
    public long written() {
        return body.written();
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public boolean whole() {
        return body.whole();
    }

    @Override
    public int readers() {
        return body.readers();
    }

    @Override
    public void release() {
        body.release();
    }
}

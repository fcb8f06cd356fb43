package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream that answers in this process as its part says, and remembers what it was asked. */
final class PlayedUpstream implements Upstream {
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Part part = request -> response(200, new byte[0]);

    /** What an upstream does with a request. */
    interface Part {
        Response play(Request request) throws UpstreamFailure, InterruptedException;
    }

    void plays(Part part) {
        this.part = part;
    }

    List<Request> requests() {
        return requests;
    }

    @Override
    public Response fetch(Request request) throws UpstreamFailure {
        requests.add(request);
        try {
            return part.play(request);
        } catch (InterruptedException e) {
            throw new UpstreamFailure(UpstreamFailure.Kind.CANCELLED, "interrupted", e);
        }
    }

    /** A response whose whole body is there. */
    static Response response(int status, byte[] body, String... fields) {
        return new Whole(
                new ResponseHead(status, FieldList.of(fields)), ByteBuffer.wrap(body), body.length);
    }

    private record Whole(ResponseHead head, ByteBuffer body, long announcedLength)
            implements Response {
        @Override
        public long bornAt() {
            return 0;
        }

        @Override
        public boolean stale() {
            return false;
        }

        @Override
        public String peer() {
            return "origin";
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            if (!body.hasRemaining()) {
                return -1;
            }
            int count = Math.min(body.remaining(), buffer.remaining());
            buffer.put(body.slice(body.position(), count));
            body.position(body.position() + count);
            return count;
        }

        @Override
        public void close() {}
    }
}

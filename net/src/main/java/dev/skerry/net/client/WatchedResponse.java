package dev.skerry.net.client;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import okhttp3.Response;

/**
 * A response read straight from the connection's {@link ResponseReader}. The connection goes back
 * to the pool with the last byte, not with {@link #close}: from then on the reader is another
 * exchange's, and nothing here touches it.
 */
final class WatchedResponse implements HttpClient.Response {
    private final ClientExchange exchange;
    private final Response standIn;
    private final WatchedSocket socket;
    private final ResponseHead head;
    private final long announcedLength;
    private FieldList trailers = FieldList.EMPTY;
    private boolean done;
    private boolean whole;

    WatchedResponse(ClientExchange exchange, Response standIn) {
        this.exchange = exchange;
        this.standIn = standIn;
        this.socket = exchange.socket();
        this.head = Objects.requireNonNull(exchange.responseHead());
        Framing framing = socket.reader().framing();
        this.announcedLength =
                switch (framing.delimiter()) {
                    case NONE -> 0;
                    case LENGTH -> framing.length();
                    case CHUNKED, CLOSE -> -1;
                };
        finishIfWhole();
    }

    @Override
    public ResponseHead head() {
        return head;
    }

    @Override
    public long announcedLength() {
        return announcedLength;
    }

    @Override
    public boolean reused() {
        return exchange.reused();
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        if (done) {
            if (whole) {
                return -1;
            }
            throw new IOException("closed or broken before the body was whole");
        }
        int count;
        try {
            count = socket.reader().read(buffer);
        } catch (IOException broken) {
            ClientFailure failure = Failures.of(exchange, broken);
            close();
            throw new IOException(failure.getMessage(), failure);
        }
        finishIfWhole();
        return count;
    }

    @Override
    public FieldList trailers() {
        return trailers;
    }

    private void finishIfWhole() {
        ResponseReader reader = socket.reader();
        if (!reader.whole()) {
            return;
        }
        whole = true;
        trailers = reader.trailers();
        done = true;
        if (reader.reusable() && exchange.sendingIsDone()) {
            try {
                // Taking the stand-in's only byte makes OkHttp take the connection back.
                standIn.body().source().readByte();
            } catch (IOException broken) {
                socket.abandon();
            }
        } else {
            socket.abandon();
        }
        standIn.close();
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            socket.abandon();
            standIn.close();
        }
    }
}

package dev.skerry.net.client;

import dev.skerry.net.client.ClientFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Passes the caller's body on as it comes, without collecting it. */
final class StreamedBody extends RequestBody {
    private static final int PIECE = 16 * 1024;

    private final ClientExchange exchange;
    private final InputStream body;
    private final long length;

    StreamedBody(ClientExchange exchange) {
        this.exchange = exchange;
        this.body = Objects.requireNonNull(exchange.request().body());
        this.length = exchange.request().bodyLength();
    }

    @Override
    public @Nullable MediaType contentType() {
        return null;
    }

    @Override
    public long contentLength() {
        return length < 0 ? -1 : length;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        int atHand = atHand();
        if (atHand == 0) {
            // The peer learns of the request before the body comes, however slowly it does.
            sink.flush();
        }
        if (length < 0 || length > Math.min(PIECE, atHand)) {
            exchange.socket().watchForAnswer(body);
        }
        byte[] piece = new byte[(int) (length < 0 ? PIECE : Math.min(length, PIECE))];
        long left = length < 0 ? Long.MAX_VALUE : length;
        while (left > 0) {
            int count = next(sink, piece, (int) Math.min(left, piece.length));
            if (count < 0) {
                if (length >= 0) {
                    throw failed(new ExchangeFault(Kind.REQUEST_BODY, left + " bytes short"));
                }
                break;
            }
            left -= length < 0 ? 0 : count;
            if (left == 0) {
                // Before the peer can have answered the whole.
                exchange.sendingDone();
            }
            sink.write(piece, 0, count);
            sink.flush();
        }
        exchange.sendingDone();
    }

    private int atHand() {
        try {
            return body.available();
        } catch (IOException unreadable) {
            // The read that follows will say so.
            return 0;
        }
    }

    private int next(BufferedSink sink, byte[] piece, int atMost) throws IOException {
        try {
            return body.read(piece, 0, atMost);
        } catch (IOException unreadable) {
            // Fails when the body was closed because of a response, which is then what counts.
            sink.flush();
            throw failed(
                    new ExchangeFault(
                            Kind.REQUEST_BODY,
                            "the request body broke off: " + unreadable.getMessage(),
                            unreadable));
        }
    }

    private ExchangeFault failed(ExchangeFault fault) {
        return exchange.failed(fault);
    }
}

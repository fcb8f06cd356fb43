package dev.skerry.testkit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** One connection to a {@link ScriptedOrigin}: reads requests, plays replies. */
final class OriginConnection implements Runnable {
    private final ScriptedOrigin origin;
    private final Socket socket;
    private final int number;

    OriginConnection(ScriptedOrigin origin, Socket socket, int number) {
        this.origin = origin;
        this.socket = socket;
        this.number = number;
    }

    @Override
    public void run() {
        try {
            socket.setTcpNoDelay(true);
            WireReader in = new WireReader(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
            ReplyWriter.After after = ReplyWriter.After.KEEP;
            for (List<String> head = in.head(); head != null; head = in.head()) {
                after = exchange(new HeadLines(head), in, out);
                if (after != ReplyWriter.After.KEEP) {
                    break;
                }
            }
            if (after == ReplyWriter.After.RESET) {
                reset();
            }
        } catch (IOException e) {
            // The peer went away, as peers under test do.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
            origin.closed(this);
        }
    }

    private ReplyWriter.After exchange(HeadLines head, WireReader in, OutputStream out)
            throws IOException, InterruptedException {
        ReceivedRequest request = origin.record(head, number);
        Reply reply = origin.answer(request);
        boolean hasBody = hasBody(request);
        if (hasBody && !reply.early) {
            if (request.field("Expect") != null) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
            readBody(request, in);
        } else if (!hasBody) {
            request.sink().ended();
        }
        ReplyWriter.After after = new ReplyWriter(out, reply).play(request.method());
        boolean unread = hasBody && reply.early;
        boolean asked = "close".equalsIgnoreCase(request.field("Connection"));
        return after == ReplyWriter.After.KEEP && (unread || asked)
                ? ReplyWriter.After.CLOSE
                : after;
    }

    private static boolean hasBody(ReceivedRequest request) {
        String length = request.field("Content-Length");
        return request.field("Transfer-Encoding") != null
                || (length != null && Long.parseLong(length) > 0);
    }

    private static void readBody(ReceivedRequest request, WireReader in) throws IOException {
        ReceivedRequest.BodySink sink = request.sink();
        String coding = request.field("Transfer-Encoding");
        String length = request.field("Content-Length");
        try {
            if (coding != null && coding.toLowerCase(Locale.ROOT).contains("chunked")) {
                in.copyChunked(sink);
            } else if (length != null) {
                in.copy(Long.parseLong(length), sink);
            }
            sink.ended();
        } catch (IOException e) {
            request.bodyFailed(e);
            throw e;
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
        close();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing left to do with it.
        }
    }
}

package dev.skerry.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Plays a {@link Reply} on one connection. */
final class ReplyWriter {
    private static final Map<Integer, String> REASONS =
            Map.of(
                    200,
                    "OK",
                    204,
                    "No Content",
                    206,
                    "Partial Content",
                    301,
                    "Moved Permanently",
                    304,
                    "Not Modified",
                    404,
                    "Not Found",
                    500,
                    "Internal Server Error",
                    503,
                    "Service Unavailable");

    /** What becomes of the connection. */
    enum After {
        KEEP,
        CLOSE,
        RESET
    }

    private final OutputStream out;
    private final Reply reply;
    private final boolean chunked;

    ReplyWriter(OutputStream out, Reply reply) {
        this.out = out;
        this.reply = reply;
        this.chunked = reply.raw == null && reply.framing == Reply.Framing.CHUNKED;
    }

    After play(String method) throws IOException, InterruptedException {
        for (byte[] interim : reply.interims) {
            out.write(interim);
            out.flush();
        }
        for (Gate gate : reply.gatesBeforeHead) {
            gate.await();
        }
        if (reply.cutBeforeHead) {
            return cut();
        }
        if (reply.raw == null) {
            out.write(head());
        }
        if (bodyAllowed(method) && !body()) {
            return cut();
        }
        out.write(reply.surplus);
        out.flush();
        return reply.closeAfter ? After.CLOSE : After.KEEP;
    }

    private After cut() {
        return reply.cut == Reply.Cut.RST ? After.RESET : After.CLOSE;
    }

    private boolean bodyAllowed(String method) {
        return reply.raw != null
                || (!method.equals("HEAD") && reply.status != 204 && reply.status != 304);
    }

    private byte[] head() {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(reply.status).append(' ');
        head.append(
                reply.reason != null
                        ? reply.reason
                        : REASONS.getOrDefault(reply.status, "Scripted"));
        head.append("\r\n");
        for (byte[] line : reply.fieldLines) {
            head.append(new String(line, StandardCharsets.ISO_8859_1)).append("\r\n");
        }
        if (reply.announced >= 0) {
            head.append("Content-Length: ").append(reply.announced).append("\r\n");
        } else if (reply.framing == Reply.Framing.LENGTH
                && reply.status != 204
                && reply.status != 304) {
            head.append("Content-Length: ").append(reply.length).append("\r\n");
        }
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        }
        if (reply.announceClose) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether the whole body was sent; false asks for the cut. */
    private boolean body() throws IOException, InterruptedException {
        long at = 0;
        List<Reply.Stall> stalls =
                reply.stalls.stream()
                        .sorted(Comparator.comparingLong(Reply.Stall::offset))
                        .toList();
        for (Reply.Stall stall : stalls) {
            long to = Math.min(stall.offset(), reply.length);
            if (reply.cutAfter <= to) {
                break;
            }
            at = send(at, to);
            out.flush();
            stall.gate().await();
        }
        send(at, Math.min(reply.length, reply.cutAfter));
        if (reply.cutAfter != Reply.NEVER) {
            out.flush();
            return false;
        }
        if (chunked) {
            StringBuilder end = new StringBuilder("0\r\n");
            reply.trailers.forEach(line -> end.append(line).append("\r\n"));
            out.write(end.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        return true;
    }

    private long send(long from, long to) throws IOException {
        byte[] buffer = new byte[chunked ? reply.chunkSize : 16 * 1024];
        long at = from;
        while (at < to) {
            int n = (int) Math.min(buffer.length, to - at);
            for (int i = 0; i < n; i++) {
                buffer[i] = (byte) reply.bytes.applyAsLong(at + i);
            }
            if (chunked) {
                out.write((Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(buffer, 0, n);
            if (chunked) {
                out.write('\r');
                out.write('\n');
            }
            at += n;
        }
        return at;
    }
}

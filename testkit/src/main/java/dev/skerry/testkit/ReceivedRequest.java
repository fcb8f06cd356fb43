package dev.skerry.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request that a {@link ScriptedOrigin} received. It exists once the head is there. */
public final class ReceivedRequest {
    private static final int KEPT = 64 * 1024;

    private final HeadLines head;
    private final int connection;
    private final int order;
    private final CompletableFuture<Body> body = new CompletableFuture<>();

    ReceivedRequest(HeadLines head, int connection, int order) {
        this.head = head;
        this.connection = connection;
        this.order = order;
    }

    /** The method. */
    public String method() {
        return part(0);
    }

    /** The request target, byte for byte. */
    public String target() {
        return part(1);
    }

    /** The target up to its question mark. */
    public String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** All lines of the head, the request line first, without line ends; one char a byte. */
    public List<String> lines() {
        return head.lines();
    }

    /** The first value of a field, or null. */
    public @Nullable String field(String name) {
        return head.first(name);
    }

    /** All values of a field, in order. */
    public List<String> fields(String name) {
        return head.all(name);
    }

    /** The number of its connection; the origin counts them from 1. */
    public int connection() {
        return connection;
    }

    /** Its place among all requests in order of arrival, from 1. */
    public int order() {
        return order;
    }

    /** The length of the body; waits for its end. */
    public long bodyLength() {
        return body().length();
    }

    /** The SHA-256 of the body in lower-case hexadecimal; waits for its end. */
    public String bodySha256() {
        return body().sha256();
    }

    /** The first 64 KiB of the body as UTF-8; waits for its end. */
    public String bodyText() {
        return body().start();
    }

    /** Whether the body has been received to its end. */
    public boolean bodyReceived() {
        return body.isDone() && !body.isCompletedExceptionally();
    }

    BodySink sink() {
        return new BodySink();
    }

    void bodyFailed(Throwable cause) {
        body.completeExceptionally(cause);
    }

    private String part(int index) {
        String[] parts = head.start().split(" ", 3);
        return index < parts.length ? parts[index] : "";
    }

    private Body body() {
        try {
            return body.get(Limits.WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("the body of " + head.start() + " did not arrive whole", e);
        }
    }

    @Override
    public String toString() {
        return "#" + order + " on connection " + connection + ": " + head.start();
    }

    private record Body(long length, String sha256, String start) {}

    /** Digests a body as it is received. */
    final class BodySink extends OutputStream {
        private final MessageDigest digest;
        private final ByteArrayOutputStream start = new ByteArrayOutputStream();
        private long length;

        private BodySink() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every JDK has SHA-256", e);
            }
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            digest.update(bytes, offset, count);
            start.write(bytes, offset, Math.min(count, KEPT - start.size()));
            length += count;
        }

        void ended() {
            body.complete(
                    new Body(
                            length,
                            HexFormat.of().formatHex(digest.digest()),
                            start.toString(StandardCharsets.UTF_8)));
        }
    }
}

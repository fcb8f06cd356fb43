package dev.skerry.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response as a {@link RawClient} received it. */
public final class RawResponse {
    private final HeadLines head;
    private final List<RawResponse> interims;
    private final List<String> trailers;
    private final byte[] body;

    RawResponse(HeadLines head, List<RawResponse> interims, List<String> trailers, byte[] body) {
        this.head = head;
        this.interims = List.copyOf(interims);
        this.trailers = List.copyOf(trailers);
        this.body = body;
    }

    /** The status code. */
    public int status() {
        return Integer.parseInt(head.start().split(" ", 3)[1]);
    }

    /** The lines of the head, the status line first, without line ends; one char a byte. */
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

    /** Interim responses that came before this one. */
    public List<RawResponse> interims() {
        return interims;
    }

    /** Trailer lines of a chunked body. */
    public List<String> trailers() {
        return trailers;
    }

    /** The decoded body. */
    public byte[] body() {
        return body.clone();
    }

    /** The decoded body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return String.join("\n", head.lines()) + "\n\n" + text();
    }
}

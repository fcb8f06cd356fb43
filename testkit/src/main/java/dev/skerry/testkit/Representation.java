package dev.skerry.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A resource of {@link PatternBytes} that an origin serves as RFC 9110 says: whole, one range
 * ({@code If-Range} by entity tag), 416, or 304 ({@code If-None-Match}). However long it is, nobody
 * holds it. Give it to {@link ScriptedOrigin#on(String, Function)}.
 */
public final class Representation implements Function<ReceivedRequest, Reply> {
    private final long seed;
    private final long length;
    private final List<String> fields = new ArrayList<>();
    private @Nullable String tag;

    /** A representation without an entity tag. */
    public Representation(long seed, long length) {
        this.seed = seed;
        this.length = length;
    }

    /** Gives it this entity tag, quotes included. */
    public Representation tag(String etag) {
        tag = etag;
        return field("ETag", etag);
    }

    /** A field of every response but 416. */
    public Representation field(String name, String value) {
        fields.add(name);
        fields.add(value);
        return this;
    }

    @Override
    public Reply apply(ReceivedRequest request) {
        if (tag != null && tag.equals(request.field("If-None-Match"))) {
            return with(Reply.status(304));
        }
        String range = request.field("Range");
        String ifRange = request.field("If-Range");
        if (range == null || range.contains(",") || (ifRange != null && !ifRange.equals(tag))) {
            return with(Reply.ok()).pattern(seed, length);
        }
        String[] ends = Objects.requireNonNull(range).substring("bytes=".length()).split("-", 2);
        boolean suffix = ends[0].isEmpty();
        long from =
                suffix ? Math.max(0, length - Long.parseLong(ends[1])) : Long.parseLong(ends[0]);
        long to =
                suffix || ends[1].isEmpty()
                        ? length
                        : Math.min(length, Long.parseLong(ends[1]) + 1);
        if (from >= to) {
            return Reply.status(416).field("Content-Range", "bytes */" + length);
        }
        return with(Reply.status(206))
                .field("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + length)
                .pattern(seed, from, to);
    }

    private Reply with(Reply reply) {
        for (int i = 0; i < fields.size(); i += 2) {
            reply.field(fields.get(i), fields.get(i + 1));
        }
        return reply;
    }
}

package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Representation;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** An origin whose representations are asked for in parts. */
abstract class PartialScene extends NodeScene {
    static final int LENGTH = 500_000;

    /** What the origin has now; every byte tells which version it is of. */
    final AtomicReference<Representation> current = new AtomicReference<>(version(1));

    static Representation version(int version) {
        return fresh(new Representation(version, LENGTH)).tag("\"v" + version + "\"");
    }

    static Representation fresh(Representation representation) {
        return representation.field("Cache-Control", "max-age=1000");
    }

    void serve() {
        origin.on("/a", request -> current.get().apply(request));
    }

    void serve(Representation first) {
        current.set(first);
        serve();
    }

    RawResponse range(String range) throws Exception {
        return get("/a", "Range: bytes=" + range);
    }

    static void assertPart(RawResponse response, int version, long from, long to) {
        assertPart(response, version, from, to, LENGTH);
    }

    static void assertPart(RawResponse response, int version, long from, long to, long length) {
        assertEquals(206, response.status(), response.toString());
        assertEquals(
                "bytes " + from + "-" + (to - 1) + "/" + length, response.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(version, from, to), response.body());
    }

    static void assertHit(RawResponse response) {
        assertTrue(status(response).contains("; hit"), status(response));
    }

    /** The ranges that the origin was asked for; a dash for all. */
    List<String> asked() {
        return origin.requests().stream()
                .map(request -> request.field("Range"))
                .map(range -> range == null ? "-" : range.substring("bytes=".length()))
                .toList();
    }

    ReceivedRequest last() {
        return origin.requests().getLast();
    }
}

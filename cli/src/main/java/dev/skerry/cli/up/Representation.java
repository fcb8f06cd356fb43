package dev.skerry.cli.up;

import dev.skerry.cache.http.FieldList;
import dev.skerry.net.server.BodySource;
import java.nio.ByteBuffer;

/**
 * What a path of the demo site shows now.
 *
 * @param fields validators, freshness and tags among them
 * @param length of the whole body
 */
record Representation(FieldList fields, long length, Body body) {
    /** The bytes of a body, or a part of them. */
    @FunctionalInterface
    interface Body {
        /**
         * A part.
         *
         * @param from the first byte
         * @param to one past the last
         */
        BodySource part(long from, long to);
    }

    /** Of bytes that are there already, not copied. */
    static Representation of(FieldList fields, byte[] bytes) {
        return new Representation(
                fields,
                bytes.length,
                (from, to) -> BodySource.of(ByteBuffer.wrap(bytes, (int) from, (int) (to - from))));
    }
}

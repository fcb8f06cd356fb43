package dev.skerry.control.stream;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.events.EventStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Events as bytes, made once for all who get them. */
final class Frames {
    private Frames() {}

    /**
     * Some changes.
     *
     * @param after the position of who has them
     */
    record Batch(ByteBuffer frame, Position after) {}

    /**
     * A snapshot from its begin to its end.
     *
     * @param at the position of who has it
     */
    record Whole(Position at, List<ByteBuffer> frames) {}

    static ByteBuffer of(StreamEvent event) {
        StreamCodec.Encoded encoded = StreamCodec.encode(event);
        return EventStream.frame(encoded.name(), null, encoded.json());
    }
}

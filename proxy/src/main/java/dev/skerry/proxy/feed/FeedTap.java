package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent;
import java.util.function.LongSupplier;

/**
 * Sees what a feed receives, after its target has: how a shield relays the stream. Called by the
 * feed's thread in the order of the stream; must be quick.
 */
public interface FeedTap {
    /** Nobody. */
    FeedTap NONE = new FeedTap() {};

    /** A stream has been opened there, and has welcomed this node. */
    default void connected(ControlLink link) {}

    /** It has ended. */
    default void disconnected() {}

    /** A snapshot has been applied: what was seen before does not go on. */
    default void snapshot(Position at) {}

    /** Changes have been applied that continue {@code before}. */
    default void changes(Position before, StreamEvent.Changes batch) {}

    /**
     * A beat, when the stream had come to {@code at}.
     *
     * @param lease what is left of this node's lease, whenever asked: whoever has applied {@code
     *     at} may be vouched for with it
     */
    default void beat(Position at, StreamEvent.Beat beat, LongSupplier lease) {}

    /** A question to another node. */
    default void ask(StreamEvent.Ask ask) {}
}

package dev.skerry.control.stream;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.fleet.NodeLink;
import dev.skerry.net.events.EventStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One stream down to one node. What is not thread-safe here belongs to the feed's thread. */
final class WatchSession implements NodeLink {
    private final EventStream stream;
    private volatile boolean welcomed;

    /** What is left of a snapshot. */
    private Deque<ByteBuffer> snapshot = new ArrayDeque<>(0);

    /** What the node has when all that was offered has come; null before a snapshot. */
    private @Nullable Position sent;

    private boolean following;

    WatchSession(EventStream stream) {
        this.stream = stream;
    }

    /** Opens the stream; nothing comes before it. */
    void welcome(String session, Position head) {
        stream.offer(Frames.of(new StreamEvent.Welcome(session, head)));
        welcomed = true;
    }

    @Override
    public boolean ask(StreamEvent.Ask question) {
        return welcomed && stream.offer(Frames.of(question));
    }

    @Override
    public void end() {
        stream.finish();
    }

    boolean offer(ByteBuffer frame) {
        return stream.offer(frame);
    }

    EventStream stream() {
        return stream;
    }

    @Nullable Position sent() {
        return sent;
    }

    void sent(@Nullable Position position) {
        sent = position;
    }

    /** Whether changes go out to it as they happen. */
    boolean following() {
        return following;
    }

    void following(boolean now) {
        following = now;
    }

    Deque<ByteBuffer> snapshot() {
        return snapshot;
    }

    /** Begins to send a snapshot. */
    void begin(Frames.Whole whole) {
        snapshot = new ArrayDeque<>(whole.frames());
        sent = whole.at();
    }
}

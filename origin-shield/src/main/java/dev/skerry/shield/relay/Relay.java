package dev.skerry.shield.relay;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.events.EventStream;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.feed.ControlLink;
import dev.skerry.proxy.feed.FeedTap;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes the change stream of a shield on to its edges: what the shield's feed receives goes into a
 * buffer, out of which each edge is served at its own pace. A position that the buffer does not
 * continue gets what it needs from the control plane first.
 *
 * <p>While the control plane is away, edges get what the buffer has, and neither welcome nor beats:
 * an edge that hears nothing more tries elsewhere, and nobody is told to be ready by a head that
 * was not read (PURGE.md rule 13). Thread-safe.
 */
public final class Relay implements FeedTap {
    /** The most edges; more are refused. */
    static final int MOST_EDGES = 4096;

    /** The most edges that get what the buffer does not have at one time; more are refused. */
    private static final int MOST_CATCHING_UP = 16;

    /** What may wait for one edge before it is cut off. */
    private static final int MOST_BACKLOG_BYTES = 8 << 20;

    private final String name;
    private final ChangeBuffer buffer;
    private final Map<String, RelayedStream> streams = new ConcurrentHashMap<>();
    private final Semaphore catchingUp = new Semaphore(MOST_CATCHING_UP);
    private volatile @Nullable ControlLink link;
    private volatile @Nullable Heard beat;
    private long beats;

    /**
     * A beat; the number tells it from the one before.
     *
     * @param head of the control plane; no less than what this node had applied
     * @param lease what is left of its lease, whenever asked
     */
    record Heard(long number, Position head, LongSupplier lease) {}

    /**
     * A relay that has heard nothing yet.
     *
     * @param name of the shield
     * @param nanoTime monotonic
     */
    public Relay(String name, LongSupplier nanoTime) {
        this(name, new ChangeBuffer(nanoTime));
    }

    Relay(String name, ChangeBuffer buffer) {
        this.name = name;
        this.buffer = buffer;
    }

    /**
     * What the admin port takes from edges.
     *
     * @param token the shield's own, which its edges have too
     */
    public AdminEndpoint endpoint(BearerToken token) {
        return new RelayEndpoint(this, token);
    }

    /** Nodes that follow through this one now. */
    public int streams() {
        return streams.size();
    }

    @Override
    public void connected(ControlLink to) {
        link = to;
        beat = null;
        streams.values().forEach(RelayedStream::wake);
    }

    @Override
    public void disconnected() {
        link = null;
        beat = null;
        streams.values().forEach(RelayedStream::wake);
    }

    @Override
    public void snapshot(Position at) {
        goOnFrom(at);
    }

    @Override
    public void changes(Position before, StreamEvent.Changes batch) {
        goOnFrom(before);
        buffer.add(batch);
        streams.values().forEach(RelayedStream::wake);
    }

    @Override
    public void beat(Position at, StreamEvent.Beat heard, LongSupplier lease) {
        // The first that is heard of a stream on which nothing has happened yet.
        goOnFrom(at);
        beat = new Heard(++beats, covers(at, heard.head()) ? at : heard.head(), lease);
        streams.values().forEach(RelayedStream::wake);
    }

    private static boolean covers(Position at, Position head) {
        return at.history().equals(head.history()) && at.counter() >= head.counter();
    }

    /** A question for an edge of this relay, or for one behind another relay. */
    @Override
    public void ask(StreamEvent.Ask ask) {
        RelayedStream direct = streams.get(ask.node());
        if (direct != null) {
            direct.pass(ask);
            return;
        }
        for (RelayedStream each : streams.values()) {
            if (each.relays()) {
                each.pass(ask);
            }
        }
    }

    /** Whoever is in the middle of what does not go on finds out by itself that it does not. */
    private void goOnFrom(Position at) {
        if (!buffer.goOnFrom(at)) {
            streams.values().forEach(RelayedStream::wake);
        }
    }

    boolean isFull() {
        return streams.size() >= MOST_EDGES;
    }

    /**
     * Serves a node that has opened a stream.
     *
     * @param peer where the stream comes from
     */
    EventStream open(NodeHello hello, InetAddress peer, Runnable cut) {
        EventStream events = new EventStream(MOST_BACKLOG_BYTES, cut);
        RelayedStream stream = new RelayedStream(this, relayed(hello, peer), events, cut);
        RelayedStream older = streams.put(hello.node(), stream);
        if (older != null) {
            older.replaced();
        }
        stream.start();
        return events;
    }

    /** What another relay says of its nodes stays as it is. */
    private NodeHello relayed(NodeHello hello, InetAddress peer) {
        if (hello.via() != null) {
            return hello;
        }
        // Link-local means nothing to anybody who is not on that link.
        return new NodeHello(
                hello.node(),
                hello.role(),
                hello.pop(),
                hello.url(),
                hello.from(),
                name,
                peer.isLinkLocalAddress() ? null : peer.getHostAddress());
    }

    void closed(RelayedStream stream) {
        streams.remove(stream.hello().node(), stream);
    }

    @Nullable RelayedStream stream(String node) {
        return streams.get(node);
    }

    String name() {
        return name;
    }

    ChangeBuffer buffer() {
        return buffer;
    }

    Semaphore catchingUp() {
        return catchingUp;
    }

    /** The way to the control plane; null while it is away. */
    @Nullable ControlLink link() {
        return link;
    }

    /** The latest beat of the present link; null before the first. */
    @Nullable Heard latestBeat() {
        return beat;
    }
}

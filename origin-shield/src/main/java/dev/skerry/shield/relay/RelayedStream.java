package dev.skerry.shield.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.events.EventStream;
import dev.skerry.proxy.feed.ControlLink;
import dev.skerry.proxy.feed.WatchStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream down to one node behind a relay. A virtual thread of its own serves it, and is the
 * only one that moves it on; whoever has news for it only wakes that thread. A node that takes its
 * changes more slowly than the buffer forgets them is cut off.
 */
final class RelayedStream {
    private static final Logger LOG = LoggerFactory.getLogger(RelayedStream.class);

    /** While less than this waits for the node, it is given more. */
    private static final int AHEAD_BYTES = 512 * 1024;

    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Relay relay;
    private final NodeHello hello;
    private final EventStream events;
    private final Runnable cut;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private volatile boolean closed;
    private volatile @Nullable String session;
    private volatile boolean forgotten;
    private final AtomicLong lastPing = new AtomicLong(-1);

    // The thread's.
    private @Nullable Position sent;
    private @Nullable ControlLink announcedOn;
    private long lastBeat;

    RelayedStream(Relay relay, NodeHello hello, EventStream events, Runnable cut) {
        this.relay = relay;
        this.hello = hello;
        this.events = events;
        this.cut = cut;
        this.sent = hello.from();
        this.thread = Thread.ofVirtual().name("relay to " + hello.node()).unstarted(this::run);
    }

    void start() {
        thread.start();
        events.onClose(this::gone);
    }

    NodeHello hello() {
        return hello;
    }

    /** Whether it is a relay itself. */
    boolean relays() {
        return hello.role().equals("shield");
    }

    /** The session that reports must name; null while the control plane does not know the node. */
    @Nullable String session() {
        return session;
    }

    /** The node has reported, with this ping. */
    void pinged(long ping) {
        lastPing.accumulateAndGet(ping, Math::max);
    }

    /** The control plane does not know the session any more: the node is announced again. */
    void forgotten() {
        session = null;
        forgotten = true;
        wake();
    }

    /** Has it look for news. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void pass(StreamEvent event) {
        StreamCodec.Encoded encoded = StreamCodec.encode(event);
        events.offer(encoded.name(), null, encoded.json());
    }

    /** Ends it: its node has come again. */
    void replaced() {
        gone();
        events.finish();
    }

    /** On any thread. Interrupting is safe: this thread touches nothing but memory and network. */
    private void gone() {
        closed = true;
        session = null;
        relay.closed(this);
        thread.interrupt();
    }

    private void run() {
        try {
            serve();
        } catch (InterruptedException e) {
            LOG.debug("{} has gone", hello.node());
        } catch (IOException e) {
            LOG.info("relay to {}: {}", hello.node(), e.getMessage());
            pass(new StreamEvent.Refused(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("the relay to {} failed", hello.node(), e);
        } finally {
            events.finish();
        }
    }

    private void serve() throws IOException, InterruptedException {
        while (!closed) {
            if (relay.buffer().continues(sent)) {
                announce();
                supply();
                await(announcedOn == relay.link() ? LONG : AGAIN);
            } else {
                catchUp();
            }
        }
    }

    /** Gives the node what the buffer has for it, as long as it takes it, and then the beat. */
    private void supply() throws InterruptedException {
        // Read first: changes up to it are in the buffer.
        Relay.Heard beat = relay.latestBeat();
        Position from = sent;
        while (from != null && !closed) {
            if (!relay.buffer().continues(from)) {
                overtaken();
                return;
            }
            if (events.backlog() >= AHEAD_BYTES) {
                events.onDrained(this::wake);
                await(LONG);
                continue;
            }
            StreamEvent.Changes next = relay.buffer().after(from);
            if (next == null) {
                break;
            }
            pass(next);
            from = next.after();
            sent = from;
        }
        if (beat != null && beat.number() != lastBeat && announcedOn != null) {
            lastBeat = beat.number();
            pass(vouched(beat));
        }
    }

    /**
     * The buffer has forgotten what comes next, or has gone over to another history. Who has room
     * gets it from the control plane instead.
     */
    private void overtaken() {
        if (events.backlog() < AHEAD_BYTES) {
            wake();
            return;
        }
        LOG.warn("{} takes changes too slowly and is cut off", hello.node());
        gone();
        cut.run();
    }

    /**
     * Tells the control plane of the node, once for each stream that the relay has from it; the
     * node is welcomed with what it says (PURGE.md rule 13).
     */
    private void announce() throws InterruptedException {
        ControlLink link = relay.link();
        if (link == announcedOn && !forgotten) {
            return;
        }
        forgotten = false;
        session = null;
        announcedOn = null;
        if (link == null) {
            return;
        }
        try {
            ControlLink.Answer answer =
                    link.post(
                            "/v1/nodes/" + hello.node() + "/hello",
                            StreamCodec.writeHello(helloAt(sent)).getBytes(UTF_8));
            if (answer.isDone()
                    && StreamCodec.decode("welcome", answer.body())
                            instanceof StreamEvent.Welcome welcome) {
                announcedOn = link;
                session = welcome.session();
                pass(welcome);
            } else {
                LOG.debug("{} answers {} to a hello", link.control(), answer.status());
            }
        } catch (IOException | MalformedMessage e) {
            LOG.debug("{} could not be announced", hello.node(), e);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * Follows the control plane in the node's name until the buffer continues what the node has: a
     * snapshot, or changes that the buffer has forgotten or not seen yet.
     */
    private void catchUp() throws IOException, InterruptedException {
        ControlLink link = relay.link();
        if (link == null) {
            throw new IOException(
                    "the control plane is away, and what is here does not go on from"
                            + " this position");
        }
        if (!relay.catchingUp().tryAcquire()) {
            throw new IOException("too many nodes are catching up at this time");
        }
        announcedOn = null;
        try (WatchStream upstream = link.watch(helloAt(sent))) {
            passOn(upstream);
        } catch (IOException e) {
            if (closed) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw e;
        } finally {
            session = null;
            relay.catchingUp().release();
        }
    }

    private void passOn(WatchStream upstream) throws IOException, InterruptedException {
        boolean whole = sent != null;
        while (!whole || !relay.buffer().continues(sent)) {
            StreamEvent event = upstream.next();
            if (event == null) {
                throw new IOException("the control plane has ended the stream");
            }
            awaitRoom();
            switch (event) {
                case StreamEvent.Refused(String reason) -> throw new IOException(reason);
                case StreamEvent.Beat beat -> pass(withoutEcho(beat.head()));
                default -> pass(event);
            }
            switch (event) {
                case StreamEvent.Welcome welcome -> session = welcome.session();
                case StreamEvent.SnapshotBegin begin -> {
                    sent = begin.at();
                    whole = false;
                }
                case StreamEvent.SnapshotEnd _ -> whole = true;
                case StreamEvent.Changes batch -> sent = batch.after();
                default -> {
                    // Nothing that moves the position.
                }
            }
        }
    }

    /**
     * The relay vouches: what had been applied here when the lease was this one has been sent, and
     * the ping was there before what is left is looked at (PURGE.md rule 14).
     */
    private StreamEvent.Beat vouched(Relay.Heard beat) {
        long echo = lastPing.get();
        return new StreamEvent.Beat(beat.head(), echo, beat.lease().getAsLong());
    }

    /** The echo of a beat would be that of the relay's own reports. */
    private static StreamEvent.Beat withoutEcho(Position head) {
        return new StreamEvent.Beat(head, -1);
    }

    private NodeHello helloAt(@Nullable Position position) {
        return new NodeHello(
                hello.node(),
                hello.role(),
                hello.pop(),
                hello.url(),
                position,
                hello.via(),
                hello.peer());
    }

    /** Waits until the node has taken most of what it was given. */
    private void awaitRoom() throws InterruptedException {
        while (events.backlog() >= AHEAD_BYTES && !closed) {
            events.onDrained(this::wake);
            await(LONG);
        }
    }

    /** Waits for news; at most so long. */
    private void await(Duration most) throws InterruptedException {
        lock.lock();
        try {
            long left = most.toNanos();
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }
}

package dev.skerry.control.stream;

import dev.skerry.config.protocol.LeaseTerms;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.fleet.NodeSession;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the changes of a store to all sessions of this process. One thread reads the store, when it
 * is told that something was appended, and owns the books of all sessions; it waits for no client.
 * A session that follows gets each change as it happens, in bytes that were made once for all. One
 * that is behind gets what it lacks, a snapshot or older changes, as fast as it takes them.
 */
final class ChangeFeed implements AutoCloseable {
    /** While less than this waits for a session that is behind, it is given more. */
    private static final int AHEAD_BYTES = 512 * 1024;

    private static final long LEASE_MILLIS = LeaseTerms.LENGTH.toMillis();

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    private final ChangeReader reader;
    private final Consumer<String> newHistory;
    private final Runnable housekeeping;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Map<WatchSession, NodeSession> sessions = new LinkedHashMap<>();

    /** What every session that follows has been sent. */
    private Position tail;

    /** The snapshot that was made since the last beat. */
    private Frames.@Nullable Whole recent;

    /** Whether one is being made. */
    private boolean reading;

    private ChangeFeed(
            ChangeReader reader,
            Consumer<String> newHistory,
            Runnable housekeeping,
            Position tail) {
        this.reader = reader;
        this.newHistory = newHistory;
        this.housekeeping = housekeeping;
        this.tail = tail;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("change-feed").factory());
    }

    /**
     * Begins to follow a store.
     *
     * @param wall for the age of changes
     * @param newHistory told of the history at the beginning, and of each that begins
     * @param housekeeping run before each beat; quick
     * @param beat how often every session hears of us
     */
    static ChangeFeed open(
            ControlStore store,
            InstantSource wall,
            Consumer<String> newHistory,
            Runnable housekeeping,
            Duration beat)
            throws IOException {
        ChangeReader reader = new ChangeReader(store, wall);
        Position head = reader.head();
        newHistory.accept(head.history());
        ChangeFeed feed = new ChangeFeed(reader, newHistory, housekeeping, head);
        store.onAppend(feed::wake);
        feed.wake();
        ScheduledFuture<?> _ =
                feed.thread.scheduleAtFixedRate(
                        () -> feed.run(feed::beat),
                        beat.toNanos(),
                        beat.toNanos(),
                        TimeUnit.NANOSECONDS);
        return feed;
    }

    /**
     * Takes a session in.
     *
     * @param start where its node stands
     */
    void join(WatchSession session, NodeSession node, Admission.Start start) {
        execute(() -> {
            session.welcome(node.id(), start.head());
            sessions.put(session, node);
            session.sent(start.from());
            advance();
            supply(session);
        });
    }

    /** Lets a session go; it may never have joined. */
    void leave(WatchSession session) {
        execute(() -> sessions.remove(session));
    }

    /** Ends all sessions. */
    @Override
    public void close() {
        execute(() -> sessions.keySet().forEach(WatchSession::end));
        thread.shutdown();
    }

    private interface Step {
        void take() throws IOException;
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            execute(() -> {
                woken.set(false);
                advance();
            });
        }
    }

    private void execute(Step step) {
        try {
            thread.execute(() -> run(step));
        } catch (RejectedExecutionException e) {
            LOG.debug("the feed is closed", e);
        }
    }

    private void run(Step step) {
        try {
            step.take();
        } catch (IOException e) {
            // Nothing is lost: the next beat tries again, and without beats nodes go elsewhere.
            LOG.warn("the control store cannot be read: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the change feed failed", e);
        }
    }

    /** Sends everybody who follows what has been appended. */
    private void advance() throws IOException {
        while (true) {
            switch (reader.after(tail, Long.MAX_VALUE)) {
                case ChangeReader.Next.Some(Frames.Batch batch) -> {
                    tail = batch.after();
                    for (WatchSession session : sessions.keySet()) {
                        if (session.following()) {
                            session.offer(batch.frame());
                            session.sent(tail);
                        }
                    }
                }
                case ChangeReader.Next.Nothing() -> {
                    return;
                }
                case ChangeReader.Next.Broken() -> {
                    beginAnew();
                    return;
                }
            }
        }
    }

    /** What everybody has does not lead to where the store is: all get a snapshot. */
    private void beginAnew() throws IOException {
        tail = reader.head();
        recent = null;
        newHistory.accept(tail.history());
        for (WatchSession session : List.copyOf(sessions.keySet())) {
            if (!session.snapshot().isEmpty()) {
                // Half of another snapshot has been sent: it comes again for this one.
                session.end();
                sessions.remove(session);
                continue;
            }
            session.sent(null);
            session.following(false);
            execute(() -> supply(session));
        }
    }

    /** Gives a session that is behind what it lacks, as long as it takes it. */
    private void supply(WatchSession session) throws IOException {
        while (sessions.containsKey(session) && !session.following()) {
            if (session.stream().backlog() >= AHEAD_BYTES) {
                session.stream().onDrained(() -> execute(() -> supply(session)));
                return;
            }
            if (!session.snapshot().isEmpty()) {
                session.offer(session.snapshot().removeFirst());
            } else if (!supplyChanges(session)) {
                return;
            }
        }
    }

    /** False when there is nothing to give it before somebody calls again. */
    private boolean supplyChanges(WatchSession session) throws IOException {
        Position sent = session.sent();
        if (sent == null || !sent.history().equals(tail.history())) {
            return supplySnapshot(session);
        }
        if (sent.counter() == tail.counter()) {
            session.following(true);
            return true;
        }
        switch (reader.after(sent, tail.counter())) {
            case ChangeReader.Next.Some(Frames.Batch batch) -> {
                session.offer(batch.frame());
                session.sent(batch.after());
            }
            case ChangeReader.Next.Broken() -> {
                session.sent(null);
                advance();
            }
            case ChangeReader.Next.Nothing() -> {
                LOG.error("the control store has no changes from {} to {}", sent, tail);
                session.end();
                return false;
            }
        }
        return true;
    }

    /** Begins to send a snapshot; nodes that come at the same time share one. */
    private boolean supplySnapshot(WatchSession session) {
        Frames.Whole whole = recent;
        if (whole != null) {
            session.begin(whole);
            return true;
        }
        if (!reading) {
            reading = true;
            // A large one takes seconds, and whoever follows must hear of us meanwhile.
            Thread.ofVirtual().name("snapshot").start(this::readSnapshot);
        }
        return false;
    }

    private void readSnapshot() {
        try {
            Frames.Whole whole = reader.snapshot();
            execute(() -> {
                reading = false;
                recent = whole;
                // Then what everybody has is never behind it, unless a new history has begun.
                advance();
                if (!whole.at().history().equals(tail.history())) {
                    recent = null;
                }
                supplyAll();
            });
        } catch (IOException e) {
            LOG.warn("no snapshot can be read: {}", e.getMessage());
            execute(() -> reading = false);
        }
    }

    private void supplyAll() throws IOException {
        for (WatchSession session : List.copyOf(sessions.keySet())) {
            supply(session);
        }
    }

    private void beat() throws IOException {
        housekeeping.run();
        // Pings first, then the head: what is echoed was there before the head was read (PURGE.md
        // rule 14).
        Map<WatchSession, Long> echoes = new LinkedHashMap<>();
        sessions.forEach((session, node) -> echoes.put(session, node.lastPing()));
        Position head = reader.head();
        advance();
        if (head.history().equals(tail.history()) && head.counter() <= tail.counter()) {
            echoes.forEach((session, echo) -> {
                if (session.following()) {
                    session.offer(Frames.of(new StreamEvent.Beat(head, echo, LEASE_MILLIS)));
                }
            });
        }
        recent = null;
        // Whoever was left behind by a failure of the store.
        supplyAll();
    }
}

package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream from one control plane, from the hello to its end. {@link #run} belongs to the feed's
 * thread; the rest may be called by any.
 */
final class FollowSession {
    private static final Logger LOG = LoggerFactory.getLogger(FollowSession.class);
    private static final Duration FOR_THE_DISK = Duration.ofSeconds(10);
    private static final String NOT_KEPT = "what was applied could not be kept";

    private final ControlLink link;
    private final FeedOptions options;
    private final FeedTarget target;
    private final FeedTap tap;
    private final FeedCounters counters;
    private final LongSupplier age;
    private final Consumer<Position> onWelcome;
    private final Reporter reporter;
    private final Answers answers;
    private final PendingApplies pending;
    private final Interruption interruption = new Interruption();
    private volatile @Nullable String brokenOff;

    // The feed thread's.
    private @Nullable Position applied;
    private @Nullable SnapshotAssembly assembly;
    private boolean welcomed;

    /**
     * A session that has not begun.
     *
     * @param onWelcome told the head of its first welcome, on the feed's thread
     */
    FollowSession(
            ControlLink link,
            FeedOptions options,
            FeedTimings timings,
            FeedParts parts,
            Consumer<Position> onWelcome) {
        this.link = link;
        this.options = options;
        this.target = parts.target();
        this.tap = parts.tap();
        this.counters = parts.counters();
        this.age = parts.age();
        this.onWelcome = onWelcome;
        this.reporter =
                new Reporter(link, options.node(), target, parts.age(), timings, this::unknown);
        this.answers = new Answers(link, options.node(), target);
        this.pending = new PendingApplies(reporter::reportNow, () -> breakOff(NOT_KEPT));
    }

    /**
     * Follows until the stream ends.
     *
     * @param highest what was applied before, durable or not, null for nothing; nothing below it is
     *     taken of its history (PURGE.md rule 13)
     * @throws IOException always, and it says why
     */
    void run(@Nullable Position highest) throws IOException {
        Position from = target.position();
        applied = highest;
        try (WatchStream stream = interruption.during(() -> link.watch(options.hello(from)))) {
            Position at = from;
            while (true) {
                StreamEvent event = interruption.during(stream::next);
                if (event == null) {
                    throw new IOException(link.control() + " has ended the stream");
                }
                at = take(event, at);
            }
        } catch (MalformedMessage e) {
            throw new IOException(link.control() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            String why = brokenOff;
            throw why == null ? e : new IOException(why, e);
        } finally {
            ended();
        }
    }

    /** What has been applied, durable or not. For the feed's thread, after {@link #run}. */
    @Nullable Position applied() {
        return applied;
    }

    /** Ends {@link #run}. */
    void breakOff(String why) {
        brokenOff = why;
        interruption.breakOff();
    }

    void reportNow() {
        reporter.reportNow();
    }

    /** Says that the node has left, and ends. */
    void leave() {
        reporter.stop();
        reporter.sayFarewell();
        breakOff("closed");
    }

    private void unknown() {
        breakOff(link.control() + " does not take the reports of this session");
    }

    private void ended() {
        reporter.stop();
        counters.disconnected();
        if (welcomed) {
            tap.disconnected();
        }
        // So that the next hello says as much as can be said.
        pending.awaitAll(FOR_THE_DISK);
    }

    /** Takes an event; returns where the stream is after it. */
    private @Nullable Position take(StreamEvent event, @Nullable Position at)
            throws IOException, MalformedMessage {
        switch (event) {
            case StreamEvent.Welcome(String session, Position head) -> welcome(session, head);
            case StreamEvent.SnapshotBegin begin -> {
                refuseOlder(begin.at());
                assembly = new SnapshotAssembly(begin);
            }
            case StreamEvent.SnapshotPart part -> assembling().add(part);
            case StreamEvent.SnapshotEnd end -> {
                assembling().check(end);
                return apply(assembling());
            }
            case StreamEvent.Changes batch -> {
                return apply(at, batch);
            }
            case StreamEvent.Beat beat -> {
                target.head(beat.head());
                if (beat.echo() >= 0 && beat.leaseMillis() > 0) {
                    target.vouched(beat.head(), agoMillis(beat.echo()), beat.leaseMillis());
                }
                if (at != null && assembly == null) {
                    tap.beat(at, beat, target.lease());
                }
            }
            case StreamEvent.Ask ask -> {
                if (ask.node().equals(options.node())) {
                    answers.answer(ask);
                } else {
                    tap.ask(ask);
                }
            }
            case StreamEvent.Refused(String reason) ->
                    throw new IOException(link.control() + " refuses: " + reason);
        }
        return at;
    }

    /** A relay may welcome again, when it has found its own control plane again. */
    private void welcome(String session, Position head) {
        target.head(head);
        counters.welcomed(!welcomed);
        reporter.welcomed(session);
        if (!welcomed) {
            welcomed = true;
            onWelcome.accept(head);
            tap.connected(link);
        }
    }

    /** Since a report left with this ping. */
    private long agoMillis(long ping) {
        return Math.ceilDiv(age.getAsLong(), 1_000_000L) - ping;
    }

    private void refuseOlder(Position offered) throws IOException {
        Position have = applied;
        if (have != null
                && have.history().equals(offered.history())
                && offered.counter() < have.counter()) {
            throw new IOException(
                    "%s is behind: it offers %s to a node that has applied %d"
                            .formatted(link.control(), offered.revision(), have.counter()));
        }
    }

    private SnapshotAssembly assembling() throws MalformedMessage {
        SnapshotAssembly current = assembly;
        if (current == null) {
            throw new MalformedMessage("a part of no snapshot");
        }
        return current;
    }

    private Position apply(SnapshotAssembly assembled) throws IOException {
        assembly = null;
        Snapshot whole = assembled.whole();
        pending.add(() -> target.snapshot(whole, assembled.purges()));
        applied = whole.at();
        counters.appliedSnapshot(whole.at().counter());
        tap.snapshot(whole.at());
        LOG.info(
                "took a snapshot at {}: {} purges, {} sites",
                whole.at().revision(),
                whole.purges().size(),
                whole.sites().size());
        return whole.at();
    }

    private Position apply(@Nullable Position at, StreamEvent.Changes batch)
            throws IOException, MalformedMessage {
        if (assembly != null || at == null) {
            throw new MalformedMessage("changes where a snapshot belongs");
        }
        ChainCheck.continues(at, batch);
        pending.add(() -> target.changes(batch));
        Position highest = applied;
        // Changes are repeated after some could not be kept.
        if (highest == null
                || !highest.history().equals(batch.after().history())
                || highest.counter() < batch.after().counter()) {
            applied = batch.after();
        }
        counters.appliedChanges(batch.changes().size(), batch.after().counter());
        tap.changes(at, batch);
        return batch.after();
    }
}

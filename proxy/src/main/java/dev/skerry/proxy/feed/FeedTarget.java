package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a feed drives: the node's ledger and sites, as the change stream sees them.
 *
 * <p>{@link #head}, {@link #vouched}, {@link #snapshot} and {@link #changes} are called by one
 * thread at a time, in the order of the stream; each is called when the one before has returned.
 * They may block. The other methods are called at any time, from any thread.
 */
public interface FeedTarget {
    /**
     * How far the node has come durably; sent with the hello and acknowledged by every report. Null
     * before the first.
     */
    @Nullable Position position();

    /**
     * Replaces everything. Readers are judged by it when this returns.
     *
     * @param whole a snapshot of another history, or one that is not below what was applied of this
     *     one (PURGE.md rule 13)
     * @param purges those of {@code whole}, in the same order, with their age when they were sent
     * @return completes with the position when it is durable; a failure ends the session, and the
     *     feed comes back from {@link #position}
     */
    CompletionStage<Position> snapshot(Snapshot whole, List<StreamEvent.SentPurge> purges);

    /**
     * Applies changes that continue what was applied before. Readers are judged by them when this
     * returns.
     *
     * @param batch its first change follows the last that was given, or {@link #position} when a
     *     session has begun anew; never empty
     * @return completes with {@code batch.after()} when it is durable; a failure ends the session,
     *     and the feed comes back from {@link #position}
     */
    CompletionStage<Position> changes(StreamEvent.Changes batch);

    /**
     * What must be applied before the node is ready (with the first call of a session, PURGE.md
     * rule 13), and how far the control plane was at its last beat.
     */
    void head(Position head);

    /**
     * The control plane was at {@code head} when a report had come that left the node so long ago;
     * whoever has applied that has a lease (PURGE.md rule 14).
     *
     * @param agoMillis since the report left, rounded up
     * @param leaseMillis from then, positive
     */
    void vouched(Position head, long agoMillis, long leaseMillis);

    /**
     * The node will say that it has left: from then on purges do not wait for it.
     *
     * @throws IOException when it could not remember that; then it is not said
     */
    void leaves() throws IOException;

    /** The node's lease as it is now: the milliseconds that are left of it, whenever asked. */
    LongSupplier lease();

    /** What the node wants from the router; goes into every report. */
    NodeReport.State state();

    /** Sites whose newest document the node could not take; go into every report. */
    List<NodeReport.SiteProblem> problems();

    /**
     * Answers a question of the control plane. May block; called on a virtual thread of its own.
     *
     * @param question a JSON document
     * @return a JSON document
     */
    String answer(String question);
}

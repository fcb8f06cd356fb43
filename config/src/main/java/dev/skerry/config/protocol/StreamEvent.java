package dev.skerry.config.protocol;

import java.util.List;

/**
 * What a change stream says to a node. A stream opens with {@link Welcome}; then comes a snapshot
 * if the node's position does not continue, else the changes since; then both as they happen.
 */
public sealed interface StreamEvent {
    /**
     * The session is registered. The head was read after that (PURGE.md rule 13): the node is ready
     * once it has applied it.
     *
     * @param session goes into every report of this session
     */
    record Welcome(String session, Position head) implements StreamEvent {}

    /**
     * A snapshot begins; {@link SnapshotPart}s follow, then {@link SnapshotEnd}.
     *
     * @param floor see {@link Snapshot#floor}
     */
    record SnapshotBegin(Position at, long floor) implements StreamEvent {}

    /** Some of a snapshot. */
    record SnapshotPart(List<SentPurge> purges, List<SiteDocument> sites) implements StreamEvent {}

    /**
     * The snapshot is whole.
     *
     * @param purges how many its parts had, -1 when whoever sent it did not say
     * @param sites likewise
     */
    record SnapshotEnd(long purges, long sites) implements StreamEvent {
        /** An end that does not say. */
        public SnapshotEnd() {
            this(-1, -1);
        }
    }

    /**
     * Changes in order, without a gap after what was sent before.
     *
     * @param after the position when all of them are applied
     */
    record Changes(List<SentChange> changes, Position after) implements StreamEvent {}

    /**
     * The control plane is there, once a second; its head was read after the last report came.
     *
     * @param head by now; changes up to it have been sent
     * @param echo {@code ping} of the node's last report, -1 before the first
     * @param leaseMillis the lease that this gives to a node that has applied the head, counted
     *     from when it sent that ping (PURGE.md rule 14); 0 for none
     */
    record Beat(Position head, long echo, long leaseMillis) implements StreamEvent {
        /** A beat that gives no lease. */
        public Beat(Position head, long echo) {
            this(head, echo, 0);
        }
    }

    /**
     * A question to a node, answered by {@code POST /v1/nodes/{name}/answers/{id}}.
     *
     * @param node who is asked: this node, or one that follows through it
     * @param question a JSON document
     */
    record Ask(String id, String node, String question) implements StreamEvent {}

    /**
     * The position that the node came with cannot be served here now; it tries elsewhere, or later.
     */
    record Refused(String reason) implements StreamEvent {}

    /**
     * A purge as it is sent.
     *
     * @param elapsedMillis since acceptance, when it was sent (PURGE.md rule 18)
     */
    record SentPurge(PurgeRecord purge, long elapsedMillis) {}

    /**
     * A change as it is sent.
     *
     * @param elapsedMillis since acceptance, when it was sent
     */
    record SentChange(Change change, long elapsedMillis) {}
}

package dev.skerry.cli.history.check;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * Something that was seen from outside of the fleet. All times are nanoseconds of one monotonic
 * clock, that of the process which asks and writes down; a start is taken before the request
 * leaves, an end after the answer has come.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Began.class, name = "began"),
    @JsonSubTypes.Type(value = Event.Wrote.class, name = "wrote"),
    @JsonSubTypes.Type(value = Event.Purged.class, name = "purged"),
    @JsonSubTypes.Type(value = Event.Acknowledged.class, name = "acknowledged"),
    @JsonSubTypes.Type(value = Event.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Event.Lost.class, name = "lost"),
    @JsonSubTypes.Type(value = Event.Read.class, name = "read"),
    @JsonSubTypes.Type(value = Event.Restored.class, name = "restored"),
    @JsonSubTypes.Type(value = Event.Fault.class, name = "fault")
})
public sealed interface Event {
    /**
     * The first.
     *
     * @param strict items of sites that are {@code on-control-loss: revalidate}
     * @param boundNanos how long after its acceptance a purge may be unknown to a node of such a
     *     site that serves it: the longest lease, and what the control plane waits beyond it
     */
    record Began(long seed, List<String> strict, long boundNanos) implements Event {}

    /** The origin has a version of an item; versions ascend from 1, those before are version 0. */
    record Wrote(String item, long version, long start, long end) implements Event {}

    /**
     * A purge was accepted. One whose answer never came is not written down: nothing follows from
     * it.
     *
     * @param items all that it names
     * @param revision its place in the order, for people
     */
    record Purged(
            long purge, List<String> items, boolean soft, String revision, long start, long end)
            implements Event {}

    /** A receipt has said that a node has acknowledged. */
    record Acknowledged(long purge, String node, long at) implements Event {}

    /** A receipt has said that all nodes have. */
    record Done(long purge, long at) implements Event {}

    /** A receipt has said that a node is lost for the purge. */
    record Lost(long purge, String node, long at) implements Event {}

    /**
     * A read has ended.
     *
     * @param status 0 when there was no answer
     * @param version -1 when there was none with a status of 200
     * @param cache the node's own {@code Cache-Status}
     */
    record Read(
            String node, String item, int status, long version, String cache, long start, long end)
            implements Event {}

    /**
     * A backup of the control plane's store was put back. What was accepted after it was made, and
     * not acknowledged, is lost.
     *
     * @param backupAt when the control plane whose store was copied had ended
     * @param start before the control plane ended whose store was replaced
     */
    record Restored(long backupAt, long start, long end) implements Event {}

    /**
     * What was done to the fleet, for people and for the tally.
     *
     * @param on a node, or a piece of network
     */
    record Fault(String kind, String on, long start, long end) implements Event {}
}

package dev.skerry.control.fleet;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.control.store.ControlStore.Entry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the fleet knows of one node. Guarded by the fleet. */
final class Member {
    static final String RECORDS = "nodes/";

    NodeHello hello;
    NodeReport.State state = NodeReport.State.STARTING;
    @Nullable Position applied;
    List<NodeReport.SiteProblem> problems = List.of();
    long heardNanos;
    @Nullable NodeSession session;

    /** Where its stream came from last; null when that was a relay that does not say so. */
    @Nullable InetAddress address;

    /** The other control plane that it is connected to, if it is. */
    @Nullable String elsewhere;

    /** Whether {@code applied} is newer than its record. */
    boolean unrecorded;

    Member(
            NodeHello hello,
            @Nullable Position applied,
            @Nullable InetAddress address,
            long nowNanos) {
        this.hello = hello;
        this.applied = applied;
        this.address = address;
        this.heardNanos = nowNanos;
    }

    /** Whether its record says the same of it, but for how far it is. */
    boolean isRecordedAs(NodeHello other, @Nullable InetAddress from) {
        return other.role().equals(hello.role())
                && Objects.equals(other.pop(), hello.pop())
                && Objects.equals(other.url(), hello.url())
                && Objects.equals(other.via(), hello.via())
                && Objects.equals(from, address);
    }

    /** What the store remembered. */
    static Member recorded(NodeHello record, long nowNanos) {
        return new Member(record, record.from(), address(record), nowNanos);
    }

    /** Reads a record. */
    static NodeHello read(String name, String record) {
        try {
            return StreamCodec.readHello(record.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedMessage e) {
            throw new IllegalStateException("the record " + name + " is damaged", e);
        }
    }

    /** Another control plane has recorded it. */
    void describe(NodeHello record) {
        hello = record;
        address = address(record);
        forward(record.from());
    }

    /** Another control plane has heard of it. */
    void elsewhere(String replica, ReplicaText.Node said, long nowNanos) {
        forward(said.applied());
        if (session != null) {
            return;
        }
        elsewhere = replica;
        state = said.state();
        problems = said.problems();
        heardNanos = nowNanos - said.silentMillis() * 1_000_000;
    }

    /** What is said elsewhere may have been said before what is known here. */
    private void forward(@Nullable Position position) {
        Position known = applied;
        boolean older =
                position == null
                        || (known != null
                                && known.history().equals(position.history())
                                && known.counter() >= position.counter());
        if (!older) {
            applied = position;
        }
    }

    /** Where a relay says that the node is; null when it does not. */
    static @Nullable InetAddress address(NodeHello hello) {
        String peer = hello.peer();
        return peer == null ? null : InetAddress.ofLiteral(peer);
    }

    /**
     * Its record: a hello, as it would be after what it has acknowledged.
     *
     * @param address where it is, relayed or not
     */
    static Entry record(
            NodeHello hello, @Nullable Position applied, @Nullable InetAddress address) {
        NodeHello at =
                new NodeHello(
                        hello.node(),
                        hello.role(),
                        hello.pop(),
                        hello.url(),
                        applied,
                        hello.via(),
                        address == null ? null : address.getHostAddress());
        return new Entry(RECORDS + hello.node(), StreamCodec.writeHello(at));
    }

    /** Takes a report; whether anything but its time is new. */
    boolean take(NodeReport report) {
        Position position = report.applied();
        boolean moved = position != null && !position.equals(applied);
        boolean news = moved || state != report.state() || !problems.equals(report.problems());
        if (moved) {
            applied = position;
            unrecorded = true;
        }
        state = report.state();
        problems = report.problems();
        return news;
    }

    FleetNode view() {
        return new FleetNode(
                hello.node(),
                hello.role(),
                hello.pop(),
                hello.url(),
                hello.via(),
                address,
                state,
                applied,
                heardNanos,
                session != null || elsewhere != null,
                problems);
    }
}

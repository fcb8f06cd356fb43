package dev.skerry.control.fleet;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.control.store.ControlStore.Entry;
import java.net.InetAddress;
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

    /** Where its stream came from last; null when that was a relay. */
    @Nullable InetAddress address;

    /** Whether {@code applied} is newer than its record. */
    boolean unrecorded;

    Member(NodeHello hello, @Nullable Position applied, long nowNanos) {
        this.hello = hello;
        this.applied = applied;
        this.heardNanos = nowNanos;
    }

    /** Whether its record says the same of it, but for how far it is. */
    boolean isRecordedAs(NodeHello other) {
        return other.role().equals(hello.role())
                && Objects.equals(other.pop(), hello.pop())
                && Objects.equals(other.url(), hello.url())
                && Objects.equals(other.via(), hello.via());
    }

    /** Its record: a hello, as it would be after what it has acknowledged. */
    static Entry record(NodeHello hello, @Nullable Position applied) {
        NodeHello at =
                new NodeHello(
                        hello.node(), hello.role(), hello.pop(), hello.url(), applied, hello.via());
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
                session != null,
                problems);
    }
}

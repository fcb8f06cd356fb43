package dev.skerry.control.route;

import dev.skerry.config.protocol.NodeReport.State;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.fleet.FleetView;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A fleet whose nodes a test moves. */
final class Fleet implements FleetView {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Map<String, FleetNode> nodes = new ConcurrentSkipListMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final LongSupplier nanos;

    Fleet(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** An edge that has just reported that it is ready. */
    Fleet ready(String name, @Nullable String pop, String url) {
        return put(
                new FleetNode(
                        name,
                        "edge",
                        pop,
                        url,
                        null,
                        LOOPBACK,
                        State.READY,
                        null,
                        nanos.getAsLong(),
                        true,
                        List.of()));
    }

    Fleet state(String name, State state) {
        return change(name, node -> with(node, state, true));
    }

    /** A report that says nothing new. */
    Fleet heard(String name) {
        return change(name, node -> with(node, node.state(), true));
    }

    /** The stream ends. */
    Fleet cut(String name) {
        return change(name, node -> with(node, node.state(), false));
    }

    Fleet put(FleetNode node) {
        nodes.put(node.name(), node);
        listeners.forEach(Runnable::run);
        return this;
    }

    @Override
    public List<FleetNode> nodes() {
        return List.copyOf(nodes.values());
    }

    @Override
    public void onChange(Runnable wake) {
        listeners.add(wake);
    }

    @Override
    public CompletionStage<String> ask(String node, String question) {
        return CompletableFuture.failedStage(new UnsupportedOperationException(node));
    }

    private Fleet change(String name, UnaryOperator<FleetNode> change) {
        nodes.computeIfPresent(name, (n, node) -> change.apply(node));
        listeners.forEach(Runnable::run);
        return this;
    }

    private FleetNode with(FleetNode node, State state, boolean connected) {
        return new FleetNode(
                node.name(),
                node.role(),
                node.pop(),
                node.url(),
                node.via(),
                node.address(),
                state,
                node.applied(),
                connected ? nanos.getAsLong() : node.lastHeardNanos(),
                connected,
                node.problems());
    }
}

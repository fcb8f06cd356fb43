package dev.skerry.control.stream;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.fleet.Fleet;
import dev.skerry.control.fleet.FleetPurges;
import dev.skerry.control.fleet.Receipts;
import dev.skerry.control.http.Access;
import dev.skerry.control.http.ApiOptions;
import dev.skerry.control.http.ApiServer;
import dev.skerry.control.http.Caller;
import dev.skerry.control.http.RateLimits;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.purge.PurgeTarget;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A control plane as far as nodes see it: a real store, a real server, and time that stands. */
abstract class WatchFixture {
    private static final Duration BEAT = Duration.ofMillis(50);

    @TempDir Path dir;

    final ManualClock clock = new ManualClock();
    final WatchedHttpClient client = WatchedHttpClient.create(ClientOptions.defaults());
    final List<TestNode> nodes = new ArrayList<>();
    HookedStore store;
    Fleet fleet;
    FleetPurges purges;
    WatchResources watch;
    ApiServer server;

    WatchFixture() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        start(StoreLimits.USUAL);
    }

    final void start(StoreLimits limits) throws IOException {
        store = new HookedStore(EmbeddedStore.open(dir, clock, limits));
        Receipts receipts = new Receipts(clock);
        fleet = Fleet.open(store, receipts, clock);
        purges = FleetPurges.open(store, fleet, receipts, (o, c) -> List.of(), clock, clock);
        watch = WatchResources.open(store, fleet, clock, BEAT);
        server =
                ApiServer.start(
                        new ApiOptions(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                        watch.resources(),
                        new Everybody(),
                        new RateLimits(() -> 0),
                        status -> {});
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(TestNode::close);
        server.close();
        watch.close();
        store.close();
    }

    TestNode edge(String name, @Nullable Position from) throws IOException {
        return follow(TestNode.edge(name, from));
    }

    TestNode follow(NodeHello hello) throws IOException {
        TestNode node = TestNode.follow(client, server.address(), hello);
        nodes.add(node);
        return node;
    }

    /** Purges so many tags in one append. */
    Position append(int tags) throws Exception {
        List<Draft> drafts =
                IntStream.range(0, tags)
                        .<Draft>mapToObj(
                                i -> new Draft.Purge("shop", Scope.TAG, "t" + i, Mode.HARD))
                        .toList();
        return store.append(drafts, changes -> List.of()).position();
    }

    PurgeReceipt purge(String tag, Duration wait) throws Exception {
        PurgeTarget target = new PurgeTarget(Scope.TAG, tag);
        return purges.accept(new PurgeOrder("shop", List.of(target), Mode.HARD, "me"), wait);
    }

    private static final class Everybody implements Access {
        @Override
        public Caller identify(@Nullable String authorization) {
            return new Caller("node", Set.of(Verb.NODE), null);
        }

        @Override
        public void refused(
                Caller caller, String what, @Nullable String site, int status, String detail) {}
    }
}

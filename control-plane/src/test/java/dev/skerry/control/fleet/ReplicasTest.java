package dev.skerry.control.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.purge.PurgeReceipt.State;
import dev.skerry.control.purge.PurgeTarget;
import dev.skerry.control.store.etcd.EtcdOptions;
import dev.skerry.control.store.etcd.EtcdServers;
import dev.skerry.control.store.etcd.EtcdStore;
import dev.skerry.control.store.etcd.OneEtcd;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One fleet over two control planes. */
@Tag("slow")
final class ReplicasTest {
    private Replica one;
    private Replica two;

    @BeforeAll
    static void etcdIsThere() {
        EtcdServers.assumeThere();
    }

    @BeforeEach
    void open() throws IOException {
        EtcdOptions options = OneEtcd.servers().fresh();
        one = new Replica(options);
        two = new Replica(options);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void aPurgeWaitsForNodesOfTheOtherReplicaAndHearsOfThem() throws Exception {
        NodeSession there = two.register("b");
        NodeSession here = one.register("a");
        PurgeReceipt accepted = one.purge(Duration.ZERO);
        assertEquals(Map.of("a", State.PENDING, "b", State.PENDING), states(accepted));
        one.report(here, one.store.head());
        assertFalse(one.find(accepted).done());
        two.report(there, two.store.head());
        Await.until("the other's node is heard of", () -> one.find(accepted).done());
        // Whoever is asked knows of it.
        assertTrue(two.find(accepted).done());
        assertEquals(Map.of("a", State.ACKED, "b", State.ACKED), states(two.find(accepted)));
    }

    /** PURGE.md rule 13: who registered before the purge had its place is waited for. */
    @Test
    void aNodeThatHasJustRegisteredElsewhereIsNeverMissed() throws Exception {
        for (int i = 0; i < 50; i++) {
            String name = "n" + i;
            two.register(name);
            assertTrue(states(one.purge(Duration.ZERO)).containsKey(name), name);
        }
    }

    @Test
    void aNodeIsSeenConnectedElsewhereUntilItsReplicaIsGone() throws Exception {
        NodeSession there = two.register("b");
        two.report(there, two.store.head());
        Await.until("it is ready", () -> one.isConnected("b"));
        assertEquals(NodeReport.State.READY, one.fleet.nodes().getFirst().state());
        two.close();
        Await.until("it is not", () -> !one.isConnected("b"));
        assertEquals(1, one.fleet.nodes().size());
        // It comes here, with what it had.
        NodeSession here = one.register("b");
        PurgeReceipt accepted = one.purge(Duration.ZERO);
        one.report(here, one.store.head());
        assertTrue(one.find(accepted).done());
    }

    @Test
    void whoIsForgottenAnywhereIsForgotten() throws Exception {
        two.register("b");
        PurgeReceipt accepted = one.purge(Duration.ZERO);
        assertFalse(accepted.done());
        assertTrue(one.fleet.forget("b"));
        assertTrue(one.find(accepted).done());
        Await.until("the other forgets it", () -> two.fleet.nodes().isEmpty());
        assertEquals(Map.of(), states(two.purge(Duration.ZERO)));
    }

    private static Map<String, State> states(PurgeReceipt receipt) {
        return receipt.nodes().stream()
                .collect(Collectors.toMap(PurgeReceipt.Node::name, PurgeReceipt.Node::state));
    }

    /** A control plane without its API. */
    private static final class Replica {
        final EtcdStore store;
        final Fleet fleet;
        private final Replicas replicas;
        private final FleetPurges purges;
        private long ping;
        private boolean closed;

        Replica(EtcdOptions options) throws IOException {
            store = EtcdStore.open(options, InstantSource.system(), System::nanoTime);
            Receipts receipts = new Receipts(System::nanoTime);
            fleet = Fleet.open(store, receipts, System::nanoTime);
            replicas = Replicas.join(store, fleet, System::nanoTime);
            purges =
                    FleetPurges.open(
                            store,
                            fleet,
                            receipts,
                            (order, changes) -> List.of(),
                            System::nanoTime,
                            InstantSource.system());
        }

        NodeSession register(String name) throws IOException {
            NodeHello hello = new NodeHello(name, "edge", null, null, null, null);
            return fleet.register(hello, InetAddress.getLoopbackAddress(), new Silent());
        }

        void report(NodeSession session, Position applied) throws IOException {
            NodeReport report =
                    new NodeReport(
                            session.id(), ++ping, applied, NodeReport.State.READY, List.of());
            assertTrue(fleet.report(session.hello().node(), report));
        }

        PurgeReceipt purge(Duration wait) throws Exception {
            List<PurgeTarget> targets = List.of(new PurgeTarget(Scope.TAG, "t"));
            return purges.accept(new PurgeOrder("shop", targets, Mode.HARD, "me"), wait);
        }

        PurgeReceipt find(PurgeReceipt accepted) throws IOException {
            PurgeReceipt found = purges.find(accepted.id());
            assertNotNull(found);
            return found;
        }

        boolean isConnected(String name) {
            return fleet.nodes().stream()
                    .anyMatch(node -> node.name().equals(name) && node.connected());
        }

        void close() {
            if (!closed) {
                closed = true;
                replicas.close();
                store.close();
            }
        }
    }

    private static final class Silent implements NodeLink {
        @Override
        public boolean ask(StreamEvent.Ask question) {
            return false;
        }

        @Override
        public void end() {}
    }
}

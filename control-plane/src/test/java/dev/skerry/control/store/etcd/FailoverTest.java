package dev.skerry.control.store.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.CuttableWire;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three members, of which some fail. */
@Tag("slow")
final class FailoverTest {
    private static final int CALLERS = 8;

    private static EtcdServers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = EtcdServers.start(3);
    }

    @AfterAll
    static void stop() throws IOException {
        // Null when there is no etcd.
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAfterTheLeaderWasKilled() throws Exception {
        String prefix = UUID.randomUUID() + "/";
        try (EtcdStore store = open(servers.uris(), prefix, Duration.ofSeconds(30));
                EtcdStore other = open(servers.uris(), prefix, Duration.ofSeconds(30))) {
            Load load = Load.on(List.of(store, other));
            Await.until("appends before", () -> load.acknowledged.size() > 100);
            EtcdServers.Member leader = servers.leader();
            leader.kill();
            int before = load.acknowledged.size();
            Await.until("appends after", () -> load.acknowledged.size() > before + 100);
            load.stop();
            servers.launch(leader);
            servers.awaitHealthy(leader);
            load.assertAllThere(other);
        }
    }

    @Test
    void twoReplicasKeepOneOrder() throws Exception {
        String prefix = UUID.randomUUID() + "/";
        try (EtcdStore store = open(servers.uris(), prefix, Duration.ofSeconds(10));
                EtcdStore other = open(servers.uris(), prefix, Duration.ofSeconds(10))) {
            Semaphore woken = new Semaphore(0);
            other.onAppend(woken::release);
            Draft first = new Draft.Purge("shop", Scope.TAG, "first", Mode.HARD);
            store.append(List.of(first), changes -> List.of());
            assertTrue(woken.tryAcquire(30, TimeUnit.SECONDS), "another's append wakes");
            Load load = Load.on(List.of(store, other));
            Await.until("appends", () -> load.acknowledged.size() > 600);
            load.stop();
            load.assertAllThere(store);
            assertEquals(store.head(), other.head());
            assertEquals(store.snapshot(), other.snapshot());
        }
    }

    @Test
    void aMemberThatIsCutOffIsPassedOver() throws Exception {
        EtcdServers.Member member = servers.members().getFirst();
        try (CuttableWire wire = CuttableWire.to(member.clientPort)) {
            List<URI> uris = new ArrayList<>(servers.uris());
            uris.set(0, URI.create("http://127.0.0.1:" + wire.port()));
            String prefix = UUID.randomUUID() + "/";
            try (EtcdStore store = open(uris, prefix, Duration.ofSeconds(20));
                    EtcdStore other = open(servers.uris(), prefix, Duration.ofSeconds(20))) {
                Semaphore woken = new Semaphore(0);
                store.onAppend(woken::release);
                Load load = Load.on(List.of(store));
                Await.until("appends before", () -> load.acknowledged.size() > 50);
                wire.silence();
                int before = load.acknowledged.size();
                Await.until("appends after", () -> load.acknowledged.size() > before + 50);
                load.stop();
                load.assertAllThere(other);
                // Reads find the way too, and what others append is heard of.
                woken.drainPermits();
                other.append(
                        List.of(new Draft.Purge("shop", Scope.TAG, "late", Mode.HARD)),
                        changes -> List.of());
                Await.until(
                        "it hears of it",
                        () -> {
                            assertEquals(other.head(), store.head());
                            return woken.tryAcquire();
                        });
            }
        }
    }

    @Test
    void withoutAnyMemberACallFailsInTimeAndLaterWorks() throws Exception {
        try (CuttableWire wire = CuttableWire.to(servers.members().getLast().clientPort)) {
            List<URI> uris = List.of(URI.create("http://127.0.0.1:" + wire.port()));
            Draft purge = new Draft.Purge("shop", Scope.TAG, "a", Mode.HARD);
            try (EtcdStore store = open(uris, UUID.randomUUID() + "/", Duration.ofMillis(500))) {
                wire.cut();
                IOException failed =
                        assertThrows(
                                IOException.class,
                                () -> store.append(List.of(purge), changes -> List.of()));
                assertTrue(String.valueOf(failed.getMessage()).contains("etcd does not answer"));
                assertThrows(IOException.class, store::head);
                wire.mend();
                Await.until(
                        "it answers again",
                        () -> {
                            try {
                                store.append(List.of(purge), changes -> List.of());
                                return true;
                            } catch (IOException e) {
                                return false;
                            }
                        });
                assertTrue(store.head().counter() >= 2);
            }
            wire.cut();
            IOException down =
                    assertThrows(
                            IOException.class,
                            () -> open(uris, "x/", Duration.ofMillis(200)).close());
            assertTrue(String.valueOf(down.getMessage()).contains("etcd does not answer"));
        }
    }

    @Test
    void theWatchOutlivesACutAndACompaction() throws Exception {
        EtcdServers.Member member = servers.members().getFirst();
        try (CuttableWire wire = CuttableWire.to(member.clientPort)) {
            String prefix = UUID.randomUUID() + "/";
            List<URI> uris = List.of(URI.create("http://127.0.0.1:" + wire.port()));
            try (EtcdStore store = open(uris, prefix, Duration.ofSeconds(10));
                    EtcdStore other = open(servers.uris(), prefix, Duration.ofSeconds(10))) {
                AtomicInteger seen = new AtomicInteger();
                store.onAppend(seen::incrementAndGet);
                wire.cut();
                for (int i = 0; i < 5; i++) {
                    other.put(List.of(new Entry("a", "{\"n\":" + i + "}")));
                    other.append(
                            List.of(new Draft.Purge("shop", Scope.TAG, "t" + i, Mode.HARD)),
                            changes -> List.of());
                }
                servers.compact();
                assertEquals(0, seen.get());
                wire.mend();
                Await.until("it is woken", () -> seen.get() > 0);
                assertEquals(other.head(), store.head());
                assertEquals(6, store.snapshot().at().counter());
            }
        }
    }

    private static EtcdStore open(List<URI> uris, String prefix, Duration patience)
            throws IOException {
        return EtcdStore.open(
                new EtcdOptions(uris, null, null, null, prefix),
                InstantSource.system(),
                System::nanoTime,
                StoreLimits.USUAL,
                patience,
                Keeper.Pace.USUAL);
    }

    /** Some callers that append, each name once, until they are stopped. */
    private static final class Load {
        final Map<String, Change> acknowledged = new ConcurrentHashMap<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger names = new AtomicInteger();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> callers = new ArrayList<>();

        static Load on(List<EtcdStore> stores) {
            Load load = new Load();
            for (int i = 0; i < CALLERS; i++) {
                EtcdStore store = stores.get(i % stores.size());
                load.callers.add(
                        load.threads.submit(() -> {
                            load.run(store);
                            return null;
                        }));
            }
            return load;
        }

        private void run(EtcdStore store) throws Exception {
            while (!stopped.get()) {
                String name = "n" + names.incrementAndGet();
                Change made =
                        store.append(
                                        List.of(
                                                new Draft.Purge(
                                                        "shop", Scope.TAG, name, Mode.HARD)),
                                        changes -> List.of(new Entry("purges/" + name, "{}")))
                                .changes()
                                .getFirst();
                acknowledged.put(name, made);
            }
        }

        void stop() throws Exception {
            stopped.set(true);
            for (Future<?> caller : callers) {
                caller.get(60, TimeUnit.SECONDS);
            }
            threads.close();
        }

        /** Once each, where it was said to be, chained without a gap. */
        void assertAllThere(EtcdStore store) throws Exception {
            List<Change> all = store.read(0, 1_000_000);
            assertNotNull(all);
            String hash = ChainHash.start(store.head().history());
            Map<String, Change> found = new HashMap<>();
            long counter = 0;
            for (Change change : all) {
                assertEquals(++counter, change.counter());
                hash = ChainHash.after(hash, change);
                if (change instanceof Change.Purged purged && change.counter() > 1) {
                    Change twice = found.put(purged.purge().value(), change);
                    assertEquals(null, twice, "a duplicate");
                }
            }
            assertEquals(store.head().hash(), hash);
            for (Map.Entry<String, Change> each : acknowledged.entrySet()) {
                assertEquals(each.getValue(), found.get(each.getKey()));
            }
            String last =
                    all.getLast() instanceof Change.Purged purged ? purged.purge().value() : "";
            assertEquals("{}", store.get("purges/" + last));
        }
    }
}

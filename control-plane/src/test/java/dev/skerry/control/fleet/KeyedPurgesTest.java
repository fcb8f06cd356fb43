package dev.skerry.control.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.purge.IdempotencyKey;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.purge.PurgeTarget;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Purges that are sent again with their key. */
final class KeyedPurgesTest {
    private static final String KEYS = "purge-keys/";

    @TempDir Path dir;

    private final ManualClock clock = new ManualClock();
    private ControlStore store;
    private Fleet fleet;
    private FleetPurges purges;

    @BeforeEach
    void open() throws IOException {
        store = EmbeddedStore.open(dir, clock);
        Receipts receipts = new Receipts(clock);
        fleet = Fleet.open(store, receipts, clock);
        purges =
                FleetPurges.open(
                        store, fleet, receipts, (order, changes) -> List.of(), clock, clock);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void aKeyOutlivesARestart() throws Exception {
        PurgeReceipt first = purge("k", "body");
        long head = store.head().counter();
        close();
        open();
        assertEquals(first, purge("k", "body"));
        assertThrows(IdempotencyKey.Reused.class, () -> purge("k", "another"));
        assertEquals(head, store.head().counter());
    }

    @Test
    void aKeyIsKnownWhenItsReceiptIsNotRememberedAnyMore() throws Exception {
        PurgeReceipt first = purge("k", "body");
        for (int i = 0; i < Receipts.REMEMBERED; i++) {
            purges.accept(order(), Duration.ZERO);
        }
        assertNull(purges.find(first.id()));
        long head = store.head().counter();
        PurgeReceipt again = purge("k", "body");
        assertEquals(List.of(first.id(), first.place()), List.of(again.id(), again.place()));
        assertEquals(head, store.head().counter());
    }

    @Test
    void aKeyOfAnEarlierHistoryIsDoneByAllThatAreInTheNewOne() throws Exception {
        PurgeReceipt first = purge("k", "body");
        for (int i = 0; i < Receipts.REMEMBERED; i++) {
            purges.accept(order(), Duration.ZERO);
        }
        fleet.record();
        Position anew = store.newHistory("a test");
        close();
        open();
        NodeHello hello = new NodeHello("a", "edge", null, null, anew, null);
        NodeSession session =
                fleet.register(
                        hello, InetAddress.getLoopbackAddress(), new FleetPurgesTest.Nowhere());
        fleet.verified(session, anew);
        PurgeReceipt again = purge("k", "body");
        assertEquals(first.place(), again.place());
        assertTrue(again.done());
        assertEquals(1, again.nodes().size());
    }

    @Test
    void aKeyIsKeptForItsDayAndTheOneAfter() throws Exception {
        PurgeReceipt first = purge("k", "body");
        Instant midnight = Instant.parse("2026-01-03T00:00:00Z");
        clock.advance(Duration.between(clock.instant(), midnight).minusMillis(1));
        assertEquals(first, purge("k", "body"));
        clock.advance(Duration.ofMillis(1));
        assertNotEquals(first.id(), purge("k", "body").id());
    }

    @Test
    void aKeyThatWasTakenWithoutItsPurgeIsPurgedUnderItsId() throws Exception {
        // As after a crash between the two, which other control planes can see.
        PurgeKeys keys = new PurgeKeys(store, clock, 9);
        store.put(List.of(keys.entry(key("k", "body"), "p-" + "7".repeat(24), null)));
        assertThrows(IdempotencyKey.Reused.class, () -> purge("k", "another"));
        PurgeReceipt receipt = purge("k", "body");
        assertEquals("p-" + "7".repeat(24), receipt.id());
        assertNotNull(store.get("purges/" + receipt.id()));
        assertEquals(receipt, purge("k", "body"));
    }

    @Test
    void ofManyThatComeAtOnceOneIsPurged() throws Exception {
        long head = store.head().counter();
        Set<String> ids = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PurgeReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                receipts.add(threads.submit(() -> purge("k", "body")));
            }
            for (Future<PurgeReceipt> receipt : receipts) {
                ids.add(receipt.get().id());
            }
        }
        assertEquals(1, ids.size());
        assertEquals(head + 1, store.head().counter());
    }

    @Test
    void oldKeysGoAndTheOldestOfTooMany() throws Exception {
        PurgeKeys keys = new PurgeKeys(store, clock, 3);
        write(keys, "a");
        clock.advance(Duration.ofDays(1));
        write(keys, "b");
        write(keys, "c");
        keys.sweep();
        assertEquals(3, store.list(KEYS, null, 9).size());
        clock.advance(Duration.ofDays(1));
        keys.sweep();
        assertNull(keys.find(key("a", "")));
        assertEquals(2, store.list(KEYS, null, 9).size());
        write(keys, "d");
        keys.sweep();
        assertEquals(3, store.list(KEYS, null, 9).size());
        write(keys, "e");
        keys.sweep();
        assertEquals(3, store.list(KEYS, null, 9).size());
        assertNotNull(keys.find(key("e", "")));
    }

    private void write(PurgeKeys keys, String name) throws IOException {
        store.put(List.of(keys.entry(key(name, ""), "p-1", null)));
    }

    private PurgeReceipt purge(String key, String body) throws Exception {
        return purges.acceptOnce(key(key, body), order(), Duration.ZERO);
    }

    private static PurgeOrder order() {
        List<PurgeTarget> targets = List.of(new PurgeTarget(Scope.TAG, "t"));
        return new PurgeOrder("shop", targets, Mode.HARD, "me");
    }

    private static IdempotencyKey key(String name, String body) {
        return new IdempotencyKey(name, body);
    }
}

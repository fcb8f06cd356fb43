package dev.skerry.control.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Appended;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be written changes nothing, and what comes later is written when it can be. */
final class StoreFailureTest {
    private static final int PAGES = 100;

    @TempDir Path directory;

    private final ManualClock clock = new ManualClock();

    @Test
    void aFullDatabaseTakesAppendsAgainWhenThereIsRoom() throws Exception {
        try (EmbeddedStore store = full()) {
            Position head = store.head();
            assertThrows(IOException.class, () -> append(store, 50, "large"));
            assertEquals(head, store.head());
            assertEquals(head, store.snapshot().at());
            assertNull(store.get("large"));
            store.put(List.of(new Entry("ballast", null)));
            assertEquals(head.counter() + 50, append(store, 50, "large").position().counter());
        }
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            assertEquals(51, store.head().counter());
        }
    }

    @Test
    void whatIsTooLargeHarmsNobodyWhoSharesItsTransaction() throws Exception {
        Gate gate = new Gate("the transaction before");
        try (EmbeddedStore store = full();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Appended> before =
                    threads.submit(() ->
                            store.append(
                                    List.of(purge(0)),
                                    changes -> {
                                        await(gate);
                                        return List.of();
                                    }));
            gate.awaitArrival();
            Future<Appended> large = threads.submit(() -> append(store, 1000, "large"));
            Future<Appended> small = threads.submit(() -> append(store, 1, "small"));
            gate.open();
            assertEquals(1, before.get().changes().size());
            assertEquals(1, small.get().changes().size());
            ExecutionException failed = assertThrows(ExecutionException.class, large::get);
            assertTrue(failed.getCause() instanceof IOException, failed::toString);
            assertEquals(3, store.head().counter());
            assertNull(store.get("large"));
            assertEquals("{}", store.get("small"));
        }
    }

    @Test
    void whileAStrangerHoldsTheDatabaseAppendsFail() throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock);
                Connection stranger =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + directory.resolve("control.db"));
                Statement sql = stranger.createStatement()) {
            sql.execute("BEGIN IMMEDIATE");
            IOException failed = assertThrows(IOException.class, () -> append(store, 1, "a"));
            assertTrue(failed.toString().contains(directory.toString()), failed::toString);
            assertEquals(1, store.head().counter());
            assertNull(store.get("a"));
            sql.execute("ROLLBACK");
            assertEquals(2, append(store, 1, "a").position().counter());
        }
    }

    /** A store with room for some changes, but not for many. */
    private EmbeddedStore full() throws IOException {
        EmbeddedStore store = EmbeddedStore.open(directory, clock, StoreLimits.USUAL, PAGES);
        int size = PAGES * 4096;
        while (true) {
            try {
                store.put(List.of(new Entry("ballast", "x".repeat(size))));
                return store;
            } catch (IOException e) {
                size -= 4096;
            }
        }
    }

    private static Appended append(EmbeddedStore store, int count, String record) throws Exception {
        return store.append(
                IntStream.range(0, count).mapToObj(StoreFailureTest::purge).toList(),
                changes -> List.of(new Entry(record, "{}")));
    }

    private static Draft purge(int number) {
        return new Draft.Purge("shop", Scope.TAG, "tag " + number, Mode.HARD);
    }

    private static void await(Gate gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

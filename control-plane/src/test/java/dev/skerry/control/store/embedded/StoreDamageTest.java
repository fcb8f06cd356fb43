package dev.skerry.control.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged database is kept, said to be damaged, and never believed. */
final class StoreDamageTest {
    private static final int FLIPS = 60;
    private static final int HEADER = 100;

    @TempDir Path directory;

    private final ManualClock clock = new ManualClock();
    private Path database = Path.of("");
    private @Nullable Contents filled;

    @BeforeEach
    void fill() throws Exception {
        database = directory.resolve("control.db");
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            for (int i = 0; i < 200; i++) {
                store.append(
                        List.of(
                                new Draft.Purge("shop", Scope.TAG, "tag " + i, Mode.HARD),
                                new Draft.Purge("shop", Scope.URL, "h/" + i % 50, Mode.SOFT),
                                new Draft.ApplySite("site " + i % 7, "document " + i, null)),
                        changes -> List.of(new Entry("purges/" + changes.size(), "{}")));
            }
            filled = Contents.of(store);
        }
    }

    @Test
    void garbageIsMovedAsideAndANewHistoryBegins() throws Exception {
        byte[] garbage = new byte[20_000];
        new Random(7).nextBytes(garbage);
        Files.write(database, garbage);
        assertBeginsAnew();
        Path kept = directory.resolve("control.db.damaged-" + clock.millis());
        assertArrayEquals(garbage, Files.readAllBytes(kept));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 100, 4095, 4096, 8192, 20_000})
    void aTruncatedDatabaseIsMovedAside(int length) throws Exception {
        truncate(database, length);
        assertBeginsAnew();
    }

    @Test
    void theEndOfTheLastPageIsMissed() throws Exception {
        truncate(database, Files.size(database) - 1);
        assertBeginsAnew();
    }

    @Test
    void aDatabaseThatIsGoneOrEmptyIsANewOne() throws Exception {
        truncate(database, 0);
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            assertNotEquals(whole().head().history(), store.head().history());
        }
        Files.delete(database);
        EmbeddedStore.open(directory, clock).close();
    }

    @Test
    void damageAgainIsKeptBesideTheFirst() throws Exception {
        Files.writeString(database, "not a database, but long enough to be looked at".repeat(99));
        assertBeginsAnew();
        Files.writeString(database, "not a database, but long enough to be looked at".repeat(98));
        assertBeginsAnew();
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(2, files.filter(file -> file.toString().contains(".damaged-")).count());
        }
    }

    /** A turned bit anywhere: either it meant nothing, or the store is not believed. */
    @Test
    void aStoreWithATurnedBitIsTheSameOrMovedAside() throws Exception {
        byte[] sound = Files.readAllBytes(database);
        Random random = new Random(42);
        int aside = 0;
        for (int i = 0; i < FLIPS; i++) {
            int at = random.nextInt(i % 3 == 0 ? HEADER : sound.length);
            byte[] turned = sound.clone();
            turned[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(database, turned);
            try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
                if (!store.head().history().equals(whole().head().history())) {
                    aside++;
                } else {
                    assertEquals(whole(), Contents.of(store), "byte " + at);
                    StoreFilesTest.append(store);
                }
            }
        }
        assertTrue(aside > 0 && aside < FLIPS, aside + " of " + FLIPS);
    }

    /** A log whose end is damaged was cut there, as after a power cut: what is left is whole. */
    @Test
    void aTurnedBitInTheLogLeavesAPrefixOfTheHistory() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        Position last;
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            for (int i = 0; i < 20; i++) {
                StoreFilesTest.append(store);
            }
            last = store.head();
            for (String name : List.of("control.db", "control.db-wal")) {
                Files.copy(directory.resolve(name), copy.resolve(name));
            }
        }
        Path log = copy.resolve("control.db-wal");
        byte[] turned = Files.readAllBytes(log);
        turned[turned.length / 2] ^= 16;
        Files.write(log, turned);
        try (EmbeddedStore store = EmbeddedStore.open(copy, clock)) {
            Position head = store.head();
            assertEquals(last.history(), head.history());
            assertTrue(
                    head.counter() >= whole().head().counter() && head.counter() < last.counter(),
                    head::toString);
        }
    }

    private void assertBeginsAnew() throws IOException {
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            assertNotEquals(whole().head().history(), store.head().history());
            assertEquals(1, store.head().counter());
            assertEquals(1, store.snapshot().floor());
            assertEquals(
                    List.of(
                            new Change.HistoryBegun(
                                    1, "the control store was damaged", clock.millis())),
                    store.read(0, 10));
            assertNull(store.get("purges/3"));
        }
        assertTrue(setAside(directory));
    }

    private Contents whole() {
        if (filled == null) {
            throw new AssertionError("nothing was filled in");
        }
        return filled;
    }

    static boolean setAside(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().contains(".damaged-"));
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    /** All that a store says. */
    private record Contents(
            Position head,
            @Nullable List<Change> changes,
            Snapshot snapshot,
            SortedMap<String, String> records) {
        static Contents of(EmbeddedStore store) throws IOException {
            return new Contents(
                    store.head(),
                    store.read(0, 10_000),
                    store.snapshot(),
                    store.list("", null, 10_000));
        }
    }
}

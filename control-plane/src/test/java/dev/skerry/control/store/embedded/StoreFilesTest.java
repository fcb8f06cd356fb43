package dev.skerry.control.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreFilesTest {
    @TempDir Path parent;

    private final ManualClock clock = new ManualClock();

    @Test
    void oneStoreAtATimeHasADirectory() throws Exception {
        Path directory = parent.resolve("a/b");
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            IOException refused =
                    assertThrows(IOException.class, () -> EmbeddedStore.open(directory, clock));
            assertEquals(
                    directory + ": the control store there is in use already",
                    refused.getMessage());
            assertEquals(1, store.head().counter());
        }
        EmbeddedStore.open(directory, clock).close();
    }

    @Test
    void filesAreTheirOwnersAlone() throws Exception {
        Path directory = parent.resolve("store");
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock)) {
            store.put(List.of(new Entry("tokens/a", "{}")));
            assertEquals("rwx------", mode(directory));
            try (Stream<Path> files = Files.list(directory)) {
                List<Path> all = files.toList();
                assertEquals(4, all.size(), all::toString);
                for (Path file : all) {
                    assertEquals("rw-------", mode(file), file::toString);
                }
            }
        }
        Path database = directory.resolve("control.db");
        Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-r--r--"));
        EmbeddedStore.open(directory, clock).close();
        assertEquals("rw-------", mode(database));
    }

    @Test
    void aDirectoryThatWasThereKeepsItsMode() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("store"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
        EmbeddedStore.open(directory, clock).close();
        assertEquals("rwxr-x---", mode(directory));
    }

    @Test
    void closingEmptiesTheLogAndIsDoneOnce() throws Exception {
        EmbeddedStore store = EmbeddedStore.open(parent, clock);
        store.close();
        store.close();
        assertFalse(Files.exists(parent.resolve("control.db-wal")));
        assertThrows(IOException.class, () -> store.get("a"));
        assertThrows(IOException.class, store::snapshot);
        assertThrows(IOException.class, () -> store.put(List.of(new Entry("a", "1"))));
        assertThrows(IOException.class, () -> append(store));
    }

    @Test
    void anInterruptedCallerIsToldThatNothingWasWritten() throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(parent, clock)) {
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, () -> append(store));
            assertTrue(Thread.interrupted());
            assertEquals(1, store.head().counter());
            assertEquals(2, append(store).counter());
        }
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws Exception {
        EmbeddedStore.open(parent, clock).close();
        change("UPDATE meta SET format = 2");
        IOException refused =
                assertThrows(IOException.class, () -> EmbeddedStore.open(parent, clock));
        assertTrue(refused.toString().contains("in format 2; this one knows 1"));
        change("UPDATE meta SET format = 1");
        EmbeddedStore.open(parent, clock).close();
        assertFalse(StoreDamageTest.setAside(parent));
    }

    static Position append(EmbeddedStore store) throws Exception {
        return store.append(
                        List.of(new Draft.Purge("shop", Scope.TAG, "a", Mode.HARD)),
                        changes -> List.of())
                .position();
    }

    private void change(String statement) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + parent.resolve("control.db"));
                Statement sql = connection.createStatement()) {
            sql.executeUpdate(statement);
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}

package dev.skerry.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpFolderTest {
    @TempDir Path temporary;

    @Test
    void theFirstStartMakesAFolderAndAKeyForTheOwnerAlone() throws IOException {
        UpFolder folder = new UpFolder(temporary.resolve("a/b"));

        assertEquals("rwx------", mode(folder.control()));
        assertEquals("rw-------", mode(folder.fleetKey()));
        assertTrue(Files.readString(folder.fleetKey()).matches("[0-9a-f]{64}"));
    }

    @Test
    void theKeyStaysFromStartToStart() throws IOException {
        String first = Files.readString(new UpFolder(temporary).fleetKey());

        assertEquals(first, Files.readString(new UpFolder(temporary).fleetKey()));
    }

    @Test
    void thePortOfTheDemoSiteIsRemembered() throws IOException {
        UpFolder folder = new UpFolder(temporary);

        assertEquals(0, folder.demoPort());
        folder.demoPort(43_210);
        assertEquals(43_210, new UpFolder(temporary).demoPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "80", "65536", "123456", "-5000"})
    void whatIsNoPortIsNone(String text) throws IOException {
        Files.writeString(temporary.resolve("demo.port"), text);

        assertEquals(0, new UpFolder(temporary).demoPort());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

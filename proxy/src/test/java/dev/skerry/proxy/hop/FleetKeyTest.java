package dev.skerry.proxy.hop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FleetKeyTest {
    private static final String HEX =
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static final String BASE64 = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

    @TempDir Path directory;

    @Test
    void sixtyFourHexDigitsAreEnoughAndOneFewerIsNot() {
        assertDoesNotThrow(() -> key(HEX));
        assertThrows(IllegalArgumentException.class, () -> key(HEX.substring(1)));
    }

    @Test
    void fortyThreeCharactersOfTextAreEnoughAndOneFewerIsNot() {
        assertDoesNotThrow(() -> key(BASE64));
        assertThrows(IllegalArgumentException.class, () -> key(BASE64.substring(1)));
    }

    @Test
    void thirtyTwoBytesAreEnoughAndOneFewerIsNot() {
        byte[] bytes = new byte[32];
        new Random(1).nextBytes(bytes);
        assertDoesNotThrow(() -> FleetKey.of(bytes));
        assertThrows(IllegalArgumentException.class, () -> FleetKey.of(Arrays.copyOf(bytes, 31)));
    }

    @Test
    void whatIsNotRandomIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> key("a".repeat(100)));
        assertThrows(IllegalArgumentException.class, () -> FleetKey.of(new byte[64]));
        assertThrows(IllegalArgumentException.class, () -> key(""));
    }

    @Test
    void lineEndAfterTheKeyDoesNotCount() {
        assertArrayEquals(key(HEX).mac().doFinal(), key(" " + HEX + "\r\n").mac().doFinal());
    }

    @Test
    void fileOpenToEveryUserIsRefused() throws IOException {
        Path file = directory.resolve("fleet.key");
        Files.writeString(file, HEX + "\n");
        for (String mode : new String[] {"rw-r--r--", "rw-----w-"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> FleetKey.read(file));
            assertTrue(refused.toString().contains("chmod 600"), refused.toString());
            assertTrue(refused.toString().contains(file.toString()), refused.toString());
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertDoesNotThrow(() -> FleetKey.read(file));
    }

    @Test
    void messagesDoNotShowTheKey() throws IOException {
        Path file = directory.resolve("short.key");
        Files.writeString(file, "s3cret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> FleetKey.read(file));
        assertFalse(refused.toString().contains("s3cret"), refused.toString());
        assertTrue(refused.toString().contains("short.key"), refused.toString());
    }

    @Test
    void fileThatIsMissingOrTooLongIsRefused() throws IOException {
        assertThrows(IOException.class, () -> FleetKey.read(directory.resolve("none")));
        Path file = directory.resolve("long.key");
        Files.setPosixFilePermissions(
                Files.writeString(file, HEX.repeat(64)),
                PosixFilePermissions.fromString("rw-------"));
        assertDoesNotThrow(() -> FleetKey.read(file));
        Files.writeString(file, HEX.repeat(64) + "0");
        assertThrows(IllegalArgumentException.class, () -> FleetKey.read(file));
    }

    private static FleetKey key(String text) {
        return FleetKey.of(text.getBytes(US_ASCII));
    }
}

package dev.skerry.cache.store.disk.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SuperblockTest {
    private static final UUID A = new UUID(1, 1);
    private static final UUID B = new UUID(2, 2);

    private static final List<Superblock.Era> ERAS =
            List.of(new Superblock.Era(0, Set.of(A)), new Superblock.Era(77, Set.of(A, B)));

    @TempDir private Path folder;

    @Test
    void aDirectoryKeepsItsIdentity() throws IOException {
        Superblock fresh;
        try (FileDevice device = FileDevice.open(folder)) {
            fresh = device.superblock();
            assertEquals("", fresh.lineage());
            assertEquals(List.of(), fresh.eras());
            assertEquals(0, fresh.segmentBytes());
        }
        Superblock next = new Superblock(fresh.disk(), "lineage-1", 16 << 20, ERAS);
        try (FileDevice device = FileDevice.open(folder)) {
            assertEquals(fresh, device.superblock());
            device.renew(next);
            assertEquals(next, device.superblock());
        }
        try (FileDevice device = FileDevice.open(folder)) {
            assertEquals(next, device.superblock());
        }
    }

    @Test
    void anotherFormatIsRefusedByBothVersions() throws IOException {
        FileDevice.open(folder).close();
        Path file = folder.resolve(SuperblockFile.NAME);
        String text = Files.readString(file);
        Files.writeString(file, text.replace("format 1\n", "format 2\n"));

        assertEquals(
                folder
                        + " has disk format 2; this version of Skerry reads format 1 only. Use the"
                        + " version that wrote it, or empty the directory.",
                refusal());
    }

    @Test
    void noFlippedBitIsMisread() throws IOException {
        try (FileDevice device = FileDevice.open(folder)) {
            device.renew(new Superblock(device.superblock().disk(), "lineage", 64, ERAS));
        }
        Path file = folder.resolve(SuperblockFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] turned = bytes.clone();
            turned[bit / 8] ^= (byte) (1 << bit % 8);
            String text = new String(turned, StandardCharsets.ISO_8859_1);
            assertThrows(
                    RefusedException.class, () -> new SuperblockFile(folder).parseChecked(text));
        }
    }

    @Test
    void noShortFileIsMisread() throws IOException {
        FileDevice.open(folder).close();
        Path file = folder.resolve(SuperblockFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            Files.writeString(
                    file,
                    new String(bytes, 0, length, StandardCharsets.ISO_8859_1),
                    StandardCharsets.ISO_8859_1);
            assertThrows(RefusedException.class, new SuperblockFile(folder)::read);
        }
        Files.write(file, new byte[100_000]);
        assertEquals(
                file
                        + " is damaged: nobody can tell what this directory holds. Empty the"
                        + " directory to use it anew.",
                refusal());
    }

    @Test
    void aCrashWhileItIsReplacedLeavesTheOldOne() throws IOException {
        Superblock fresh;
        try (FileDevice device = FileDevice.open(folder)) {
            fresh = device.superblock();
        }
        Files.writeString(folder.resolve(SuperblockFile.NEXT), "skerry disk for");
        try (FileDevice device = FileDevice.open(folder)) {
            assertEquals(fresh, device.superblock());
            assertFalse(device.list().contains(SuperblockFile.NEXT));
            device.renew(fresh);
        }
    }

    @Test
    void aCrashBeforeTheFirstOneLeavesAnEmptyDirectory() throws IOException {
        Files.writeString(folder.resolve(SuperblockFile.NEXT), "");
        Files.writeString(folder.resolve("lock"), "");
        FileDevice.open(folder).close();
    }

    @Test
    void aLineageIsOneWord() {
        assertEquals(128, new Superblock(A, "l".repeat(128), 0, List.of()).lineage().length());
        for (String lineage : new String[] {"l".repeat(129), "a b", "a\nb", "ä"}) {
            assertThrows(
                    IllegalArgumentException.class, () -> new Superblock(A, lineage, 0, List.of()));
        }
    }

    @Test
    void erasAndTheirDisksHaveLimits() throws IOException {
        Set<UUID> disks = new HashSet<>();
        for (int i = 0; i < Superblock.MAX_DISKS; i++) {
            disks.add(new UUID(-1 - i, i));
        }
        List<Superblock.Era> eras = new ArrayList<>();
        for (int i = 0; i < Superblock.MAX_ERAS; i++) {
            eras.add(new Superblock.Era(Long.MAX_VALUE - i, disks));
        }
        try (FileDevice device = FileDevice.open(folder)) {
            device.renew(new Superblock(A, "", Long.MAX_VALUE, eras));
        }
        try (FileDevice device = FileDevice.open(folder)) {
            assertEquals(eras, device.superblock().eras());
        }
        eras.add(new Superblock.Era(0, disks));
        assertThrows(IllegalArgumentException.class, () -> new Superblock(A, "", 0, eras));
        disks.add(A);
        assertThrows(IllegalArgumentException.class, () -> new Superblock.Era(0, disks));
    }

    private String refusal() {
        return String.valueOf(
                assertThrows(RefusedException.class, () -> FileDevice.open(folder).close())
                        .getMessage());
    }
}

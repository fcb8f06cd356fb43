package dev.skerry.cache.store.disk;

import static dev.skerry.cache.store.disk.DiskScene.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.DiskScene.Loaded;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.FileDevice;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.format.Checksum;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskTierTest {
    private static final int BLOCK = 64 << 10;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 1 << 20, (1 << 20) + 1, 9_000_000})
    void aResponseIsFoundAgainByteForByteAlsoAfterARestart(int length) throws IOException {
        CacheKey key = key(1);
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            assertTrue(scene.write(key, 5, length));
            scene.flush();
            assertHolds(scene, key, 5, length);
        }
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            assertTrue(scene.tier.mayHold(key));
            assertHolds(scene, key, 5, length);
            assertEquals(0, scene.tier.counters().get(DiskCounters.Event.SEGMENTS_SCANNED));
        }
    }

    private static void assertHolds(DiskScene scene, CacheKey key, long seed, int length) {
        List<Loaded> found = scene.load(key);
        assertEquals(1, found.size());
        Loaded loaded = found.getFirst();
        assertEquals(seed, loaded.seed());
        assertEquals(seed, loaded.bodyId());
        assertEquals(length, loaded.length());
        ByteBuffer expected = ByteBuffer.wrap(PatternBytes.range(seed, 0, length));
        assertEquals(expected, loaded.read());
        if (length <= BLOCK) {
            assertEquals(expected, loaded.body());
        } else {
            assertNull(loaded.body());
        }
    }

    @Test
    void whatReplacesAResponseIsFoundInsteadOfIt() throws IOException {
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            scene.write(key(1), 5, 100);
            scene.flush();
            scene.write(key(1), 6, 200);
            scene.flush();
            assertHolds(scene, key(1), 6, 200);
            assertEquals(1, scene.tier.count());
        }
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            assertHolds(scene, key(1), 6, 200);
        }
    }

    @Test
    void whatWasRemovedDoesNotComeBackWithARestart() throws IOException {
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            scene.write(key(1), 5, 100);
            scene.flush();
            scene.tier.remove(key(1), scene.head(5, ""));
            assertEquals(List.of(), scene.load(key(1)));
        }
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            assertFalse(scene.tier.mayHold(key(1)));
            assertEquals(List.of(), scene.load(key(1)));
        }
    }

    @Test
    void variantsOfAKeyStandBesideEachOtherTheNewestFirst() throws IOException {
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            scene.write(key(1), 5, 100, "de");
            scene.write(key(1), 6, 100, "en");
            scene.write(key(1), 7, 100, "de");
            scene.flush();
            assertEquals(List.of(7L, 6L), scene.load(key(1)).stream().map(Loaded::seed).toList());
        }
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            assertEquals(List.of(7L, 6L), scene.load(key(1)).stream().map(Loaded::seed).toList());
        }
    }

    @Test
    void aSegmentOfAnotherVersionIsRefusedAndNothingIsTouched() throws IOException {
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            scene.write(key(1), 5, 100);
        }
        Path file = directory.resolve("0000000001.segment");
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.putInt(8, 2).putInt(60, Checksum.of(header, 0, 60));
        Files.write(file, bytes);
        // Another one that is damaged would be given up otherwise.
        Files.write(directory.resolve("0000000000.segment"), new byte[100]);

        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () -> new DiskScene(FileDevice.open(directory)).close());
        assertEquals(
                "0000000001.segment of "
                        + directory
                        + " has version 2; this version of Skerry reads version 1 only. Use the"
                        + " version that wrote it, or empty the directory.",
                refused.getMessage());
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertTrue(Files.exists(directory.resolve("0000000000.segment")));
    }

    @Test
    void whatCouldNotBeReadOnceAndWasRemovedDoesNotComeBack() throws IOException {
        RamDevice ram = new RamDevice();
        FaultyDevice device = new FaultyDevice(ram, 1);
        try (DiskScene scene = new DiskScene(device)) {
            scene.write(key(1), 5, 100);
            scene.flush();
            device.fail(FaultyDevice.Call.READ, 0, 1);
            assertEquals(List.of(), scene.load(key(1)));
            scene.tier.remove(key(1), scene.head(5, ""));
        }
        try (DiskScene scene = new DiskScene(ram.afterKill())) {
            assertEquals(List.of(), scene.load(key(1)));
        }
    }

    @Test
    void ageGrowsByWallTimeAndNeverShrinks() throws IOException {
        long wall;
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            // Received with an age of 2 s; written 10 s later.
            var head = scene.head(5, "");
            scene.mono.addAndGet(10_000);
            scene.wall.addAndGet(10_000);
            wall = scene.wall.get();
            scene.tier.write(key(1), head, 5, 0, List.of(), false);
            scene.flush();
            assertEquals(12_000, scene.load(key(1)).getFirst().age());
        }
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            scene.wall.set(wall + 60_000);
            assertEquals(72_000, scene.load(key(1)).getFirst().age());
            scene.wall.set(wall - 3_600_000);
            assertEquals(12_000, scene.load(key(1)).getFirst().age());
        }
    }
}

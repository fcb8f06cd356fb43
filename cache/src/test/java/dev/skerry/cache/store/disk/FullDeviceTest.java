package dev.skerry.cache.store.disk;

import static dev.skerry.cache.store.disk.DiskScene.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.RamDevice;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullDeviceTest {
    private static final int MIB = 1 << 20;

    @Test
    void pausesDoubleUpToAMinuteAndEndWithAWrite() {
        FullDevice full = new FullDevice();
        assertTrue(full.failed(0));
        assertFalse(full.failed(0));
        assertFalse(full.isPaused(0));
        long now = 0;
        for (long pause : new long[] {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
            assertFalse(full.failed(now));
            assertTrue(full.isPaused(now + pause - 1));
            now += pause;
            assertFalse(full.isPaused(now));
        }
        full.wrote();
        assertTrue(full.failed(now));
        assertFalse(full.isPaused(now));
    }

    @Test
    void aDeviceFullOfOthersBytesCostsOneSegmentAndIsTriedAgainLater() throws IOException {
        FaultyDevice device = new FaultyDevice(new RamDevice(), 1);
        try (DiskScene scene = new DiskScene(device)) {
            // Three MiB and their heads fill a segment of four.
            for (int i = 0; i < 12; i++) {
                write(scene, i);
            }
            device.roomLeft(0);
            for (int i = 100; i < 130; i++) {
                write(scene, i);
            }
            DiskCounters counters = scene.tier.counters();
            assertEquals(1, counters.get(Event.SEGMENTS_RECLAIMED));
            // The first responses with their tombstones, some of them together.
            assertTrue(counters.get(Event.WRITE_FAILED) <= 4);
            assertTrue(counters.get(Event.DEVICE_FULL) >= 26);
            assertEquals(1, scene.load(key(8)).size());
            device.roomLeft(Long.MAX_VALUE);
            write(scene, 200);
            assertEquals(List.of(), scene.load(key(200)));
            scene.mono.addAndGet(FullDevice.SHORTEST_MILLIS);
            write(scene, 201);
            assertEquals(1, scene.load(key(201)).size());
        }
    }

    @Test
    void whatIsRemovedWhileTheDeviceIsFullDoesNotComeBackWithARestart() throws IOException {
        RamDevice ram = new RamDevice();
        FaultyDevice device = new FaultyDevice(ram, 1);
        try (DiskScene scene = new DiskScene(device)) {
            for (int i = 0; i < 12; i++) {
                write(scene, i);
            }
            device.roomLeft(0);
            scene.tier.remove(key(11), scene.head(11, ""));
            scene.flush();
            write(scene, 100);
            scene.tier.remove(key(10), scene.head(10, ""));
            scene.flush();
            assertEquals(List.of(), scene.load(key(11)));
            device.roomLeft(Long.MAX_VALUE);
            scene.mono.addAndGet(FullDevice.LONGEST_MILLIS);
            write(scene, 101);
            assertEquals(0, scene.tier.counters().get(Event.TOMBSTONES_LOST));
        }
        try (DiskScene scene = new DiskScene(ram)) {
            assertFalse(scene.tier.mayHold(key(10)));
            assertFalse(scene.tier.mayHold(key(11)));
            assertEquals(1, scene.load(key(9)).size());
            assertEquals(1, scene.load(key(101)).size());
        }
    }

    private static void write(DiskScene scene, int number) {
        scene.write(key(number), number, MIB);
        scene.flush();
    }
}

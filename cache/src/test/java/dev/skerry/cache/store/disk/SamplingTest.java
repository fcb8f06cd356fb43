package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.disk.device.RamDevice;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SamplingTest {
    private static final int LENGTH = 10_000;

    @Test
    void aFewAreCountedOneByOne() throws IOException {
        try (DiskScene scene = new DiskScene(new RamDevice())) {
            write(scene, Sampling.HEADS);
            assertEquals(
                    new Estimate(Sampling.HEADS / 2, Sampling.HEADS / 2 * LENGTH, true),
                    scene.tier.estimate("site", SamplingTest::isEven, () -> false));
            assertEquals(
                    Estimate.NONE, scene.tier.estimate("other", SamplingTest::isEven, () -> false));
        }
    }

    @Test
    void whatWasReplacedDoesNotCount() throws IOException {
        try (DiskScene scene = new DiskScene(new RamDevice())) {
            write(scene, 10);
            write(scene, 10);
            scene.tier.remove(DiskScene.key(2), scene.head(2, ""));
            scene.flush();
            assertEquals(
                    new Estimate(4, 4 * LENGTH, true),
                    scene.tier.estimate("site", SamplingTest::isEven, () -> false));
        }
    }

    @Test
    void manyAreEstimatedBySome() throws IOException {
        try (DiskScene scene = new DiskScene(new RamDevice())) {
            // 10,000 bytes each: three segments of 4 MiB, of whose some 400 heads 32 are read.
            write(scene, 1200);
            Estimate half = scene.tier.estimate("site", SamplingTest::isEven, () -> false);
            assertEquals(600, half.objects(), 100);
            assertEquals(600.0 * LENGTH, half.bytes(), 100.0 * LENGTH);
            assertFalse(half.exact());
            Estimate all = scene.tier.estimate("site", entry -> true, () -> false);
            assertEquals(1200, all.objects(), 0.5);
        }
    }

    @Test
    void whenTimeIsUpNothingIsClaimedToBeExact() throws IOException {
        try (DiskScene scene = new DiskScene(new RamDevice())) {
            write(scene, 20);
            assertFalse(scene.tier.estimate("site", SamplingTest::isEven, () -> true).exact());
        }
    }

    @Test
    void everyBeginningIsSpreadEvenly() {
        assertEquals(0, Sampling.spread(0).length);
        int[] order = Sampling.spread(1000);
        assertEquals(1000, Arrays.stream(order).distinct().count());
        for (int period = 2; period <= 10; period++) {
            int every = period;
            long hits = Arrays.stream(order, 0, 100).filter(i -> i % every == 0).count();
            assertTrue(Math.abs(hits - 100.0 / period) <= 8, period + ": " + hits);
        }
        long early = Arrays.stream(order, 0, 100).filter(i -> i < 500).count();
        assertTrue(Math.abs(early - 50) <= 3, "early: " + early);
    }

    /** Every second response that {@link #write} writes. */
    private static boolean isEven(Listing.Entry entry) {
        KeyName name = entry.head().name();
        return name != null && Long.parseLong(name.target().substring(1)) % 2 == 0;
    }

    private static void write(DiskScene scene, int count) {
        for (int i = 1; i <= count; i++) {
            assertTrue(scene.write(DiskScene.key(i), i, LENGTH));
            if (i % 20 == 0) {
                scene.flush();
            }
        }
        scene.flush();
    }
}

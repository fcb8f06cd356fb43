package dev.skerry.cache.store.disk;

import static dev.skerry.cache.store.disk.DiskScene.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.FaultyDevice.Call;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.device.Superblock;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk leaves while it is read in the background. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ScrubEndTest {
    private static final int MIB = 1 << 20;

    /** What is waited for at a time. */
    private static final int STRIDE = 64 << 10;

    private final FaultyDevice device =
            new FaultyDevice(new RamDevice(Long.MAX_VALUE, Superblock.fresh(new UUID(1, 1))), 1);

    /** Over a segment that is sealed. */
    private DiskScene sealed() throws IOException {
        try (DiskScene before = new DiskScene(device)) {
            for (int i = 1; i <= 3; i++) {
                assertTrue(before.write(key(i), i, MIB));
            }
        }
        return new DiskScene(device);
    }

    @Test
    void aDiskThatIsClosedDuringAReadDoesNotWaitForIt() throws Exception {
        DiskScene scene = sealed();
        device.closeGate();
        FutureTask<Boolean> scrub = new FutureTask<>(() -> scene.tier.scrub(bytes -> true));
        Thread.ofPlatform().daemon().start(scrub);
        device.awaitWaiting(1);

        scene.tier.close();

        assertFalse(scrub.isDone(), "the device has not answered yet");
        assertEquals(1, scene.device.openFiles(), "whoever reads holds the file");
        device.openGate();
        assertFalse(scrub.get(30, TimeUnit.SECONDS));
        assertLeft(scene);
    }

    @Test
    void aDiskThatIsClosedBetweenTwoReadsIsReadNoFurther() throws IOException {
        DiskScene scene = sealed();
        int reads = device.calls(Call.READ);
        List<Long> paced = new ArrayList<>();
        assertFalse(
                scene.tier.scrub(bytes -> {
                    paced.add(bytes);
                    if (bytes == STRIDE) {
                        scene.tier.close();
                    }
                    return true;
                }));
        // The footer, its entries, and of the records one window, a part of which was waited for.
        assertEquals(3, paced.size());
        assertEquals(reads + 3, device.calls(Call.READ));
        assertLeft(scene);
    }

    @Test
    void aDiskThatIsClosedIsNotReadAtAll() throws IOException {
        DiskScene scene = sealed();
        scene.tier.close();
        int reads = device.calls(Call.READ);
        assertFalse(scene.tier.scrub(bytes -> true));
        assertEquals(reads, device.calls(Call.READ));
        assertLeft(scene);
    }

    /** Nothing is held, and nothing was given up because the disk has gone. */
    private void assertLeft(DiskScene scene) throws IOException {
        assertEquals(0, scene.device.openFiles());
        assertEquals(0, scene.memory.taken());
        assertEquals(0, scene.tier.counters().get(Event.SCRUB_DAMAGED));
        assertEquals(0, scene.tier.counters().get(Event.READ_FAILED));
        assertEquals(ScrubProgress.NONE, scene.tier.scrubbed());
        try (DiskScene after = new DiskScene(device)) {
            assertEquals(3, after.tier.count());
        }
    }

    @Test
    void aDiskThatStepsAsideIsReadNoFurther() throws Exception {
        SetScene.TestDisk disk = new SetScene.TestDisk("a", new UUID(1, 2));
        try (SetScene scene = new SetScene(disk)) {
            scene.writeAll(1);
            scene.restart(disk);
            DiskTier tier = scene.status(disk).tier();
            assertNotNull(tier);
            List<Long> paced = new ArrayList<>();

            assertFalse(
                    tier.scrub(bytes -> {
                        paced.add(bytes);
                        stepAside(scene, disk, tier);
                        return true;
                    }));

            assertEquals(1, paced.size());
            assertEquals(0, tier.counters().get(Event.SCRUB_DAMAGED));
            Await.until("nothing is held", () -> scene.memory.taken() == 0);
        }
    }

    private static void stepAside(SetScene scene, SetScene.TestDisk disk, DiskTier tier) {
        disk.device.fail(Call.WRITE, 0, 1_000_000);
        for (int i = 0; i < SetScene.KEYS; i++) {
            scene.write(5000 + i, 1);
        }
        try {
            scene.awaitState(disk, DiskStatus.State.FAILED);
            Await.until("it is closed", () -> tier.disk().table.numbers().isEmpty());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

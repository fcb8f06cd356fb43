package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.SetScene.TestDisk;
import dev.skerry.cache.store.disk.device.FaultyDevice.Call;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.index.PlainMemory;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskSetTest {
    private final TestDisk a = new TestDisk("a", new UUID(1, 10));
    private final TestDisk b = new TestDisk("b", new UUID(2, 20));

    @Test
    void everyKeyIsFoundOnItsDiskAlsoAfterARestart() throws IOException {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            assertEquals(SetScene.KEYS, countOf(scene, a) + countOf(scene, b));
            assertTrue(countOf(scene, a) > 10 && countOf(scene, b) > 10);
            scene.restart(b, a);
            for (long key = 0; key < SetScene.KEYS; key++) {
                assertEquals(List.of(1L), scene.versions(key));
                assertTrue(scene.set.mayHold(SetScene.key(key)));
            }
            assertTrue(scene.set.bytes() > 0);
        }
    }

    @Test
    void aDiskThatFailsAWriteStepsAsideAndTheOtherGoesOn() throws Exception {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            List<Long> ofA = SetScene.keysOf(a, a, b);
            List<Long> ofB = SetScene.keysOf(b, a, b);
            scene.wall.addAndGet(5000);
            fail(scene, a);

            DiskStatus status = scene.status(a);
            assertEquals("WRITE: Input/output error", status.reason());
            assertEquals(scene.wall.get(), status.sinceMillis());
            assertNull(status.tier());
            assertEquals(DiskStatus.State.SERVING, scene.status(b).state());
            assertEquals(0, scene.held(ofA));
            assertFalse(scene.set.mayHold(SetScene.key(ofA.getFirst())));
            assertFalse(scene.write(ofA.getFirst(), 2));
            assertEquals(ofB.size(), scene.held(ofB));
            assertTrue(scene.write(ofB.getFirst(), 2));
            scene.flush();
            assertEquals(List.of(2L), scene.versions(ofB.getFirst()));
        }
    }

    @Test
    void threeFailedReadsLetADiskStepAside() throws Exception {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            List<Long> ofA = SetScene.keysOf(a, a, b);
            a.device.fail(Call.READ, 0, 3);
            assertEquals(0, scene.held(ofA.subList(0, 3)));
            scene.awaitState(a, DiskStatus.State.FAILED);
            a.device.heal();
            assertEquals(0, scene.held(ofA));
        }
    }

    @Test
    void aDiskComesBackEmptyWhenItIsToldTo() throws Exception {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            List<Long> ofA = SetScene.keysOf(a, a, b);
            fail(scene, a);
            scene.set.restore("b");
            assertThrows(IOException.class, () -> scene.set.restore("a"), "it is broken still");
            assertEquals(DiskStatus.State.FAILED, scene.status(a).state());

            a.device.heal();
            scene.set.restore("a");
            assertEquals(DiskStatus.State.SERVING, scene.status(a).state());
            assertEquals("", scene.status(a).reason());
            assertEquals(0, scene.held(ofA), "what it held may have been replaced meanwhile");
            assertEquals(
                    "there is no disk c.",
                    assertThrows(RefusedException.class, () -> scene.set.restore("c"))
                            .getMessage());

            scene.writeAll(2);
            scene.restart(a, b);
            for (long key = 0; key < SetScene.KEYS; key++) {
                assertEquals(List.of(2L), scene.versions(key));
            }
        }
    }

    @Test
    void aDiskThatHadSteppedAsideIsEmptiedAtTheNextStart() throws Exception {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            int drawn = scene.marks.drawn();
            fail(scene, a);
            Await.until("marked anew", () -> scene.marks.drawn() > drawn);
            a.device.heal();
            scene.restart(a, b);

            assertEquals(0, scene.held(SetScene.keysOf(a, a, b)));
            List<Long> ofB = SetScene.keysOf(b, a, b);
            assertEquals(ofB.size(), scene.held(ofB));
        }
    }

    @Test
    void bothDisksMayFail() throws Exception {
        try (SetScene scene = new SetScene(a, b)) {
            fail(scene, a);
            fail(scene, b);
            assertFalse(scene.write(1, 1));
            assertEquals(List.of(), scene.versions(1));
            a.device.heal();
            b.device.heal();
            scene.set.restore("a");
            scene.set.restore("b");
            scene.writeAll(3);
            assertEquals(List.of(3L), scene.versions(1));
        }
    }

    @Test
    void whatMovedToAnotherDiskDoesNotComeBackWithIt() throws IOException {
        try (SetScene scene = new SetScene(a)) {
            scene.writeAll(1);
            scene.restart(a, b);
            List<Long> ofA = SetScene.keysOf(a, a, b);
            List<Long> ofB = SetScene.keysOf(b, a, b);
            assertEquals(ofA.size(), scene.held(ofA), "what stays is kept");
            assertEquals(0, scene.held(ofB), "what moved is forgotten");
            scene.write(ofB.get(0), 2);
            scene.write(ofB.get(1), 2);
            scene.flush();

            scene.restart(a);
            assertEquals(ofA.size(), scene.held(ofA));
            assertEquals(0, scene.held(ofB), "its old versions are still on the first disk");
            scene.write(ofB.get(0), 3);
            scene.flush();

            scene.restart(a, b);
            assertEquals(0, scene.held(ofB), "the second disk has missed the third version");
            assertEquals(ofA.size(), scene.held(ofA));
        }
    }

    @Test
    void aSetThatChangesTooOftenBeginsEmpty() throws IOException {
        try (SetScene scene = new SetScene(a)) {
            scene.write(SetScene.keysOf(a, a, b).getFirst(), 1);
            scene.flush();
            for (int i = 0; i < 8; i++) {
                scene.restart(a, b);
                scene.restart(a);
            }
            assertEquals(16, a.content.superblock().eras().size());
            assertEquals(1, scene.held(SetScene.keysOf(a, a, b)));
            scene.restart(a, b);
            assertEquals(0, scene.held(SetScene.keysOf(a, a, b)));
            assertEquals(1, a.content.superblock().eras().size());
        }
    }

    @Test
    void withoutItsLedgersADiskIsEmptied() throws IOException {
        try (SetScene scene = new SetScene(a)) {
            scene.writeAll(1);
            scene.restart(a);
            assertEquals(List.of(1L), scene.versions(5));
            scene.set.close();
            scene.marks.forget();
            scene.restart(a);
            assertEquals(List.of(), scene.versions(5));
            assertEquals(0, countOf(scene, a));
        }
    }

    @Test
    void aDiskThatIsMissingAtTheStartLeavesItsKeysToTheOthers() throws IOException {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            a.absent = true;
            scene.restart(a, b);
            assertEquals(DiskStatus.State.ABSENT, scene.status(a).state());
            assertEquals("no medium found", scene.status(a).reason());
            scene.writeAll(2);
            assertEquals(SetScene.KEYS, countOf(scene, b));
            assertEquals(
                    "a was not there when the node started: restart the node to use it.",
                    assertThrows(RefusedException.class, () -> scene.set.restore("a"))
                            .getMessage());

            b.absent = true;
            scene.restart(a, b);
            assertFalse(scene.write(1, 3));
            assertEquals(List.of(), scene.versions(1));
        }
    }

    @Test
    void aDiskThatIsBrokenAtTheStartIsLeftOut() throws Exception {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeAll(1);
            a.device.fail(Call.LIST, 0, 1000);
            scene.restart(a, b);
            assertEquals(DiskStatus.State.FAILED, scene.status(a).state());
            List<Long> ofB = SetScene.keysOf(b, a, b);
            assertEquals(ofB.size(), scene.held(ofB));
            a.device.heal();
            scene.set.restore("a");
            scene.writeAll(2);
            assertEquals(SetScene.KEYS, countOf(scene, a) + countOf(scene, b));
        }
    }

    @Test
    void aDiskMayBecomeSmallerAndLarger() throws IOException {
        try (SetScene scene = new SetScene(a)) {
            // 16 segments of 1 MiB, full: about 1000 responses each.
            for (int i = 0; i < 300; i++) {
                scene.writeAll(1);
            }
            int before = segments();
            assertTrue(before > 8, before + " segments");
            a.segments = 8;
            scene.restart(a);
            scene.writeAll(2);
            assertTrue(segments() <= 8 + 1, segments() + " segments");
            assertEquals(SetScene.KEYS, countOf(scene, a));
            a.segments = 64;
            scene.restart(a);
            assertEquals(List.of(2L), scene.versions(5));
        }
    }

    @Test
    void aDirectoryThatMustNotBeUsedIsRefusedAndNothingStaysOpen(@TempDir Path folder)
            throws IOException {
        Path good = Files.createDirectory(folder.resolve("good"));
        Path bad = Files.createDirectory(folder.resolve("bad"));
        Files.writeString(bad.resolve("letters"), "");
        DiskOptions options = DiskOptions.of(64 << 20);
        DiskGround ground =
                new DiskGround(new PlainMemory(), new DiskClock(() -> 0, () -> 0), Survivors.ALL);
        List<DiskSource> sources =
                List.of(DiskSource.of(good, options), DiskSource.of(bad, options));
        assertThrows(
                RefusedException.class,
                () -> DiskSet.open(sources, new SetScene.Marks(), ground).close());
        Files.delete(bad.resolve("letters"));
        DiskSet.open(sources, new SetScene.Marks(), ground).close();

        Files.copy(
                good.resolve("skerry-disk"),
                bad.resolve("skerry-disk"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () -> DiskSet.open(sources, new SetScene.Marks(), ground).close());
        assertEquals(bad + " is a copy of " + good + ": empty one of them.", refused.getMessage());
    }

    @Test
    void aFullDeviceIsNoReasonToStepAside() throws IOException {
        try (SetScene scene = new SetScene(a)) {
            scene.writeAll(1);
            a.device.roomLeft(0);
            for (int i = 0; i < SetScene.KEYS; i++) {
                scene.write(1000 + i, 2);
            }
            scene.set.restore("a");
            assertEquals(DiskStatus.State.SERVING, scene.status(a).state());
            a.device.heal();
            scene.flush();
            // Depending on how many writes failed, the disk may be paused.
            scene.mono.addAndGet(FullDevice.LONGEST_MILLIS);
            scene.writeAll(3);
            assertEquals(List.of(3L), scene.versions(5));
        }
    }

    private int segments() throws IOException {
        return a.content.list().size();
    }

    private static long countOf(SetScene scene, TestDisk disk) {
        return Objects.requireNonNull(scene.status(disk).tier()).count();
    }

    /** Lets every write to the disk fail from here on. */
    private static void fail(SetScene scene, TestDisk disk) throws Exception {
        disk.device.fail(Call.WRITE, 0, 1_000_000);
        for (int i = 0; i < SetScene.KEYS; i++) {
            scene.write(5000 + i, 1);
        }
        scene.awaitState(disk, DiskStatus.State.FAILED);
    }
}

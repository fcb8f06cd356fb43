package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.disk.SetScene.TestDisk;
import dev.skerry.cache.store.disk.device.FaultyDevice.Call;
import dev.skerry.cache.store.disk.policy.SiteShare;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sites on two disks of 16 MiB with segments of 1 MiB, held to their shares. */
@Tag("slow")
final class SiteSharesTest {
    private static final long MIB = 1 << 20;
    private static final long DISKS = 32 * MIB;

    /** Of about 1.2 KiB each. */
    private static final int QUIET = 4000;

    private static final int TURN = 30_000;

    private final TestDisk a = new TestDisk("a", new UUID(1, 10));
    private final TestDisk b = new TestDisk("b", new UUID(2, 20));

    @Test
    void aNoisySiteDoesNotPushOutWhatAQuietOneIsSureOf() throws IOException {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeUsed("quiet", 0, QUIET);
            long floor = scene.set.siteBytes("quiet");
            assertTrue(floor > DISKS / 10 && floor < DISKS / 4, "a part of the disks: " + floor);
            scene.set.share(Map.of("quiet", new SiteShare(floor, Long.MAX_VALUE)));

            scene.writeUsed("noisy", 1_000_000, 3 * TURN);

            assertTrue(quietHeld(scene) > QUIET / 4 * 3, () -> quietHeld(scene) + " of " + QUIET);
            // Nothing promised, nothing kept.
            scene.set.share(Map.of());
            scene.writeUsed("noisy", 2_000_000, 3 * TURN);
            assertEquals(0, quietHeld(scene));
        }
    }

    @Test
    void aSiteStaysBelowItsCapAndAnotherDoesNot() throws IOException {
        try (SetScene scene = new SetScene(a, b)) {
            scene.set.share(Map.of("noisy", new SiteShare(0, DISKS / 4)));
            scene.writeUsed("noisy", 1_000_000, TURN);
            assertNear(DISKS / 4, scene.set.siteBytes("noisy"));

            scene.writeUsed("other", 2_000_000, TURN);
            assertTrue(scene.set.siteBytes("other") > DISKS / 2);
        }
    }

    @Test
    void aCapThatIsLoweredIsReachedWhenTheDisksWereWrittenOnce() throws IOException {
        try (SetScene scene = new SetScene(a, b)) {
            scene.writeUsed("noisy", 1_000_000, TURN);
            assertTrue(scene.set.siteBytes("noisy") > DISKS / 2);

            scene.set.share(Map.of("noisy", new SiteShare(0, DISKS / 8)));
            scene.writeUsed("other", 2_000_000, TURN);
            assertTrue(scene.set.siteBytes("noisy") <= DISKS / 8);

            scene.set.share(Map.of());
            scene.writeUsed("noisy", 3_000_000, TURN);
            assertTrue(scene.set.siteBytes("noisy") > DISKS / 2);
        }
    }

    @Test
    void aDiskThatIsBroughtBackHoldsSitesToTheSameShares() throws Exception {
        try (SetScene scene = new SetScene(a)) {
            scene.set.share(Map.of("noisy", new SiteShare(0, 4 * MIB)));
            assertEquals(new SiteShare(0, 4 * MIB), scene.set.share("noisy"));
            assertEquals(SiteShare.ANY, scene.set.share("other"));
            scene.writeAll(1);
            a.device.fail(Call.WRITE, 0, 1_000_000);
            scene.write(1, 2);
            scene.awaitState(a, DiskStatus.State.FAILED);
            a.device.heal();
            scene.set.restore("a");

            scene.writeUsed("noisy", 1_000_000, TURN / 2);

            assertNear(4 * MIB, scene.set.siteBytes("noisy"));
        }
    }

    private static long quietHeld(SetScene scene) {
        return scene.held(LongStream.range(0, QUIET).boxed().toList());
    }

    private static void assertNear(long cap, long bytes) {
        assertTrue(bytes <= cap + MIB && bytes > cap / 10 * 9, bytes + " of " + cap);
    }
}

package dev.skerry.cache.store.disk;

import static dev.skerry.cache.store.disk.DiskScene.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier.MemoryPart;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.SegmentHeader;
import dev.skerry.cache.store.disk.format.SiteDigest;
import dev.skerry.cache.store.disk.format.VariantDigest;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Breaks each invariant by hand: its check says so. */
class DiskInvariantsTest {
    private final RamDevice ram = new RamDevice();
    private DiskScene scene = open();

    private DiskScene open() {
        try {
            return new DiskScene(ram);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void somethingIsStored() {
        scene.write(key(1), 1, 100);
        scene.write(key(1), 2, 200_000);
        scene.write(key(2), 3, 100, "de");
        scene.write(key(3), 4, 100);
        scene.tier.remove(key(3), scene.head(4, ""));
        scene.flush();
        DiskInvariants.check(scene.tier, scene.device);
    }

    private void assertBroken(int number) {
        AssertionError error =
                assertThrows(
                        AssertionError.class, () -> DiskInvariants.check(scene.tier, scene.device));
        String message = Objects.requireNonNull(error.getMessage());
        assertTrue(message.startsWith("invariant " + number + ":"), message);
    }

    private Disk disk() {
        return scene.tier.disk();
    }

    private int digest(String language) {
        var head = scene.head(1, language);
        return VariantDigest.of(head.vary(), head.selecting());
    }

    private Segment segment() {
        return Objects.requireNonNull(disk().table.oldest());
    }

    @Test
    void allOfThemHoldOfWhatNobodyBroke() {
        scene.close();
    }

    @Test
    void bytesAreWrittenOnce() throws IOException {
        try (DeviceFile file = scene.device.open(SegmentFiles.name(segment().number()))) {
            file.write(new ByteBuffer[] {ByteBuffer.allocate(64)}, 1 << 20);
            file.write(new ByteBuffer[] {ByteBuffer.allocate(64)}, 1 << 10);
        }
        assertBroken(1);
        scene.end();
    }

    @Test
    void aNumberIsGivenOnce() throws IOException {
        scene.device.create(SegmentFiles.name(0)).close();
        assertBroken(1);
        scene.end();
    }

    @Test
    void entriesPointToWhatWasWritten() {
        long behind = disk().slotAddress(segment().address(LogAddress.units(segment().end())));
        disk().index.put(key(9), 0, behind, 64);
        assertBroken(2);
        scene.end();
    }

    @Test
    void entriesPointIntoSegmentsOfTheTable() {
        disk().index.put(key(9), 0, disk().slotAddress(LogAddress.of(7, 1)), 64);
        assertBroken(2);
        scene.end();
    }

    @Test
    void theIndexSaysWhatTheLogSays() {
        // The first record of the segment: what was replaced since.
        int first = LogAddress.units(SegmentHeader.BYTES);
        disk().index.put(key(1), digest(""), disk().slotAddress(segment().address(first)), 640);
        assertBroken(3);
        scene.end();
    }

    @Test
    void onlyWhatWasComparedCountsAsVerified() {
        assertEquals(200_000, scene.load(key(1)).getFirst().read().remaining());
        DiskInvariants.check(scene.tier, scene.device);
        for (long at = 50_000; at < 60_000; at += 64) {
            ram.flip(SegmentFiles.name(segment().number()), at, 1);
        }
        assertBroken(4);
        scene.end();
    }

    @Test
    void nothingStaysPending() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        MemoryPart part = DiskScene.part(9, 0, 100);
        MemoryPart slow =
                new MemoryPart() {
                    @Override
                    public BodyReader reader() {
                        reading.countDown();
                        try {
                            assertTrue(gate.await(30, TimeUnit.SECONDS));
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        return part.reader();
                    }

                    @Override
                    public void close() {
                        part.close();
                    }
                };
        List<Part> parts = List.of(new Part(new Extent(0, 100), slow, null));
        scene.tier.write(key(1), scene.head(9, ""), 9, 100, parts, false);
        assertTrue(reading.await(30, TimeUnit.SECONDS));
        assertBroken(5);
        // What it replaces is not given out while it waits.
        assertEquals(List.of(), scene.load(key(1)));
        gate.countDown();
        scene.close();
    }

    @Test
    void whatLeavesTheIndexLeavesATombstone() {
        assertTrue(disk().index.remove(key(2), digest("de")) != DiskIndex.NONE);
        assertBroken(6);
        scene.end();
    }

    @Test
    void whatATombstoneCoversIsNotInTheIndex() throws IOException {
        int digest = digest("");
        long before = disk().index.count();
        scene.tier.remove(key(1), scene.head(1, ""));
        scene.flush();
        assertEquals(before - 1, disk().index.count());
        int first = LogAddress.units(SegmentHeader.BYTES);
        disk().index.put(key(1), digest, disk().slotAddress(segment().address(first)), 640);
        // The log says last that there is nothing.
        assertBroken(3);
        scene.end();
    }

    @Test
    void filesOfTheLogAreOpenOnce() throws IOException {
        DeviceFile another = scene.device.open(SegmentFiles.name(segment().number()));
        assertBroken(7);
        another.close();
        scene.close();
    }

    @Test
    void filesOfTheLogStayOpen() {
        Segment segment = segment();
        segment.release();
        assertBroken(7);
        assertThrows(IllegalStateException.class, scene::end);
    }

    @Test
    void bytesOfSitesAreCounted() {
        disk().shares.added(1, SiteDigest.of("site"), 64);
        assertBroken(2);
        scene.end();
    }
}

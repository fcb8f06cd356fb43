package dev.skerry.cache.store.disk;

import static dev.skerry.cache.store.disk.DiskScene.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.FaultyDevice.Call;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.device.Superblock;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading in the background; nobody else reads. */
final class ScrubTest {
    private static final int SMALL = 1000;
    private static final int LARGE = 200_000;

    /** Where the one record of these tests begins. */
    private static final int FIRST = 64;

    private static final int MIB = 1 << 20;

    private final RamDevice content =
            new RamDevice(Long.MAX_VALUE, Superblock.fresh(new UUID(1, 1)));
    private final FaultyDevice device = new FaultyDevice(content, 1);
    private DiskScene scene = new DiskScene(device);

    ScrubTest() throws IOException {}

    @AfterEach
    void end() {
        scene.close();
    }

    /** The next process finds every segment sealed. */
    private void restart() throws IOException {
        scene.close();
        scene = new DiskScene(device);
    }

    private void stored(int length) throws IOException {
        assertTrue(scene.write(key(1), 5, length));
        scene.flush();
        restart();
    }

    private String file() throws IOException {
        return device.list().stream()
                .filter(name -> name.endsWith(".segment"))
                .findAny()
                .orElseThrow();
    }

    /** Reads until the end of a pass over everything. */
    private void pass() {
        long before = scene.tier.scrubbed().passes();
        for (int i = 0; i < 100 && scene.tier.scrubbed().passes() == before; i++) {
            assertTrue(scene.tier.scrub(bytes -> true));
        }
        assertEquals(before + 1, scene.tier.scrubbed().passes());
    }

    private long count(Event event) {
        return scene.tier.counters().get(event);
    }

    /** Header, detail, stored head, header of the extent, its table, its payload. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 60, 64, 90, 130})
    void aBitThatTurnedAnywhereInASmallResponseIsFound(int at) throws IOException {
        stored(SMALL);
        device.flip(file(), FIRST + at, 3);
        pass();
        assertFound();
    }

    @Test
    void aBitThatTurnedInTheBodyOfASmallResponseIsFound() throws IOException {
        stored(SMALL);
        long end = fileSize() - 64 - 32;
        device.flip(file(), end - SMALL / 2, 0);
        pass();
        assertFound();
    }

    /** The extent lies before the head: header, table, first block, last block. */
    @ParameterizedTest
    @ValueSource(ints = {0, 60, 64, 75, 128, 70_000, 128 + LARGE - 1})
    void aBitThatTurnedAnywhereInALargeBodyIsFound(int at) throws IOException {
        stored(LARGE);
        device.flip(file(), FIRST + at, 7);
        pass();
        assertFound();
    }

    private void assertFound() throws IOException {
        assertEquals(0, scene.tier.count());
        assertFalse(scene.tier.mayHold(key(1)) && !scene.load(key(1)).isEmpty());
        assertEquals(1, count(Event.SCRUB_DAMAGED));
        assertEquals(1, count(Event.CHECKSUM_WRONG));
        scene.flush();
        pass();
        assertEquals(1, count(Event.SCRUB_DAMAGED), "once");
        restart();
        assertEquals(0, scene.tier.count(), "for good");
    }

    private long fileSize() throws IOException {
        try (var opened = content.open(file())) {
            return opened.size();
        }
    }

    @Test
    void whatIsSoundStays() throws IOException {
        for (int i = 1; i <= 20; i++) {
            scene.write(key(i), i, i * 7000, "de");
            scene.write(key(i), 100 + i, i * 100_000 % 300_000, "en");
        }
        scene.flush();
        restart();
        pass();
        assertEquals(40, scene.tier.count());
        assertEquals(0, count(Event.SCRUB_DAMAGED));
        assertEquals(0, count(Event.HIT));
    }

    @Test
    void whatIsDeadMayBeDamaged() throws IOException {
        assertTrue(scene.write(key(1), 5, LARGE));
        scene.flush();
        scene.write(key(1), 6, SMALL);
        scene.flush();
        restart();
        device.flip(file(), FIRST + 1000, 1);
        pass();
        assertEquals(0, count(Event.SCRUB_DAMAGED));
        assertEquals(0, count(Event.CHECKSUM_WRONG));
        assertEquals(6, scene.load(key(1)).getFirst().seed());
    }

    @Test
    void oneDamagedVariantTakesNoOtherWithIt() throws IOException {
        scene.write(key(1), 5, LARGE, "de");
        scene.flush();
        scene.write(key(1), 6, LARGE, "en");
        scene.flush();
        restart();
        device.flip(file(), FIRST + 1000, 1);
        pass();
        assertEquals(1, count(Event.SCRUB_DAMAGED));
        assertEquals(6, scene.load(key(1)).getFirst().seed());
        assertEquals(1, scene.tier.count());
    }

    @Test
    void onePlaceThatCannotBeReadTakesNoNeighbourWithIt() throws IOException {
        for (int i = 1; i <= 20; i++) {
            scene.write(key(i), i, 50_000);
        }
        scene.flush();
        restart();
        // The footer, its entries; then the first large read fails, and the first header alone.
        device.fail(Call.READ, 2, 2);
        pass();
        assertEquals(1, count(Event.SCRUB_DAMAGED));
        assertEquals(1, count(Event.READ_FAILED));
        assertEquals(19, scene.tier.count());
    }

    @Test
    void aDeviceThatGivesNothingIsLeftForTheNextPass() throws IOException {
        for (int i = 1; i <= 60; i++) {
            scene.write(key(i), i, 50_000);
        }
        scene.flush();
        restart();
        device.fail(Call.READ, 2, 1000);
        pass();
        device.heal();
        assertEquals(60 - 17, scene.tier.count());
    }

    @Test
    void whatIsStillAppendedToIsNotRead() throws IOException {
        scene.write(key(1), 5, SMALL);
        scene.flush();
        assertFalse(scene.tier.scrub(bytes -> true));
        assertEquals(0, count(Event.BYTES_SCRUBBED));
        assertEquals(ScrubProgress.NONE, scene.tier.scrubbed());
    }

    @Test
    void theFirstPassBeginsAnywhereAndCountsOnlyFromTheFirstSegmentOn() throws IOException {
        for (int i = 1; i <= 9; i++) {
            scene.write(key(i), i, MIB);
        }
        scene.flush();
        restart();
        // Three segments: a wall time that leaves 1 begins with the second.
        scene.wall.set(1_700_000_000_000L / 3 * 3 + 1);
        assertTrue(scene.tier.scrub(bytes -> true));
        assertEquals(new ScrubProgress(2 / 3.0, 0, 0), scene.tier.scrubbed());
        assertTrue(scene.tier.scrub(bytes -> true));
        assertEquals(new ScrubProgress(0, 0, 0), scene.tier.scrubbed());
        for (int i = 0; i < 3; i++) {
            assertTrue(scene.tier.scrub(bytes -> true));
        }
        assertEquals(new ScrubProgress(0, 1, scene.wall.get()), scene.tier.scrubbed());
    }

    @Test
    void itIsReadNoFurtherThanThePaceAllows() throws IOException {
        for (int i = 1; i <= 9; i++) {
            scene.write(key(i), i, MIB);
        }
        scene.flush();
        restart();
        AtomicLong read = new AtomicLong();
        assertFalse(scene.tier.scrub(bytes -> read.addAndGet(bytes) < MIB));
        assertTrue(read.get() < 3 * MIB, "read " + read);
        assertEquals(read.get(), count(Event.BYTES_SCRUBBED));
        assertEquals(0, scene.tier.scrubbed().passes());
    }
}

package dev.skerry.cli.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the tiers do with requests of which it is known. */
final class ReplayTest {
    private static final int MIB = 1 << 20;

    @Test
    void whereEverythingFitsOnlyTheFirstRequestsMiss() throws Exception {
        Trace.Builder trace = new Trace.Builder();
        for (int i = 0; i < 5000; i++) {
            trace.add(i % 500, 4000);
        }
        Outcome outcome = replay(trace, 16 * MIB, 0);
        assertEquals(4500, outcome.memoryHits());
        assertEquals(10.0, outcome.missPercent());
        assertEquals(10.0, outcome.byteMissPercent());
        assertEquals(0, outcome.written());
    }

    @Test
    void whatMemoryHasNoRoomForIsOnTheDisk() throws Exception {
        Trace.Builder trace = new Trace.Builder();
        for (int i = 0; i < 3000; i++) {
            trace.add(i % 1000, 40_000);
        }
        Outcome outcome = replay(trace, 16 * MIB, 128 * MIB);
        assertEquals(2000, outcome.memoryHits() + outcome.diskHits());
        assertTrue(outcome.diskHits() > 0);
        assertTrue(outcome.written() >= 40_000_000);
    }

    @Test
    void objectsThatAreTooLargeForMemoryAreOnTheDisk() throws Exception {
        Trace.Builder trace = new Trace.Builder();
        for (int i = 0; i < 8; i++) {
            trace.add(i % 4, 8 * MIB);
        }
        Outcome outcome = replay(trace, 16 * MIB, 128 * MIB);
        assertEquals(4, outcome.diskHits() + outcome.memoryHits());
    }

    @Test
    void anObjectThatIsTooLargeForTheDiskIsNowhere() throws Exception {
        Trace.Builder trace = new Trace.Builder();
        trace.add(1, 33 * MIB);
        trace.add(1, 33 * MIB);
        assertEquals(100.0, replay(trace, 16 * MIB, 128 * MIB).missPercent());
    }

    @Test
    void whatIsAskedForOnceDoesNotDriveOutWhatIsAskedForOften() throws Exception {
        Random random = new Random(5);
        Trace.Builder trace = new Trace.Builder();
        int wanted = 0;
        for (int i = 0; i < 40_000; i++) {
            if (random.nextBoolean()) {
                trace.add(random.nextInt(1000), 10_000);
                wanted++;
            } else {
                trace.add(1_000_000 + i, 10_000);
            }
        }
        Outcome outcome = replay(trace, 16 * MIB, 64 * MIB);
        long hits = outcome.memoryHits() + outcome.diskHits();
        assertTrue(hits > wanted * 0.9, () -> hits + " hits of " + outcome);
        assertTrue(outcome.writtenPerByte() < 0.5, outcome::toString);
    }

    private static Outcome replay(Trace.Builder trace, long memory, long disk)
            throws IOException, InterruptedException {
        try (Replay replay =
                new Replay(memory, disk, Replay.mostObjectBytes(disk), System::nanoTime)) {
            return replay.run(trace.build(), memory, disk, 1);
        }
    }
}

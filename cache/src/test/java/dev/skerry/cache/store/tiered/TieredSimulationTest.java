package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code -Dskerry.seed=…} repeats a run, {@code -Dskerry.steps=…} makes it longer. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TieredSimulationTest {
    private static final int TINY = 256 << 10;
    private static final int AMPLE = 4 << 20;

    private final long seed = Long.getLong("skerry.seed", new Random().nextLong());

    @Test
    void twoTiersThatFailNeverLieBriefly() throws IOException {
        simulate(5_000, TINY);
        simulate(5_000, AMPLE);
    }

    @Test
    @Tag("slow")
    void memoryForAFewObjectsOverADiskThatFailsNeverLies() throws IOException {
        simulate(Integer.getInteger("skerry.steps", 50_000), TINY);
    }

    @Test
    @Tag("slow")
    void memoryForManyObjectsOverADiskThatFailsNeverLies() throws IOException {
        simulate(Integer.getInteger("skerry.steps", 50_000), AMPLE);
    }

    private void simulate(int steps, int poolBytes) throws IOException {
        System.out.println("-Dskerry.seed=" + seed);
        TieredSimulation simulation = new TieredSimulation(seed, poolBytes);
        for (int step = 0; step < steps; step++) {
            try {
                simulation.step();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dskerry.seed=" + seed + " fails at " + step, e);
            }
        }
        simulation.close();
        // It would be easy not to lie by having nothing.
        assertTrue(simulation.found > steps / 20, "found " + simulation.found);
        assertTrue(simulation.foundBelow > steps / 200, "found below " + simulation.foundBelow);
        assertTrue(simulation.crashes() > 0, "never crashed");
    }
}

package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code -Dskerry.seed=…} repeats a run. */
class DiskSimulationTest {
    private final long seed = Long.getLong("skerry.seed", new Random().nextLong());

    @Test
    void aDiskThatFailsNeverLiesBriefly() throws IOException {
        simulate(20_000);
    }

    @Test
    @Tag("slow")
    void aDiskThatFailsNeverLies() throws IOException {
        simulate(Integer.getInteger("skerry.steps", 1_000_000));
    }

    private void simulate(int steps) throws IOException {
        System.out.println("-Dskerry.seed=" + seed);
        DiskSimulation simulation = new DiskSimulation(seed);
        for (int step = 0; step < steps; step++) {
            try {
                simulation.step();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dskerry.seed=" + seed + " fails at " + step, e);
            }
        }
        simulation.close();
        // It would be easy not to lie by having nothing.
        assertTrue(simulation.found > steps / 50, "found " + simulation.found);
        assertTrue(simulation.crashes > 0, "never crashed");
    }
}

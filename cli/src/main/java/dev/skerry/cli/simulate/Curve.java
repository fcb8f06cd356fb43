package dev.skerry.cli.simulate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The miss ratios of caches smaller and larger than the one asked about. That one is replayed with
 * as many objects as the machine has memory for, the others with a quarter of them if all would
 * take minutes; objects are chosen by a hash of their keys, and the tiers are smaller in
 * proportion.
 */
final class Curve {
    /** Sizes around the one asked about, as parts of 4. */
    private static final int[] QUARTERS = {1, 2, 4, 8, 16};

    private static final int SAMPLE = 4;
    private static final long LEAST_MEMORY = 16L << 20;

    /** Where fewer bytes were requested, a replay of all takes seconds. */
    private static final long LONG = 1L << 39;

    private final Trace trace;
    private final long memoryBudget;
    private final LongSupplier nanoTime;

    /**
     * @param memoryBudget the most bytes of memory that a replay may take
     */
    Curve(Trace trace, long memoryBudget, LongSupplier nanoTime) {
        this.trace = trace;
        this.memoryBudget = memoryBudget;
        this.nanoTime = nanoTime;
    }

    /** From the smallest to the largest. */
    List<Outcome> around(long memory, long disk) throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        boolean isLong = trace.requestedBytes() >= LONG;
        for (int quarters : QUARTERS) {
            int oneIn = isLong && quarters != 4 ? SAMPLE : 1;
            outcomes.add(replay(memory / 4 * quarters, disk / 4 * quarters, oneIn));
        }
        return outcomes;
    }

    private Outcome replay(long memory, long disk, int wanted)
            throws IOException, InterruptedException {
        int oneIn = wanted;
        while (oneIn > 1 && !isLargeEnough(memory / oneIn, disk / oneIn)) {
            oneIn--;
        }
        while (memory / oneIn > memoryBudget) {
            oneIn++;
        }
        long least = disk == 0 ? 0 : Replay.LEAST_DISK;
        try (Replay replay =
                new Replay(
                        Math.max(memory / oneIn, LEAST_MEMORY),
                        Math.max(disk / oneIn, least),
                        Replay.mostObjectBytes(disk),
                        nanoTime)) {
            return replay.run(trace.sample(oneIn), memory, disk, oneIn);
        }
    }

    private static boolean isLargeEnough(long memory, long disk) {
        return memory >= LEAST_MEMORY && (disk == 0 || disk >= 4 * Replay.LEAST_DISK);
    }
}

package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.DiskClock;
import dev.skerry.cache.store.disk.DiskInvariants;
import dev.skerry.cache.store.disk.DiskInvariants.Harm;
import dev.skerry.cache.store.disk.DiskOptions;
import dev.skerry.cache.store.disk.DiskTier;
import dev.skerry.cache.store.disk.device.FaultyDevice;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.disk.device.WitnessDevice;
import dev.skerry.cache.store.disk.index.PlainMemory;
import dev.skerry.cache.store.memory.MemoryLimits;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Both tiers over a device in memory, of which faults and deaths are asked. */
final class TieredProcess {
    static final int IN_MEMORY = 16 << 10;

    private static final int SEGMENT = 256 << 10;
    private static final int DISK = 10 * SEGMENT;
    private static final int MOST_VARIANTS = 3;
    private static final long LONGEST_STORED = 250_000;
    private static final List<FaultyDevice.Call> CALLS = List.of(FaultyDevice.Call.values());

    private final int poolBytes;
    private final Random random;
    private RamDevice ram = new RamDevice();
    private FaultyDevice device;
    private WitnessDevice witness;
    private PlainMemory buffers = new PlainMemory();
    private DiskTier tier;
    TieredStore store;

    /** A write failed, or what was written was harmed: a restart may bring anything back. */
    private boolean uncertain;

    /**
     * Bits were turned, the power failed, or a file was lost, in this process or an earlier one.
     */
    private boolean damaged;

    int crashes;

    TieredProcess(int poolBytes, Random random) throws IOException {
        this.poolBytes = poolBytes;
        this.random = random;
        begin();
    }

    private void begin() throws IOException {
        device = new FaultyDevice(ram, random.nextLong());
        witness = new WitnessDevice(device);
        buffers = new PlainMemory();
        // Nobody has patience and windows are wide, so that one thread can be writer and reader.
        MemoryStore memory =
                new MemoryStore(
                        new PoisoningBlockPool(poolBytes, IN_MEMORY),
                        new MemoryLimits(IN_MEMORY, 1 << 20, 0, MOST_VARIANTS, Long.MAX_VALUE),
                        () -> 0,
                        (crashes + 1) * 1_000_000_000L);
        tier =
                DiskTier.open(
                        witness,
                        new DiskOptions(DISK, SEGMENT, 1 << 20, 100, 2, 16),
                        buffers,
                        new DiskClock(() -> 1_000_000, () -> 1_700_000_000_000L),
                        Survivors.ALL);
        store = new TieredStore(memory, tier, LONGEST_STORED, Runnable::run, () -> 0);
        uncertain = false;
    }

    /**
     * Waits until all is written.
     *
     * @return whether all of it is certain to be there after the process was killed
     */
    boolean flush() {
        try {
            assertTrue(tier.flush(30_000), "not written in time");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (random.nextInt(20) == 0) {
            device.heal();
            DiskInvariants.check(tier, witness, harms());
        }
        return !uncertain;
    }

    private Harm[] harms() {
        Set<Harm> harms = EnumSet.noneOf(Harm.class);
        if (uncertain) {
            harms.add(Harm.LOSS);
        }
        if (damaged) {
            harms.add(Harm.DAMAGE);
        }
        return harms.toArray(Harm[]::new);
    }

    /** The device begins to fail in some way, or to work again. */
    void fault() throws IOException {
        switch (random.nextInt(7)) {
            case 0 -> {
                uncertain = true;
                device.fail(CALLS.get(random.nextInt(CALLS.size())), random.nextInt(9), 1);
            }
            case 1 -> {
                device.fail(FaultyDevice.Call.READ, random.nextInt(20), 1);
            }
            case 2 -> device.shortReads(random.nextBoolean());
            case 3 -> device.cold(random.nextBoolean());
            case 4 -> {
                uncertain = true;
                device.roomLeft(random.nextInt(SEGMENT));
            }
            case 5 -> device.heal();
            default -> flip();
        }
    }

    private void flip() throws IOException {
        List<String> names = ram.list();
        if (names.isEmpty()) {
            return;
        }
        uncertain = true;
        damaged = true;
        String name = names.get(random.nextInt(names.size()));
        try (var file = ram.open(name)) {
            if (file.size() > 0) {
                ram.flip(name, random.nextLong(file.size()), random.nextInt(8));
            }
        } catch (NoSuchFileException | IllegalArgumentException reclaimed) {
            // It has gone meanwhile.
        }
    }

    /** What goes on while a process dies. */
    interface Work {
        void run() throws IOException;
    }

    /** The process dies now, or in the middle of some work. */
    void die(Work work) throws IOException {
        if (random.nextBoolean()) {
            ram.crashAt(random.nextInt(4), random.nextInt(100_000));
            work.run();
        } else {
            ram.crash();
        }
    }

    /**
     * The process ends, if it has not died, and another one begins.
     *
     * @param power whether the power failed
     * @return whether more may have been lost than the device had not been given
     */
    boolean restart(boolean power) throws IOException {
        crashes++;
        close();
        boolean lost = uncertain;
        ram = power ? ram.afterPowerLoss(random) : ram.afterKill();
        damaged |= power;
        List<String> names = ram.list();
        if (random.nextInt(10) == 0 && !names.isEmpty()) {
            ram.delete(names.get(random.nextInt(names.size())));
            lost = true;
            damaged = true;
        }
        begin();
        return lost;
    }

    /** The process ends: everything is given back. */
    void close() {
        store.close();
        assertEquals(0, store.bytes(), "bytes of memory are held by nobody");
        assertEquals(0, buffers.taken(), "bytes of buffers are not given back");
        assertEquals(0, witness.openFiles(), "files are open");
    }
}

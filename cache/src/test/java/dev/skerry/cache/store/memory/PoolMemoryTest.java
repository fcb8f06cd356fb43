package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.DirectMemory.Block;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolMemoryTest {
    private final BlockPool pool = new PoisoningBlockPool(4 << 20, 64 << 10);
    private final MemoryStore store =
            new MemoryStore(pool, new MemoryLimits(1 << 20, 256 << 10, 0, 3), System::nanoTime);
    private final DirectMemory memory = store.directMemory();
    private final List<Block> taken = new ArrayList<>();

    @AfterEach
    void everyByteComesBack() {
        taken.forEach(Block::close);
        taken.forEach(Block::close); // which changes nothing
        store.close();
        assertEquals(0, store.bytes());
    }

    @Test
    void aBlockIsWrittenAndReadInNativeOrder() {
        Block block = take(1000);
        assertEquals(1000, block.bytes().capacity());
        assertEquals(ByteOrder.nativeOrder(), block.bytes().order());
        block.bytes().putLong(992, 42);
        assertEquals(42, block.bytes().getLong(992));
        assertEquals(1024, store.bytes());
    }

    @Test
    void storedResponsesMakeRoomAndStoreWithinWhatIsLeft() throws IOException {
        for (int i = 0; i < 60; i++) {
            Sample.put(store, Sample.key(i), Sample.head(i, 1), i, 60_000);
        }
        while (taken.size() < 48) { // three quarters
            take(64 << 10);
        }
        assertTrue(store.evictions() > 0);
        assertTrue(store.bytes() <= store.capacity());
        for (int i = 60; i < 120; i++) {
            Sample.put(store, Sample.key(i), Sample.head(i, 1), i, 60_000);
        }
        // A quarter less the headroom, which is a sixteenth of the whole.
        assertTrue(store.count() <= 12, store.count() + " responses");
        taken.forEach(Block::close);
        for (int i = 120; i < 180; i++) {
            Sample.put(store, Sample.key(i), Sample.head(i, 1), i, 60_000);
        }
        assertTrue(store.count() > 40, store.count() + " responses");
    }

    @Test
    void theReserveOfBodiesInFlightIsLeftToThem() {
        Block block = memory.take(64 << 10);
        while (block != null) {
            taken.add(block);
            block = memory.take(64 << 10);
        }
        long free = store.capacity() - store.bytes();
        assertTrue(free >= store.capacity() / 32, free + " bytes free");
        assertNull(memory.take(64 << 10));
    }

    @Test
    void sizesOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> memory.take(0));
        assertThrows(IllegalArgumentException.class, () -> memory.take(DirectMemory.MAX_BLOCK + 1));
    }

    private Block take(int bytes) {
        Block block = memory.take(bytes);
        assertNotNull(block);
        taken.add(Objects.requireNonNull(block));
        return block;
    }
}

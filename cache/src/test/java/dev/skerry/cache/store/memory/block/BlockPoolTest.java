package dev.skerry.cache.store.memory.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.PatternBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockPoolTest {
    private static final int MAX_BLOCK = 64 << 10;

    private record Block(int block, int bytes, long seed) {}

    @Test
    void capacityIsRoundedDownToWholeBlocks() {
        assertEquals(2 * MAX_BLOCK, new BlockPool(3 * MAX_BLOCK - 1, MAX_BLOCK).capacity());
        assertThrows(IllegalArgumentException.class, () -> new BlockPool(MAX_BLOCK - 1, MAX_BLOCK));
        assertThrows(IllegalArgumentException.class, () -> new BlockPool(1 << 20, 3000));
        assertThrows(IllegalArgumentException.class, () -> new BlockPool(1 << 20, 128));
    }

    @Test
    void largestBlockIsGivenAndOneByteMoreIsRefused() {
        BlockPool pool = new PoisoningBlockPool(MAX_BLOCK, MAX_BLOCK);
        assertThrows(IllegalArgumentException.class, () -> pool.allocate(MAX_BLOCK + 1, 0));
        int block = pool.allocate(MAX_BLOCK, 0);
        assertEquals(MAX_BLOCK, pool.bytesInUse());
        assertEquals(BlockPool.NONE, pool.allocate(1, 0));
        pool.free(block, MAX_BLOCK);
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void whatIsToBeKeptFreeIsKeptFree() {
        BlockPool pool = new PoisoningBlockPool(MAX_BLOCK, MAX_BLOCK);
        assertNotEquals(BlockPool.NONE, pool.allocate(MAX_BLOCK / 2, MAX_BLOCK / 2));
        assertEquals(BlockPool.NONE, pool.allocate(1, MAX_BLOCK / 2));
        assertEquals(BlockPool.NONE, pool.allocate(256, MAX_BLOCK / 2 - 255));
        assertNotEquals(BlockPool.NONE, pool.allocate(256, MAX_BLOCK / 2 - 256));
    }

    @Test
    void poolOfSeveralRegionsCanBeUsedToItsLastByte() {
        // A region is 16 MiB, so that this pool has two and a quarter.
        BlockPool pool = new BlockPool(36 << 20, 1 << 20);
        for (int i = 0; i < 36; i++) {
            int block = pool.allocate(1 << 20, 0);
            pool.write(block, new byte[] {(byte) i});
            assertEquals(i, pool.view(block, 0, 1).get());
        }
        assertEquals(BlockPool.NONE, pool.allocate(256, 0));
        assertEquals(pool.capacity(), pool.bytesInUse());
    }

    @Test
    void freedPiecesGrowTogetherAgain() {
        BlockPool pool = new PoisoningBlockPool(4 * MAX_BLOCK, MAX_BLOCK);
        List<Block> blocks = new ArrayList<>();
        for (int b = pool.allocate(700, 0); b != BlockPool.NONE; b = pool.allocate(700, 0)) {
            blocks.add(new Block(b, 700, 0));
        }
        for (int odd = 0; odd < 2; odd++) {
            for (int i = odd; i < blocks.size(); i += 2) {
                pool.free(blocks.get(i).block(), 700);
            }
        }
        for (int i = 0; i < 4; i++) {
            assertNotEquals(BlockPool.NONE, pool.allocate(MAX_BLOCK, 0));
        }
    }

    @Test
    void shortenedBlockKeepsItsStartAndGivesBackTheRest() {
        BlockPool pool = new PoisoningBlockPool(MAX_BLOCK, MAX_BLOCK);
        int block = pool.allocate(MAX_BLOCK, 0);
        pool.write(block, PatternBytes.range(5, 0, 1000));
        pool.shrink(block, MAX_BLOCK, 1000);
        assertEquals(1024, pool.bytesInUse());
        int other = pool.allocate(MAX_BLOCK / 2, 0);
        assertNotEquals(BlockPool.NONE, other);
        assertArrayEquals(PatternBytes.range(5, 0, 1000), pool.read(block, 0, 1000));
        pool.free(block, 1000);
        pool.free(other, MAX_BLOCK / 2);
        assertEquals(0, pool.bytesInUse());
    }

    @Test
    void blockThatComesBackTwiceIsFound() {
        BlockPool pool = new PoisoningBlockPool(MAX_BLOCK, MAX_BLOCK);
        int block = pool.allocate(300, 0);
        pool.free(block, 300);
        assertThrows(IllegalStateException.class, () -> pool.free(block, 300));
    }

    @Test
    void writingToABlockThatWentBackIsFound() {
        BlockPool pool = new PoisoningBlockPool(MAX_BLOCK, MAX_BLOCK);
        int block = pool.allocate(300, 0);
        pool.free(block, 300);
        assertEquals(PoisoningBlockPool.POISON, pool.view(block, 0, 1).get());
        pool.write(block, new byte[] {1});
        assertThrows(IllegalStateException.class, () -> pool.allocate(300, 0));
    }

    @Test
    void waiterGetsTheBlockThatComesBack() throws Exception {
        BlockPool pool = new PoisoningBlockPool(MAX_BLOCK, MAX_BLOCK);
        int all = pool.allocate(MAX_BLOCK, 0);
        CompletableFuture<Integer> got = new CompletableFuture<>();
        Thread waiter =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                got.complete(pool.awaitBlock(500, 30_000_000_000L));
                            } catch (InterruptedException e) {
                                got.completeExceptionally(e);
                            }
                        });
        pool.free(all, MAX_BLOCK);
        assertNotEquals(BlockPool.NONE, got.get(30, TimeUnit.SECONDS));
        waiter.join();
        pool.allocate(MAX_BLOCK / 2, 0);
        assertEquals(BlockPool.NONE, pool.awaitBlock(MAX_BLOCK, 1));
    }

    /**
     * Blocks of random sizes come and go beside a map of which unit is whose. After each step: no
     * two blocks share a unit, the bytes in use are the sum, and nothing was overwritten.
     */
    @Test
    void randomUseNeverGivesAByteTwiceAndCountsExactly() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        BlockPool pool = new PoisoningBlockPool(20 * MAX_BLOCK, MAX_BLOCK);
        List<Block> blocks = new ArrayList<>();
        BitSet units = new BitSet();
        for (int step = 0; step < 20_000; step++) {
            String where = "seed " + seed + " step " + step;
            int kind = random.nextInt(step / 2000 % 2 == 0 ? 3 : 5);
            if (kind < 2) {
                int bytes = 1 + random.nextInt(1 << (1 + random.nextInt(16)));
                int block = pool.allocate(bytes, 0);
                if (block != BlockPool.NONE) {
                    pool.write(block, PatternBytes.range(step, 0, bytes));
                    blocks.add(new Block(block, bytes, step));
                    int next = units.nextSetBit(block);
                    assertTrue(next < 0 || next >= block + unitsOf(bytes), where);
                    units.set(block, block + unitsOf(bytes));
                }
            } else if (!blocks.isEmpty()) {
                int index = random.nextInt(blocks.size());
                Block old = blocks.get(index);
                assertEquals(
                        ByteBuffer.wrap(PatternBytes.range(old.seed(), 0, old.bytes())),
                        pool.view(old.block(), 0, old.bytes()),
                        where);
                units.clear(old.block(), old.block() + unitsOf(old.bytes()));
                if (kind == 2) {
                    int bytes = 1 + random.nextInt(old.bytes());
                    pool.shrink(old.block(), old.bytes(), bytes);
                    blocks.set(index, new Block(old.block(), bytes, old.seed()));
                    units.set(old.block(), old.block() + unitsOf(bytes));
                } else {
                    pool.free(old.block(), old.bytes());
                    blocks.remove(index);
                }
            }
            assertEquals(units.cardinality() * 256L, pool.bytesInUse(), where);
        }
        blocks.forEach(block -> pool.free(block.block(), block.bytes()));
        assertEquals(0, pool.bytesInUse());
        for (int i = 0; i < 20; i++) {
            assertNotEquals(BlockPool.NONE, pool.allocate(MAX_BLOCK, 0), "seed " + seed);
        }
    }

    private static int unitsOf(int bytes) {
        return (bytes + 255) / 256;
    }
}

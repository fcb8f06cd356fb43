package dev.skerry.cache.store.disk.policy;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.DirectMemory.Block;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that were seen lately, in a fixed number of bytes outside the heap: two Bloom filters,
 * of which the older is emptied when the younger has had its share. All bits of a key lie in one
 * cache line. It may take a key for one that was seen, about once in a hundred times at worst, and
 * never the other way round while the memory for it is there. Not thread-safe.
 */
final class SeenKeys implements AutoCloseable {
    private static final int LINE = 64;
    private static final int LINE_BITS = LINE * Byte.SIZE;
    private static final int PROBES = 5;
    private static final int BITS_PER_KEY = 16;
    private static final int BITS_OF_A_PROBE = 9;

    private final long bytesPerHalf;
    private final long keysPerHalf;
    private final int lines;
    private Half young;
    private Half old;

    /**
     * @param bytes how many bytes of bodies a key is remembered for, at most; at least half of it
     *     if they are of no more keys than this
     * @param keys how many keys are remembered at most, at least 64
     */
    SeenKeys(long bytes, int keys, DirectMemory memory) {
        bytesPerHalf = bytes / 2;
        keysPerHalf = keys / 2;
        lines = Math.toIntExact((keysPerHalf * BITS_PER_KEY + LINE_BITS - 1) / LINE_BITS);
        young = new Half(lines, memory);
        old = new Half(lines, memory);
    }

    /** Whether it was seen. */
    boolean contains(CacheKey key) {
        long hash = hash(key);
        return young.contains(line(hash), hash) || old.contains(line(hash), hash);
    }

    /** Remembers it, with this many bytes of its body. */
    void add(CacheKey key, long bytes) {
        if (young.keys >= keysPerHalf || young.bytes >= bytesPerHalf) {
            Half emptied = old;
            old = young;
            young = emptied;
            young.clear();
        }
        long hash = hash(key);
        young.add(line(hash), hash);
        young.keys++;
        young.bytes += bytes;
    }

    /** How many bytes of memory it takes. */
    long memory() {
        return 2L * lines * LINE;
    }

    @Override
    public void close() {
        young.close();
        old.close();
    }

    private int line(long hash) {
        return (int) (((hash >>> 32) * lines) >>> 32);
    }

    /** Keys are good hashes already, except those that tests make. */
    private static long hash(CacheKey key) {
        long hash = (key.low() ^ Long.rotateLeft(key.high(), 29)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 31) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 30;
    }

    /** One filter. Where there was no memory for a part of it, every key of that part was seen. */
    private static final class Half implements AutoCloseable {
        private static final int LINES_OF_A_BLOCK = DirectMemory.MAX_BLOCK / LINE;

        private final List<Block> blocks = new ArrayList<>();
        private final List<ByteBuffer> memory = new ArrayList<>();
        private long keys;
        private long bytes;

        Half(int lines, DirectMemory from) {
            for (int first = 0; first < lines; first += LINES_OF_A_BLOCK) {
                Block block = from.take(Math.min(LINES_OF_A_BLOCK, lines - first) * LINE);
                if (block == null) {
                    break;
                }
                blocks.add(block);
                memory.add(block.bytes());
            }
            clear();
        }

        boolean contains(int line, long hash) {
            int block = line / LINES_OF_A_BLOCK;
            if (block >= memory.size()) {
                return true;
            }
            ByteBuffer bits = memory.get(block);
            int at = line % LINES_OF_A_BLOCK * LINE;
            for (int i = 0; i < PROBES; i++) {
                if ((bits.get(at + place(hash, i)) & mask(hash, i)) == 0) {
                    return false;
                }
            }
            return true;
        }

        void add(int line, long hash) {
            int block = line / LINES_OF_A_BLOCK;
            if (block >= memory.size()) {
                return;
            }
            ByteBuffer bits = memory.get(block);
            int at = line % LINES_OF_A_BLOCK * LINE;
            for (int i = 0; i < PROBES; i++) {
                int place = at + place(hash, i);
                bits.put(place, (byte) (bits.get(place) | mask(hash, i)));
            }
        }

        private static int place(long hash, int probe) {
            return (int) (hash >>> (probe * BITS_OF_A_PROBE) >>> 3) & (LINE - 1);
        }

        private static int mask(long hash, int probe) {
            return 1 << ((int) (hash >>> (probe * BITS_OF_A_PROBE)) & 7);
        }

        void clear() {
            keys = 0;
            bytes = 0;
            for (ByteBuffer bits : memory) {
                for (int i = 0; i < bits.capacity(); i += Long.BYTES) {
                    bits.putLong(i, 0);
                }
            }
        }

        @Override
        public void close() {
            blocks.forEach(Block::close);
            blocks.clear();
            memory.clear();
        }
    }
}

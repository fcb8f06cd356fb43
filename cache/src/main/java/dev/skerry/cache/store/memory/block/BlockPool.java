package dev.skerry.cache.store.memory.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Direct memory under a hard cap, given out in blocks. A block is a run of bytes that lie in one
 * piece, named by the number of its first unit ({@value #UNIT} bytes); who has it also knows its
 * size and says it again when it gives the block back. Memory is taken from the system region by
 * region as it is needed and kept for good. Thread-safe; the lock is held for bookkeeping only, and
 * nothing else is ever locked under it.
 */
public class BlockPool {
    /** The grain of allocation in bytes. */
    public static final int UNIT = 256;

    /** No block. */
    public static final int NONE = -1;

    private static final Logger log = LoggerFactory.getLogger(BlockPool.class);
    private static final int UNIT_SHIFT = 8;
    private static final int REGION_SHIFT = 24;
    private static final int REGION = 1 << REGION_SHIFT;
    private static final int UNITS_SHIFT = REGION_SHIFT - UNIT_SHIFT;

    private final int maxBlock;
    private final long capacity;
    private final ByteBuffer[] regions;
    private final ByteBuffer[] views;
    private final FreeUnits free;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition given = lock.newCondition();
    private final ReentrantLock growing = new ReentrantLock();
    private volatile int regionsOpen;
    private boolean systemRefused;
    private volatile long inUse;

    /**
     * @param capacity the cap in bytes, rounded down to a multiple of {@code maxBlock}; at least
     *     {@code maxBlock}, at most 256 GiB
     * @param maxBlock the largest block in bytes: a power of two from {@value #UNIT} to 16 MiB
     * @throws IllegalArgumentException outside these ranges
     */
    public BlockPool(long capacity, int maxBlock) {
        if (Integer.bitCount(maxBlock) != 1 || maxBlock < UNIT || maxBlock > REGION) {
            throw new IllegalArgumentException("maxBlock: " + maxBlock);
        }
        if (capacity < maxBlock || capacity > 256L << 30) {
            throw new IllegalArgumentException("capacity: " + capacity);
        }
        this.maxBlock = maxBlock;
        this.capacity = capacity - capacity % maxBlock;
        int count = (int) ((this.capacity + REGION - 1) >>> REGION_SHIFT);
        regions = new ByteBuffer[count];
        views = new ByteBuffer[count];
        int maxOrder = Integer.numberOfTrailingZeros(maxBlock / UNIT);
        free = new FreeUnits((int) (this.capacity >>> UNIT_SHIFT), maxOrder);
    }

    /** The most bytes that will ever be in use. */
    public final long capacity() {
        return capacity;
    }

    /** The largest block in bytes. */
    public final int maxBlock() {
        return maxBlock;
    }

    /** The bytes in blocks that are given out, each rounded up to whole units. */
    public final long bytesInUse() {
        return inUse;
    }

    /** What a block of so many bytes takes from the pool. */
    public static long footprint(long bytes) {
        return (bytes + UNIT - 1) & -UNIT;
    }

    /**
     * Takes a block of {@code bytes} bytes; its content is undefined.
     *
     * @param bytes 1 to {@link #maxBlock}
     * @param keepFree fails if fewer bytes than these would be left to others
     * @return the block, or {@link #NONE} when there is no such run of free memory
     */
    public final int allocate(int bytes, long keepFree) {
        if (bytes < 1 || bytes > maxBlock) {
            throw new IllegalArgumentException("bytes: " + bytes);
        }
        int seen;
        do {
            lock.lock();
            try {
                int block = take(bytes, keepFree);
                if (block != NONE || inUse + footprint(bytes) + keepFree > capacity) {
                    return block;
                }
                seen = regionsOpen;
            } finally {
                lock.unlock();
            }
        } while (grow(seen));
        return NONE;
    }

    /** The same with nothing kept free, waiting up to {@code nanos} for memory to come back. */
    public final int awaitBlock(int bytes, long nanos) throws InterruptedException {
        int block = allocate(bytes, 0);
        if (block != NONE) {
            return block;
        }
        long left = nanos;
        lock.lock();
        try {
            block = take(bytes, 0);
            while (block == NONE && left > 0) {
                left = given.awaitNanos(left);
                block = take(bytes, 0);
            }
            return block;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back a block of {@code bytes} bytes: nobody may touch it from here on. */
    public final void free(int block, int bytes) {
        give(block, unitsOf(bytes));
    }

    /**
     * Gives back the end of a block in place; its first {@code newBytes} (at least 1) stay where
     * they are.
     */
    public final void shrink(int block, int oldBytes, int newBytes) {
        int kept = unitsOf(newBytes);
        int units = unitsOf(oldBytes) - kept;
        if (units > 0) {
            give(block + kept, units);
        }
    }

    /** Copies {@code length} bytes from {@code source}, whose position moves, into a block. */
    public final void write(int block, int offset, ByteBuffer source, int length) {
        region(block).put(at(block) + offset, source, source.position(), length);
        source.position(source.position() + length);
    }

    /** Copies bytes into a block. */
    public final void write(int block, byte[] source) {
        region(block).put(at(block), source, 0, source.length);
    }

    /** Copies bytes out of a block. */
    public final byte[] read(int block, int offset, int length) {
        byte[] bytes = new byte[length];
        region(block).get(at(block) + offset, bytes);
        return bytes;
    }

    /** A read-only view of a part of a block, valid as long as the block is not given back. */
    public final ByteBuffer view(int block, int offset, int length) {
        return views[block >>> UNITS_SHIFT].slice(at(block) + offset, length);
    }

    /** A view of a block in native order, to be written too, valid as {@link #view} is. */
    public final ByteBuffer writable(int block, int length) {
        return region(block).slice(at(block), length).order(ByteOrder.nativeOrder());
    }

    /** One byte of a block. */
    public final byte getByte(int block, int offset) {
        return region(block).get(at(block) + offset);
    }

    /** Sets one byte of a block. */
    public final void putByte(int block, int offset, byte value) {
        region(block).put(at(block) + offset, value);
    }

    /** Eight bytes of a block. */
    public final long getLong(int block, int offset) {
        return region(block).getLong(at(block) + offset);
    }

    /** Four bytes of a block. */
    public final int getInt(int block, int offset) {
        return region(block).getInt(at(block) + offset);
    }

    /** Called under the lock when a region has come, before anything of it is given out. */
    void opened(ByteBuffer region) {}

    /** Called under the lock for every run of units that is given out. */
    void taken(int block, int units) {}

    /** Called under the lock for every run of units that comes back. */
    void givenBack(int block, int units) {}

    private int take(int bytes, long keepFree) {
        int units = unitsOf(bytes);
        long size = (long) units << UNIT_SHIFT;
        if (inUse + size + keepFree > capacity) {
            return NONE;
        }
        int block = free.take(units);
        if (block < 0) {
            return NONE;
        }
        taken(block, units);
        setInUse(inUse + size);
        return block;
    }

    private void give(int block, int units) {
        lock.lock();
        try {
            givenBack(block, units);
            free.give(block, units);
            setInUse(inUse - ((long) units << UNIT_SHIFT));
            given.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Written under the lock only, so that the read before the write is safe. */
    private void setInUse(long bytes) {
        inUse = bytes;
    }

    /**
     * Opens one more region if there may be one. The system zeroes it, which takes milliseconds:
     * that happens outside the lock, so that blocks go on coming back meanwhile.
     *
     * @param seen how many regions were open when the caller found no room
     * @return whether to try again
     */
    private boolean grow(int seen) {
        growing.lock();
        try {
            int index = regionsOpen;
            if (index > seen) {
                return true;
            }
            if (index == regions.length || systemRefused) {
                return false;
            }
            long start = (long) index << REGION_SHIFT;
            int size = (int) Math.min(REGION, capacity - start);
            ByteBuffer region = ByteBuffer.allocateDirect(size);
            open(index, region);
            return true;
        } catch (OutOfMemoryError e) {
            // The process was given less direct memory than this pool: live with what there is.
            systemRefused = true;
            log.warn(
                    "The memory tier stays at {} regions of {} bytes: {}",
                    seen,
                    REGION,
                    e.getMessage());
            return false;
        } finally {
            growing.unlock();
        }
    }

    private void open(int index, ByteBuffer region) {
        lock.lock();
        try {
            regions[index] = region;
            views[index] = region.asReadOnlyBuffer();
            opened(region);
            free.give(index << UNITS_SHIFT, region.capacity() >>> UNIT_SHIFT);
            regionsOpen = index + 1;
        } finally {
            lock.unlock();
        }
    }

    final ByteBuffer region(int block) {
        return regions[block >>> UNITS_SHIFT];
    }

    /** The offset of a block in its region. */
    static int at(int block) {
        return (block << UNIT_SHIFT) & (REGION - 1);
    }

    private static int unitsOf(int bytes) {
        return (bytes + UNIT - 1) >>> UNIT_SHIFT;
    }
}

package dev.skerry.cache.store.disk.index;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.DirectMemory;
import java.util.function.LongPredicate;

/**
 * Where the records of a disk lie: a multi-map from keys to entries, one for each variant, 16 bytes
 * an entry outside the heap. Thread-safe; each method is atomic for its key.
 *
 * <p>Keys are known by 44 bits of theirs, and variants by 16: two that agree in them share entries.
 * Whoever reads a record compares its whole key; a wrong match costs a miss and nothing else.
 *
 * <p>An <em>entry</em> is a long: see {@link #address}, {@link #size} and {@link #uses}.
 */
public final class DiskIndex implements AutoCloseable {
    /** How many variants a key may have; the oldest gives way to one more. */
    public static final int MAX_VARIANTS = 64;

    /** The largest {@linkplain #uses count of uses}: it stays there. */
    public static final int MAX_USES = 7;

    /** The largest size of an entry, in bytes. */
    public static final int MAX_SIZE = 65_535 * Address.UNIT;

    /** Answers that nothing was displaced. */
    public static final long NONE = -1;

    /** Answers that nothing was put: there is no memory for it. */
    public static final long FULL = -2;

    private static final int PARTITION_BITS = 12;

    private final Partition[] partitions = new Partition[1 << PARTITION_BITS];

    /** An empty index that takes its memory from here. */
    public DiskIndex(DirectMemory memory) {
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new Partition(memory);
        }
    }

    /** The {@link Address} of an entry. */
    public static long address(long entry) {
        return Slots.address(entry);
    }

    /** How many bytes one read should take: as it was put, rounded up to {@link Address#UNIT}. */
    public static int size(long entry) {
        return Slots.size(entry);
    }

    /** How often the entry was used, 0 to {@link #MAX_USES}. */
    public static int uses(long entry) {
        return Slots.uses(entry);
    }

    /** Whether the key may have an entry. False is certain. */
    public boolean contains(CacheKey key) {
        long hash = hash(key);
        return of(hash).contains((int) hash);
    }

    /** Whether the variant of the key has an entry, as far as their bits tell. */
    public boolean contains(CacheKey key, int variant) {
        long hash = hash(key);
        return of(hash).contains((int) hash, variant);
    }

    /**
     * The entries of a key, the newest first.
     *
     * @param into with room for {@link #MAX_VARIANTS}
     * @return how many there are
     */
    public int find(CacheKey key, long[] into) {
        long hash = hash(key);
        return of(hash).find((int) hash, into);
    }

    /**
     * Adds an entry, as the newest of its key, in place of the one of the same variant.
     *
     * @param variant 16 bits of what the variant is told by
     * @param size in bytes, 1 to {@link #MAX_SIZE}
     * @return the address that it displaced; {@link #NONE}; or {@link #FULL}
     */
    public long put(CacheKey key, int variant, long address, int size) {
        long hash = hash(key);
        return of(hash).put((int) hash, variant, Slots.entry(address, units(size), 0), true);
    }

    /**
     * Adds an entry as the oldest of its key, unless the variant has one: for who reads a log
     * backwards.
     *
     * @return whether it was added; not either if there is no memory, or no room under this key
     */
    public boolean putOlder(CacheKey key, int variant, long address, int size) {
        long hash = hash(key);
        return of(hash).put((int) hash, variant, Slots.entry(address, units(size), 0), false)
                == NONE;
    }

    /**
     * Lets an entry point elsewhere, if it is there still; its age among the key's stays.
     *
     * @param uses what its count is from now on
     * @return whether it was
     */
    public boolean move(CacheKey key, long from, long to, int size, int uses) {
        if (uses < 0 || uses > MAX_USES) {
            throw new IllegalArgumentException("uses: " + uses);
        }
        long hash = hash(key);
        return of(hash).move((int) hash, from, Slots.entry(to, units(size), uses));
    }

    /** Removes the entry of a variant; the address that it had, or {@link #NONE}. */
    public long remove(CacheKey key, int variant) {
        long hash = hash(key);
        return of(hash).remove((int) hash, variant);
    }

    /** Removes the entry with this address, if it is there still; whether it was. */
    public boolean removeAt(CacheKey key, long address) {
        long hash = hash(key);
        return of(hash).removeAt((int) hash, address);
    }

    /** Removes every entry whose address is one of these: looks at all. Returns how many. */
    public long removeAll(LongPredicate addresses) {
        long removed = 0;
        for (Partition partition : partitions) {
            removed += partition.removeAll(addresses);
        }
        return removed;
    }

    /** Counts a use of every entry of a key. */
    public void used(CacheKey key) {
        long hash = hash(key);
        of(hash).used((int) hash);
    }

    /** The entry with this address, as it is now; {@link #NONE} if there is none. */
    public long at(CacheKey key, long address) {
        long hash = hash(key);
        return of(hash).at((int) hash, address);
    }

    /** The variant of the entry with this address; -1 if there is none. */
    public int variantAt(CacheKey key, long address) {
        long hash = hash(key);
        return of(hash).variantAt((int) hash, address);
    }

    /** How many entries there are. */
    public long count() {
        long count = 0;
        for (Partition partition : partitions) {
            count += partition.count();
        }
        return count;
    }

    /** How many bytes outside the heap it has taken. */
    public long bytes() {
        long bytes = 0;
        for (Partition partition : partitions) {
            bytes += partition.bytes();
        }
        return bytes;
    }

    /** Forgets everything and gives the memory back; it can be used again. */
    public void clear() {
        for (Partition partition : partitions) {
            partition.clear();
        }
    }

    /** Forgets everything, gives the memory back, and takes none again: every put is refused. */
    @Override
    public void close() {
        for (Partition partition : partitions) {
            partition.close();
        }
    }

    static int partition(CacheKey key) {
        return partition(hash(key));
    }

    private static int partition(long hash) {
        return (int) (hash >>> (64 - PARTITION_BITS));
    }

    private Partition of(long hash) {
        return partitions[partition(hash)];
    }

    /** Keys are good hashes already, except those that tests make. */
    private static long hash(CacheKey key) {
        long hash = (key.high() ^ Long.rotateLeft(key.low(), 32)) * 0x9E3779B97F4A7C15L;
        hash = (hash ^ (hash >>> 32) ^ key.low()) * 0xD6E8FEB86659FD93L;
        return hash ^ (hash >>> 32);
    }

    private static int units(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size: " + size);
        }
        return (size + Address.UNIT - 1) / Address.UNIT;
    }
}

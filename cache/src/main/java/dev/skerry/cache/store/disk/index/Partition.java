package dev.skerry.cache.store.disk.index;

import dev.skerry.cache.store.DirectMemory;
import java.util.Arrays;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of the index, with a lock and a table of its own. The lock is a leaf: memory is taken and
 * given back outside of it, since making room for it may evict a response, which may come here.
 */
final class Partition {
    /** From {@link #put}: the table has to grow first. */
    private static final long TOO_SMALL = -3;

    private static final int FIRST_SLOTS = 16;
    private static final int MAX_SLOTS = DirectMemory.MAX_BLOCK / Slots.BYTES;
    private static final int MIDDLE_RANK = 1 << 15;
    private static final int MAX_RANK = 0xffff;
    private static final int MAX_VARIANT = 0xffff;

    private final DirectMemory memory;
    private DirectMemory.@Nullable Block block;
    private Slots slots = Slots.NONE;
    private int count;
    private boolean closed;

    Partition(DirectMemory memory) {
        this.memory = memory;
    }

    synchronized boolean contains(int fingerprint) {
        return slots.first(fingerprint) >= 0;
    }

    synchronized boolean contains(int fingerprint, int variant) {
        int at = slots.first(fingerprint);
        while (at >= 0 && slots.variant(at) != variant) {
            at = slots.another(at, fingerprint);
        }
        return at >= 0;
    }

    synchronized int find(int fingerprint, long[] into) {
        int found = 0;
        for (int at = slots.first(fingerprint); at >= 0; at = slots.another(at, fingerprint)) {
            into[found++] = at;
        }
        // Insertion by rank: nearly always one entry, or a few.
        for (int i = 1; i < found; i++) {
            long moved = into[i];
            int place = i;
            for (; place > 0 && rank(into[place - 1]) < rank(moved); place--) {
                into[place] = into[place - 1];
            }
            into[place] = moved;
        }
        for (int i = 0; i < found; i++) {
            into[i] = slots.entry((int) into[i]);
        }
        return found;
    }

    private int rank(long slot) {
        return slots.rank((int) slot);
    }

    /** See {@link DiskIndex#put} and {@link DiskIndex#putOlder}. */
    long put(int fingerprint, int variant, long entry, boolean newest) {
        if (variant < 0 || variant > MAX_VARIANT) {
            throw new IllegalArgumentException("variant: " + variant);
        }
        while (true) {
            int capacity;
            synchronized (this) {
                long displaced = putNow(fingerprint, variant, entry, newest);
                if (displaced != TOO_SMALL) {
                    return displaced;
                }
                capacity = slots.capacity();
            }
            DirectMemory.Block more =
                    capacity == MAX_SLOTS ? null : memory.take(grown(capacity) * Slots.BYTES);
            if (more == null) {
                return DiskIndex.FULL;
            }
            grow(more);
        }
    }

    private long putNow(int fingerprint, int variant, long entry, boolean newest) {
        int oldest = -1;
        int same = -1;
        int lowest = MAX_RANK + 1;
        int highest = -1;
        int found = 0;
        for (int at = slots.first(fingerprint); at >= 0; at = slots.another(at, fingerprint)) {
            int rank = slots.rank(at);
            if (rank < lowest) {
                lowest = rank;
                oldest = at;
            }
            highest = Math.max(highest, rank);
            same = slots.variant(at) == variant ? at : same;
            found++;
        }
        if (same >= 0 && !newest) {
            return Slots.address(slots.entry(same));
        }
        if (found > 0 && (newest ? highest == MAX_RANK : lowest == 0)) {
            rankAnew(fingerprint);
            return putNow(fingerprint, variant, entry, newest);
        }
        int rank = found == 0 ? MIDDLE_RANK : newest ? highest + 1 : lowest - 1;
        int displaced = same >= 0 || found < DiskIndex.MAX_VARIANTS ? same : oldest;
        if (displaced >= 0) {
            if (!newest) {
                return DiskIndex.FULL;
            }
            long before = Slots.address(slots.entry(displaced));
            slots.set(displaced, fingerprint, variant, rank, entry);
            return before;
        }
        if (closed) {
            return DiskIndex.FULL;
        }
        if (count >= slots.limit()) {
            return TOO_SMALL;
        }
        slots.add(fingerprint, variant, rank, entry);
        count++;
        return DiskIndex.NONE;
    }

    /** Ranks that have reached an end begin in the middle again, in the same order. */
    private void rankAnew(int fingerprint) {
        long[] byRank = new long[DiskIndex.MAX_VARIANTS];
        int found = 0;
        for (int at = slots.first(fingerprint); at >= 0; at = slots.another(at, fingerprint)) {
            byRank[found++] = ((long) slots.rank(at) << 32) | at;
        }
        Arrays.sort(byRank, 0, found);
        for (int i = 0; i < found; i++) {
            slots.rank((int) byRank[i], MIDDLE_RANK + i);
        }
    }

    synchronized boolean move(int fingerprint, long from, long entry) {
        int at = slotAt(fingerprint, from);
        if (at >= 0) {
            slots.entry(at, entry);
        }
        return at >= 0;
    }

    synchronized long remove(int fingerprint, int variant) {
        for (int at = slots.first(fingerprint); at >= 0; at = slots.another(at, fingerprint)) {
            if (slots.variant(at) == variant) {
                long address = Slots.address(slots.entry(at));
                clear(at);
                return address;
            }
        }
        return DiskIndex.NONE;
    }

    synchronized boolean removeAt(int fingerprint, long address) {
        int at = slotAt(fingerprint, address);
        if (at >= 0) {
            clear(at);
        }
        return at >= 0;
    }

    synchronized int removeAll(LongPredicate addresses) {
        int before = count;
        for (int at = 0; at < slots.capacity(); ) {
            if (slots.isUsed(at) && addresses.test(Slots.address(slots.entry(at)))) {
                // Another may have moved here: the same slot is looked at again.
                clear(at);
            } else {
                at++;
            }
        }
        return before - count;
    }

    synchronized void used(int fingerprint) {
        for (int at = slots.first(fingerprint); at >= 0; at = slots.another(at, fingerprint)) {
            slots.entry(at, Slots.used(slots.entry(at)));
        }
    }

    synchronized long at(int fingerprint, long address) {
        int at = slotAt(fingerprint, address);
        return at < 0 ? DiskIndex.NONE : slots.entry(at);
    }

    synchronized int variantAt(int fingerprint, long address) {
        int at = slotAt(fingerprint, address);
        return at < 0 ? -1 : slots.variant(at);
    }

    synchronized int count() {
        return count;
    }

    synchronized long bytes() {
        return (long) slots.capacity() * Slots.BYTES;
    }

    void clear() {
        DirectMemory.Block given;
        synchronized (this) {
            given = block;
            block = null;
            slots = Slots.NONE;
            count = 0;
        }
        if (given != null) {
            given.close();
        }
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        clear();
    }

    private int slotAt(int fingerprint, long address) {
        int at = slots.first(fingerprint);
        while (at >= 0 && Slots.address(slots.entry(at)) != address) {
            at = slots.another(at, fingerprint);
        }
        return at;
    }

    private void clear(int slot) {
        slots.clear(slot);
        count--;
    }

    /** Moves into a larger block, unless that has happened meanwhile. */
    private void grow(DirectMemory.Block more) {
        DirectMemory.Block given = more;
        synchronized (this) {
            Slots larger = new Slots(more.bytes());
            if (!closed && larger.capacity() > slots.capacity()) {
                larger.addAll(slots);
                given = block;
                block = more;
                slots = larger;
            }
        }
        if (given != null) {
            given.close();
        }
    }

    /** A quarter more, in the steps that memory is given out in. */
    private static int grown(int capacity) {
        int wanted = capacity + Math.max(capacity / 4, FIRST_SLOTS);
        return Math.min((wanted + FIRST_SLOTS - 1) / FIRST_SLOTS * FIRST_SLOTS, MAX_SLOTS);
    }
}

package dev.skerry.cache.store.memory.block;

/**
 * Which units of a pool are free: a buddy allocator whose bookkeeping lies apart from the memory it
 * speaks of, so that a stray write cannot harm it. A run of any length up to the largest block is
 * taken from the start of a power of two, and what is left over behind it is free at once; so the
 * waste is less than one unit, and a run can be shortened in place. Lower addresses go first, which
 * keeps the large blocks together. Not thread-safe.
 *
 * <p>Invariants: a unit is either free and covered by exactly one free block, or not free; two free
 * buddies of one order never stand beside each other (they have been merged).
 */
final class FreeUnits {
    private final int maxOrder;
    private final BitTree[] free;

    /**
     * @param units how many units there will ever be; none is free yet
     * @param maxOrder the largest block has {@code 1 << maxOrder} units
     */
    FreeUnits(int units, int maxOrder) {
        this.maxOrder = maxOrder;
        free = new BitTree[maxOrder + 1];
        for (int order = 0; order <= maxOrder; order++) {
            free[order] = new BitTree(units >>> order);
        }
    }

    /**
     * Takes {@code units} units that lie side by side.
     *
     * @param units 1 to {@code 1 << maxOrder}
     * @return the first one, or -1 when there is no such run
     */
    int take(int units) {
        int wanted = ceilLog2(units);
        for (int order = wanted; order <= maxOrder; order++) {
            int index = free[order].least();
            if (index >= 0) {
                free[order].remove(index);
                int start = index << order;
                give(start + units, (1 << order) - units);
                return start;
            }
        }
        return -1;
    }

    /** Makes {@code units} units from {@code start} on free; they must not be free already. */
    void give(int start, int units) {
        int at = start;
        int end = start + units;
        while (at < end) {
            int aligned = Math.min(Integer.numberOfTrailingZeros(at), maxOrder);
            int order = Math.min(aligned, floorLog2(end - at));
            merge(at, order);
            at += 1 << order;
        }
    }

    private void merge(int start, int order) {
        int at = start;
        int size = order;
        while (size < maxOrder) {
            int buddy = (at ^ (1 << size)) >>> size;
            if (!free[size].contains(buddy)) {
                break;
            }
            free[size].remove(buddy);
            at &= ~(1 << size);
            size++;
        }
        free[size].add(at >>> size);
    }

    private static int ceilLog2(int value) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(value - 1);
    }

    private static int floorLog2(int value) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value);
    }
}

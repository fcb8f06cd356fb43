package dev.skerry.cache.purge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An open-addressing map from a 64-bit hash to a few longs, without removal. One writer at a time;
 * any number of readers look up without locks: whoever sees a key sees the values stored with it or
 * later ones. Costs {@code 8 × (fields + 1)} bytes a slot at a load of 0.53 to 0.75.
 */
final class LongTable {
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FEWEST_SLOTS = 16;
    private static final long FREE = 0;

    private final int stride;
    private final int count;
    private final long[] slots;
    private int size;

    /** A table for {@code expected} keys with {@code fields} values each. */
    LongTable(int fields, int expected) {
        this.stride = fields + 1;
        // A quarter stays free. No power of two: half of that would be free after growing.
        this.count = Math.max(FEWEST_SLOTS, Math.toIntExact(expected * 4L / 3 + 2));
        this.slots = new long[Math.multiplyExact(count, stride)];
    }

    /** The number of keys. */
    int size() {
        return size;
    }

    /** Whether another key needs a larger table first. */
    boolean full() {
        return size >= count / 4 * 3;
    }

    /** The place of a key, or -1. */
    int find(long key) {
        long stored = key == FREE ? 1 : key;
        for (int slot = slot(stored); ; slot = next(slot)) {
            long at = (long) SLOTS.getAcquire(slots, slot * stride);
            if (at == stored) {
                return slot * stride;
            }
            if (at == FREE) {
                return -1;
            }
        }
    }

    /** A value of a place, the fields counted from 0. */
    long get(int place, int field) {
        return (long) SLOTS.getAcquire(slots, place + 1 + field);
    }

    /** Replaces a value of a place. */
    void set(int place, int field, long value) {
        SLOTS.setRelease(slots, place + 1 + field, value);
    }

    /** Adds a key that is not there. The table must not be full. */
    void add(long key, long... values) {
        long stored = key == FREE ? 1 : key;
        int slot = slot(stored);
        while (slots[slot * stride] != FREE) {
            slot = next(slot);
        }
        int place = slot * stride;
        for (int i = 0; i < values.length; i++) {
            slots[place + 1 + i] = values[i];
        }
        size++;
        // Last, and with release: a reader that finds the key finds its values.
        SLOTS.setRelease(slots, place, stored);
    }

    /** A table with room for another key: this one, or a copy that is larger by two fifths. */
    LongTable roomy() {
        return full() ? copy(Math.max(FEWEST_SLOTS, size / 5 * 2), (key, place) -> true) : this;
    }

    /** A copy with room for {@code more} keys, of the entries that the filter keeps. */
    LongTable copy(int more, Filter filter) {
        int[] kept = {0};
        forEach((key, place) -> kept[0] += filter.keeps(key, place) ? 1 : 0);
        LongTable copy = new LongTable(stride - 1, kept[0] + more);
        long[] values = new long[stride - 1];
        forEach((key, place) -> {
            if (filter.keeps(key, place)) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = get(place, i);
                }
                copy.add(key, values);
            }
        });
        return copy;
    }

    /** Visits all entries. */
    void forEach(Visitor visitor) {
        for (int place = 0; place < slots.length; place += stride) {
            long key = (long) SLOTS.getAcquire(slots, place);
            if (key != FREE) {
                visitor.visit(key, place);
            }
        }
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (((mixed >>> 32) * count) >>> 32);
    }

    private int next(int slot) {
        return slot + 1 == count ? 0 : slot + 1;
    }

    /** Told of entries. */
    @FunctionalInterface
    interface Visitor {
        void visit(long key, int place);
    }

    /** Chooses entries. */
    @FunctionalInterface
    interface Filter {
        boolean keeps(long key, int place);
    }
}

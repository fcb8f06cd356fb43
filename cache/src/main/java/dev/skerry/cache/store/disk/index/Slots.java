package dev.skerry.cache.store.disk.index;

import java.nio.ByteBuffer;

/**
 * An open-addressing table of 16-byte slots: what the bits are, and how slots are probed, filled
 * and emptied. A slot is two longs: fingerprint (32), variant (16) and rank among its key's (16);
 * then one bit that says that there is something, uses (3), size (16) and address (44), which are
 * an entry as {@link DiskIndex} gives it out.
 *
 * <p>Probes go forward from a home that grows with the fingerprint. Emptying a slot shifts those
 * behind it back, so there are no graves to step over.
 */
final class Slots {
    static final int BYTES = 16;

    private static final long USED = 1L << 63;
    private static final int USES_SHIFT = 60;
    private static final long ADDRESS = (1L << Address.BITS) - 1;

    /** A table with nothing in it and no room. */
    static final Slots NONE = new Slots(ByteBuffer.allocate(0));

    private final ByteBuffer bytes;
    private final int capacity;

    /** An empty table over this memory, whatever is in it. */
    Slots(ByteBuffer bytes) {
        this.bytes = bytes;
        capacity = bytes.capacity() / BYTES;
        for (int i = 0; i < capacity; i++) {
            bytes.putLong(i * BYTES + 8, 0);
        }
    }

    static long address(long entry) {
        return entry & ADDRESS;
    }

    static int size(long entry) {
        return ((int) (entry >>> Address.BITS) & 0xffff) * Address.UNIT;
    }

    static int uses(long entry) {
        return (int) (entry >>> USES_SHIFT) & DiskIndex.MAX_USES;
    }

    static long entry(long address, int units, int uses) {
        if ((address & ~ADDRESS) != 0) {
            throw new IllegalArgumentException("address: " + address);
        }
        return ((long) uses << USES_SHIFT) | ((long) units << Address.BITS) | address;
    }

    /** The entry with one use more. */
    static long used(long entry) {
        return uses(entry) == DiskIndex.MAX_USES ? entry : entry + (1L << USES_SHIFT);
    }

    /** How many slots may be filled: beyond this, probes become long. */
    int limit() {
        return capacity * 17 / 20;
    }

    int capacity() {
        return capacity;
    }

    boolean isUsed(int slot) {
        return bytes.getLong(slot * BYTES + 8) < 0;
    }

    int fingerprint(int slot) {
        return bytes.getInt(slot * BYTES);
    }

    int variant(int slot) {
        return bytes.getShort(slot * BYTES + 4) & 0xffff;
    }

    int rank(int slot) {
        return bytes.getShort(slot * BYTES + 6) & 0xffff;
    }

    void rank(int slot, int rank) {
        bytes.putShort(slot * BYTES + 6, (short) rank);
    }

    long entry(int slot) {
        return bytes.getLong(slot * BYTES + 8) & ~USED;
    }

    void entry(int slot, long entry) {
        bytes.putLong(slot * BYTES + 8, entry | USED);
    }

    /** The first slot of a fingerprint; -1 if there is none. */
    int first(int fingerprint) {
        return capacity == 0 ? -1 : from(home(fingerprint), fingerprint);
    }

    /** The next one of the same. */
    int another(int slot, int fingerprint) {
        return from(next(slot), fingerprint);
    }

    private int from(int slot, int fingerprint) {
        int at = slot;
        while (isUsed(at)) {
            if (fingerprint(at) == fingerprint) {
                return at;
            }
            at = next(at);
        }
        return -1;
    }

    private int home(int fingerprint) {
        return (int) (((fingerprint & 0xffff_ffffL) * capacity) >>> 32);
    }

    private int next(int slot) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    /** Fills the first free slot from home on; the caller is sure that there is one. */
    void add(int fingerprint, int variant, int rank, long entry) {
        int slot = home(fingerprint);
        while (isUsed(slot)) {
            slot = next(slot);
        }
        set(slot, fingerprint, variant, rank, entry);
    }

    void set(int slot, int fingerprint, int variant, int rank, long entry) {
        bytes.putInt(slot * BYTES, fingerprint);
        bytes.putShort(slot * BYTES + 4, (short) variant);
        rank(slot, rank);
        entry(slot, entry);
    }

    /** Empties a slot: what was pushed past it by others moves back. */
    void clear(int slot) {
        int hole = slot;
        for (int at = next(hole); isUsed(at); at = next(at)) {
            int home = home(fingerprint(at));
            // How far each is from the home of what lies at `at`, going forward and around.
            if (distance(home, hole) <= distance(home, at)) {
                bytes.putLong(hole * BYTES, bytes.getLong(at * BYTES));
                bytes.putLong(hole * BYTES + 8, bytes.getLong(at * BYTES + 8));
                hole = at;
            }
        }
        bytes.putLong(hole * BYTES + 8, 0);
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + capacity;
    }

    /** Adds everything that another table holds; there is room. */
    void addAll(Slots others) {
        for (int i = 0; i < others.capacity; i++) {
            if (others.isUsed(i)) {
                add(others.fingerprint(i), others.variant(i), others.rank(i), others.entry(i));
            }
        }
    }
}

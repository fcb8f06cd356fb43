package dev.skerry.cache.store.disk.device;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The bytes of a file of a {@link RamDevice}, and what of them a power failure may take back. */
final class RamFile {
    private static final int PAGE = 4096;

    private byte[] bytes = new byte[PAGE];
    private int size;
    private int syncedSize;

    /**
     * Pages written since the last sync; those that lay below the synced size with what was there.
     */
    private final BitSet dirty = new BitSet();

    private final Map<Integer, byte[]> before = new HashMap<>();

    int size() {
        return size;
    }

    byte[] bytes() {
        return bytes;
    }

    void room(int end) {
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
    }

    /** To be called before these bytes are written. */
    void touch(int from, int to) {
        room(to);
        for (int page = from / PAGE; page <= (to - 1) / PAGE && to > from; page++) {
            if (!dirty.get(page)) {
                dirty.set(page);
                if (page * PAGE < syncedSize) {
                    before.put(page, Arrays.copyOfRange(bytes, page * PAGE, (page + 1) * PAGE));
                }
            }
        }
        size = Math.max(size, to);
    }

    void truncate(int to) {
        if (to < size) {
            int end = size;
            touch(to, end);
            Arrays.fill(bytes, to, end, (byte) 0);
            size = to;
        }
    }

    void sync() {
        dirty.clear();
        before.clear();
        syncedSize = size;
    }

    /** What a machine finds that lost its power: of what was not synced, any pages. */
    RamFile afterPowerLoss(RandomGenerator dice) {
        RamFile found = new RamFile();
        int from = Math.min(syncedSize, size);
        int to = Math.max(syncedSize, size);
        int left = from == to ? to : dice.nextInt(from, to + 1);
        found.bytes = Arrays.copyOf(bytes, Math.max(Math.max(bytes.length, left), PAGE));
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            if (dice.nextBoolean()) {
                byte[] old = before.getOrDefault(page, new byte[PAGE]);
                int at = page * PAGE;
                int length = Math.min(PAGE, found.bytes.length - at);
                System.arraycopy(old, 0, found.bytes, at, length);
            }
        }
        Arrays.fill(found.bytes, left, found.bytes.length, (byte) 0);
        found.size = left;
        found.syncedSize = left;
        return found;
    }
}

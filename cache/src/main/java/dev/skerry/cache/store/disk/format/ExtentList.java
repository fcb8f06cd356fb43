package dev.skerry.cache.store.disk.format;

import dev.skerry.cache.http.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which bytes of a body lie where, in order and without overlap; never changes. */
public final class ExtentList {
    /** No bytes. */
    public static final ExtentList EMPTY = new ExtentList(new long[0]);

    private static final int FIELDS = 3;

    /** For each extent: where its bytes lie in the body, how many, the address of its record. */
    private final long[] fields;

    private ExtentList(long[] fields) {
        this.fields = fields;
    }

    /** How many extents. */
    public int size() {
        return fields.length / FIELDS;
    }

    /** Where the bytes of one begin in the body. */
    public long from(int index) {
        return fields[FIELDS * index];
    }

    /** How many bytes one has. */
    public int length(int index) {
        return (int) fields[FIELDS * index + 1];
    }

    /** Where one ends in the body. */
    public long to(int index) {
        return from(index) + length(index);
    }

    /** The address of its record. */
    public LogAddress address(int index) {
        return new LogAddress(fields[FIELDS * index + 2]);
    }

    /** The bytes of all. */
    public long bytes() {
        long bytes = 0;
        for (int i = 0; i < size(); i++) {
            bytes += length(i);
        }
        return bytes;
    }

    /** The last extent that begins at or before {@code offset}; -1 when there is none. */
    public int floor(long offset) {
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (from(middle) <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** What lies where, without regard to records: a gap between any two. */
    public List<Extent> joined() {
        List<Extent> joined = new ArrayList<>();
        int i = 0;
        while (i < size()) {
            long from = from(i);
            long to = to(i++);
            while (i < size() && from(i) == to) {
                to = to(i++);
            }
            joined.add(new Extent(from, to));
        }
        return List.copyOf(joined);
    }

    /** Makes a list, in order. */
    public static final class Builder {
        private long[] fields;
        private int used;

        /** For about so many. */
        public Builder(int expected) {
            fields = new long[FIELDS * Math.max(1, expected)];
        }

        /** The next one: behind those that are there. */
        public void add(long from, int length, LogAddress address) {
            if (used > 0 && from < fields[used - FIELDS] + fields[used - FIELDS + 1]) {
                throw new IllegalArgumentException("an extent that overlaps");
            }
            if (used == fields.length) {
                fields = Arrays.copyOf(fields, 2 * fields.length);
            }
            fields[used++] = from;
            fields[used++] = length;
            fields[used++] = address.packed();
        }

        /** What was added so far. */
        public ExtentList build() {
            return used == 0 ? EMPTY : new ExtentList(Arrays.copyOf(fields, used));
        }
    }
}

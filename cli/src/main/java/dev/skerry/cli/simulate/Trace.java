package dev.skerry.cli.simulate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Requests in their order, each for one of the numbered objects. */
final class Trace {
    private final int[] objects;
    private final long[] keys;
    private final long[] sizes;

    private Trace(int[] objects, long[] keys, long[] sizes) {
        this.objects = objects;
        this.keys = keys;
        this.sizes = sizes;
    }

    int requests() {
        return objects.length;
    }

    int objects() {
        return keys.length;
    }

    /** Which object a request is for. */
    int object(int request) {
        return objects[request];
    }

    /** A hash of an object's key. */
    long key(int object) {
        return keys[object];
    }

    /** In bytes, at least 1. */
    long size(int object) {
        return sizes[object];
    }

    /** The bytes of all objects. */
    long footprint() {
        return Arrays.stream(sizes).sum();
    }

    /** The bytes of all requests. */
    long requestedBytes() {
        return Arrays.stream(objects).mapToLong(object -> sizes[object]).sum();
    }

    /** The requests for one in so many objects, chosen by the hash of their keys. */
    Trace sample(int oneIn) {
        if (oneIn == 1) {
            return this;
        }
        Builder sampled = new Builder();
        for (int object : objects) {
            long mixed = keys[object] * 0x9E3779B97F4A7C15L;
            if ((mixed >>> 33) % oneIn == 0) {
                sampled.add(keys[object], sizes[object]);
            }
        }
        return sampled.build();
    }

    /** Collects requests. */
    static final class Builder {
        private final Map<Long, Integer> numbers = new HashMap<>();
        private int[] objects = new int[1024];
        private long[] keys = new long[1024];
        private long[] sizes = new long[1024];
        private int count;

        /** A request for a key; an object is as large as its largest answer. */
        void add(long key, long size) {
            Integer known = numbers.get(key);
            int object = known == null ? numbers.size() : known;
            if (known == null) {
                numbers.put(key, object);
                if (object == keys.length) {
                    keys = Arrays.copyOf(keys, object * 2);
                    sizes = Arrays.copyOf(sizes, object * 2);
                }
                keys[object] = key;
                sizes[object] = 1;
            }
            sizes[object] = Math.max(sizes[object], size);
            if (count == objects.length) {
                objects = Arrays.copyOf(objects, count * 2);
            }
            objects[count++] = object;
        }

        Trace build() {
            return new Trace(
                    Arrays.copyOf(objects, count),
                    Arrays.copyOf(keys, numbers.size()),
                    Arrays.copyOf(sizes, numbers.size()));
        }
    }
}

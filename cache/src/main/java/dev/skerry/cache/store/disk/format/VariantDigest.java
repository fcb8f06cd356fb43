package dev.skerry.cache.store.disk.format;

import dev.skerry.cache.http.FieldList;
import java.util.List;

/**
 * 16 bits that tell the variants of a key apart. Two variants with the same digest push each other
 * out: a miss, never a wrong answer, because the whole selecting fields are in the head. The same
 * in every process.
 */
public final class VariantDigest {
    private VariantDigest() {}

    /** Of what {@link dev.skerry.cache.store.StoredHead#isSameVariant} compares. */
    public static int of(List<String> vary, FieldList selecting) {
        long hash = vary.size();
        for (String name : vary) {
            hash = mix(hash, name);
        }
        for (int i = 0; i < selecting.size(); i++) {
            hash = mix(mix(hash, selecting.name(i)), selecting.value(i));
        }
        return (int) (hash >>> 48);
    }

    private static long mix(long hash, String part) {
        long mixed = (hash ^ part.hashCode()) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }
}

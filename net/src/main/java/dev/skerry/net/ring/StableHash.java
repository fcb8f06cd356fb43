package dev.skerry.net.ring;

/**
 * A 64-bit hash that is the same in every process and version, so that nodes which never talk to
 * each other agree on who holds a key. It spreads well; it resists nobody who knows the seed.
 */
public final class StableHash {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private StableHash() {}

    /** The hash of some texts in order; {@code ("ab", "c")} and {@code ("a", "bc")} differ. */
    public static long of(long seed, String... texts) {
        long hash = mix(seed ^ GOLDEN);
        for (String text : texts) {
            for (int i = 0; i < text.length(); i++) {
                hash = (hash ^ text.charAt(i)) * GOLDEN;
                hash ^= hash >>> 32;
            }
            hash = mix(hash + text.length());
        }
        return hash;
    }

    /** A bijection in which every input bit changes every output bit half of the time. */
    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

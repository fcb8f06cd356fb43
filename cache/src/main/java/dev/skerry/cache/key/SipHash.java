package dev.skerry.cache.key;

/**
 * SipHash-2-4 (Aumasson and Bernstein) over bytes given piece by piece, with 64 or 128 bits of
 * result. Not thread-safe; a result may be taken at any point without ending the input.
 */
final class SipHash {
    private final boolean wide;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long word;
    private long count;

    /** A hash that gives 128 bits when {@code wide}, else 64: the two are unrelated functions. */
    SipHash(long k0, long k1, boolean wide) {
        this.wide = wide;
        v0 = k0 ^ 0x736f6d6570736575L;
        v1 = k1 ^ 0x646f72616e646f6dL ^ (wide ? 0xee : 0);
        v2 = k0 ^ 0x6c7967656e657261L;
        v3 = k1 ^ 0x7465646279746573L;
    }

    private SipHash(SipHash other) {
        wide = other.wide;
        v0 = other.v0;
        v1 = other.v1;
        v2 = other.v2;
        v3 = other.v3;
        word = other.word;
        count = other.count;
    }

    SipHash update(int octet) {
        int shift = (int) (count++ & 7) << 3;
        word |= (octet & 0xFFL) << shift;
        if (shift == 56) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
            word = 0;
        }
        return this;
    }

    /**
     * Takes a part of a text of one char a byte. A char above 255, which no field or target holds,
     * goes in as two bytes.
     */
    SipHash update(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            update(c);
            if (c > 0xFF) {
                update(c >>> 8);
            }
        }
        return this;
    }

    SipHash update(String text) {
        return update(text, 0, text.length());
    }

    /** The first 64 bits of the result for what was given so far. */
    long first() {
        SipHash end = new SipHash(this);
        end.finish();
        return end.v0 ^ end.v1 ^ end.v2 ^ end.v3;
    }

    /** All 128 bits of the result for what was given so far. */
    CacheKey key() {
        SipHash end = new SipHash(this);
        end.finish();
        long low = end.v0 ^ end.v1 ^ end.v2 ^ end.v3;
        end.v1 ^= 0xdd;
        end.rounds4();
        return new CacheKey(end.v0 ^ end.v1 ^ end.v2 ^ end.v3, low);
    }

    private void finish() {
        word |= count << 56;
        v3 ^= word;
        round();
        round();
        v0 ^= word;
        v2 ^= wide ? 0xee : 0xff;
        rounds4();
    }

    private void rounds4() {
        round();
        round();
        round();
        round();
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}

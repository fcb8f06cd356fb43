package dev.skerry.cache.store.disk;

import java.nio.ByteBuffer;
import java.util.Random;

/** Bodies for simulations: pieces of random bytes, each body another one. */
public final class Noise {
    private static final int PLACES = 1 << 20;

    private final ByteBuffer bytes;

    /**
     * @param longest the most bytes of a body
     */
    public Noise(int longest) {
        byte[] random = new byte[longest + PLACES];
        new Random(7).nextBytes(random);
        bytes = ByteBuffer.allocateDirect(random.length).put(random).flip();
    }

    /** So many bytes of a body, in a buffer of their own. */
    public ByteBuffer of(long body, long from, int length) {
        int at = (int) (body * 7919 % PLACES);
        return bytes.slice((int) (at + from), length);
    }
}

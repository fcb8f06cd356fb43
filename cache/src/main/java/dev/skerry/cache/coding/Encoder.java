package dev.skerry.cache.coding;

import dev.skerry.cache.policy.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;

/** Makes one content coding. Thread-safe; each stream that it opens is one thread's at a time. */
public interface Encoder {
    /** What it makes. */
    ContentCoding coding();

    /**
     * Begins one encoding. {@link OutputStream#flush} sends everything on that was written so far,
     * in a form that a decoder can give out at once; {@link OutputStream#close} ends the coding,
     * closes {@code to}, and frees what lies outside the heap: call it whatever happens.
     *
     * @param to takes the coded bytes
     * @param level in the coding's own scale
     * @param length of the content, -1 when unknown; it must be right
     */
    OutputStream open(OutputStream to, int level, long length) throws IOException;

    /**
     * The base-two logarithm of the window for content of a length (-1 when unknown): no larger
     * than the content needs, since each encoding pays for it.
     *
     * @param most at least 12, the least of all
     */
    static int windowBits(long length, int most) {
        return length < 0
                ? most
                : Math.clamp(Long.SIZE - Long.numberOfLeadingZeros(length), 12, most);
    }
}

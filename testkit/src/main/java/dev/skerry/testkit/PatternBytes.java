package dev.skerry.testkit;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * A body of any length that nobody needs to hold: every byte follows from the seed and its offset,
 * so that a byte from the wrong place, or of another body, shows.
 */
public final class PatternBytes {
    private PatternBytes() {}

    /** The byte at an offset. */
    public static byte at(long seed, long offset) {
        long word = (seed + 1) * 0x9E3779B97F4A7C15L + (offset >>> 3);
        word = (word ^ (word >>> 30)) * 0xBF58476D1CE4E5B9L;
        word = (word ^ (word >>> 27)) * 0x94D049BB133111EBL;
        return (byte) (word >>> ((offset & 7) * 8));
    }

    /** The bytes from {@code from} to {@code to} (exclusive). */
    public static byte[] range(long seed, long from, long to) {
        byte[] bytes = new byte[Math.toIntExact(to - from)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = at(seed, from + i);
        }
        return bytes;
    }

    /**
     * A sink that accepts nothing but the pattern, beginning at an offset.
     *
     * @throws AssertionError on writing, at the first byte that differs
     */
    public static OutputStream checker(long seed, long from) {
        return new OutputStream() {
            private long offset = from;

            @Override
            public void write(int value) {
                byte expected = at(seed, offset);
                if ((byte) value != expected) {
                    throw new AssertionError(
                            "byte " + offset + " is " + (byte) value + ", not " + expected);
                }
                offset++;
            }

            @Override
            public void write(byte[] bytes, int start, int length) {
                byte[] expected = range(seed, offset, offset + length);
                int wrong =
                        Arrays.mismatch(bytes, start, start + length, expected, 0, expected.length);
                if (wrong >= 0) {
                    throw new AssertionError(
                            "byte "
                                    + (offset + wrong)
                                    + " is "
                                    + bytes[start + wrong]
                                    + ", not "
                                    + expected[wrong]);
                }
                offset += length;
            }
        };
    }
}

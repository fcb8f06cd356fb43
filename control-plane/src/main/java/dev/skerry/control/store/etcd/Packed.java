package dev.skerry.control.store.etcd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Texts as they lie in etcd: short ones as they are, behind a mark; longer ones in zlib's format,
 * which has a checksum.
 */
final class Packed {
    private static final int SHORT = 1024;
    private static final byte PLAIN = '=';
    private static final byte DEFLATED = 'z';

    /** Followed by the id and the count of its pieces. */
    private static final byte IN_PIECES = '#';

    private Packed() {}

    static byte[] pack(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= SHORT) {
            return marked(PLAIN, bytes);
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
            out.write(DEFLATED);
            byte[] buffer = new byte[16 * 1024];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * The text again.
     *
     * @throws IOException naming the key, when it is not what was packed
     */
    static String unpack(String key, byte[] packed) throws IOException {
        if (packed.length > 0 && packed[0] == PLAIN) {
            return new String(packed, 1, packed.length - 1, StandardCharsets.UTF_8);
        }
        if (packed.length == 0 || packed[0] != DEFLATED) {
            throw damaged(key, "an unknown form");
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed, 1, packed.length - 1);
            ByteArrayOutputStream out = new ByteArrayOutputStream(packed.length * 4);
            byte[] buffer = new byte[16 * 1024];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw damaged(key, "it ends early");
                }
                out.write(buffer, 0, count);
            }
            return out.toString(StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw damaged(key, String.valueOf(e.getMessage()));
        } finally {
            inflater.end();
        }
    }

    /** What {@link #pack} makes of a short text. */
    static byte[] plain(byte[] text) {
        return marked(PLAIN, text);
    }

    /** What stands in for a value that lies in pieces. */
    static byte[] reference(String id, int count) {
        return marked(IN_PIECES, (id + "/" + count).getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether a value lies in pieces. */
    static boolean isReference(byte[] packed) {
        return packed.length > 0 && packed[0] == IN_PIECES;
    }

    /** {@code ID/COUNT}. */
    static String referred(byte[] reference) {
        return new String(reference, 1, reference.length - 1, StandardCharsets.US_ASCII);
    }

    static IOException damaged(String key, String how) {
        return new IOException("etcd key '" + key + "' is not what was written there: " + how);
    }

    private static byte[] marked(byte mark, byte[] bytes) {
        byte[] marked = new byte[bytes.length + 1];
        marked[0] = mark;
        System.arraycopy(bytes, 0, marked, 1, bytes.length);
        return marked;
    }

    /** The parts of a packed value. */
    static byte[] part(byte[] packed, int number, int size) {
        return Arrays.copyOfRange(
                packed, number * size, Math.min(packed.length, (number + 1) * size));
    }
}

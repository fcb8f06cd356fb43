package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/** Bytes that arrive in pieces of given sizes, and then the end. */
final class Pieces implements ByteSource {
    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private final boolean clean;

    private Pieces(boolean clean) {
        this.clean = clean;
    }

    static Pieces whole(String bytes) {
        return ofSize(bytes, Math.max(1, bytes.length()));
    }

    static Pieces ofSize(String bytes, int size) {
        Pieces pieces = new Pieces(true);
        for (int i = 0; i < bytes.length(); i += size) {
            pieces.add(bytes.substring(i, Math.min(bytes.length(), i + size)));
        }
        return pieces;
    }

    static Pieces cutAt(String bytes, int boundary) {
        Pieces pieces = new Pieces(true);
        pieces.add(bytes.substring(0, boundary));
        pieces.add(bytes.substring(boundary));
        return pieces;
    }

    static Pieces random(String bytes, Random random) {
        Pieces pieces = new Pieces(true);
        int mean = 1 + random.nextInt(200);
        for (int i = 0; i < bytes.length(); ) {
            int size = Math.min(bytes.length() - i, 1 + random.nextInt(mean));
            pieces.add(bytes.substring(i, i + size));
            i += size;
        }
        return pieces;
    }

    /** Ends as a cut TLS connection does: without a close_notify. */
    static Pieces cutOff(String bytes) {
        Pieces pieces = new Pieces(false);
        pieces.add(bytes);
        return pieces;
    }

    private void add(String piece) {
        if (!piece.isEmpty()) {
            pieces.add(ByteBuffer.wrap(piece.getBytes(ISO_8859_1)));
        }
    }

    @Override
    public int read(ByteBuffer into) {
        ByteBuffer first = pieces.peek();
        if (first == null) {
            return -1;
        }
        int count = Math.min(first.remaining(), into.remaining());
        into.put(first.slice(first.position(), count));
        first.position(first.position() + count);
        if (!first.hasRemaining()) {
            pieces.remove();
        }
        return count;
    }

    @Override
    public int readArrived(ByteBuffer into) {
        return pieces.isEmpty() ? 0 : read(into);
    }

    @Override
    public boolean endIsClean() {
        return clean;
    }
}

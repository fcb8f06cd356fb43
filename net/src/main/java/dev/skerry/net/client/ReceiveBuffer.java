package dev.skerry.net.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes received and not yet used, and the search for the end of a head in them. Grows from 8 KiB
 * up to the limit of a field section, and gives that back when it is empty.
 */
final class ReceiveBuffer {
    private static final int USUAL = 8 * 1024;

    private final ByteSource source;
    private byte[] bytes = new byte[USUAL];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int position;
    private int limit;

    /** How far the search has come, relative to {@code position}; and where its line began. */
    private int searched;

    private int lineStart;

    ReceiveBuffer(ByteSource source) {
        this.source = source;
    }

    boolean isEmpty() {
        return position == limit;
    }

    int size() {
        return limit - position;
    }

    byte[] array() {
        return bytes;
    }

    int position() {
        return position;
    }

    byte take() {
        return bytes[position++];
    }

    void skip(int count) {
        position += count;
    }

    /** Moves at most {@code atMost} bytes, no more than there are and no more than fit. */
    int moveTo(ByteBuffer into, long atMost) {
        int count = (int) Math.min(atMost, Math.min(size(), into.remaining()));
        into.put(bytes, position, count);
        position += count;
        return count;
    }

    /** Waits for more; false at the end. */
    boolean fill() throws IOException {
        boolean more = source.read(room()) > 0;
        limit = view.position();
        return more;
    }

    /** Takes what has arrived: how much, 0 for nothing, -1 at the end. */
    int fillArrived() throws IOException {
        int count = source.readArrived(room());
        limit = view.position();
        return count;
    }

    private ByteBuffer room() {
        if (position == limit) {
            position = 0;
            limit = 0;
            if (bytes.length > USUAL) {
                replace(new byte[USUAL]);
            }
        } else if (limit == bytes.length) {
            int size = size();
            byte[] old = bytes;
            if (size >= bytes.length / 2) {
                replace(new byte[2 * bytes.length]);
            }
            System.arraycopy(old, position, bytes, 0, size);
            position = 0;
            limit = size;
        }
        return view.clear().position(limit);
    }

    private void replace(byte[] target) {
        bytes = target;
        view = ByteBuffer.wrap(target);
    }

    /** Begins a new search at the present position. */
    void beginSection() {
        searched = 0;
        lineStart = 0;
    }

    /**
     * Looks for the empty line that ends a section, in what has arrived since the last look.
     *
     * @return the length of the section with its empty line, or -1 when it has not arrived
     * @throws ExchangeFault when a CR or LF stands alone, or the section is too long
     */
    int sectionLength() throws ExchangeFault {
        int size = size();
        for (int i = searched; i < size; i++) {
            byte b = bytes[position + i];
            if (b == '\n') {
                if (i == 0 || bytes[position + i - 1] != '\r') {
                    throw ExchangeFault.protocol("a line ended by a bare LF");
                }
                if (i > FieldSection.MAX_BYTES - 1) {
                    break;
                }
                if (i - 1 == lineStart) {
                    return i + 1;
                }
                lineStart = i + 1;
            } else if (i > 0 && bytes[position + i - 1] == '\r') {
                throw ExchangeFault.protocol("a bare CR");
            }
        }
        if (size > FieldSection.MAX_BYTES) {
            throw ExchangeFault.protocol(
                    "a field section of more than " + FieldSection.MAX_BYTES + " bytes");
        }
        searched = size;
        return -1;
    }
}

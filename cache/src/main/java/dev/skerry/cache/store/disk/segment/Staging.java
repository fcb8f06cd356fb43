package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.device.DeviceFile;
import dev.skerry.cache.store.disk.format.LogAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What is about to be written next: small things copied into a block of memory, large ones where
 * they lie, in order. For one thread.
 */
final class Staging implements AutoCloseable {
    /** The most that can be reserved at once. */
    static final int BLOCK = DirectMemory.MAX_BLOCK;

    /** Bytes that lie elsewhere are copied when there are fewer of them. */
    private static final int WORTH_GATHERING = 16 << 10;

    /** About how many bytes one write should have. */
    private static final long ENOUGH = 4 << 20;

    private static final int MOST_BUFFERS = 512;

    private final DirectMemory.Block memory;
    private final ByteBuffer block;
    private final List<ByteBuffer> gathered = new ArrayList<>();
    private long bytes;

    /** Where the part of the block begins that is not in {@code gathered} yet. */
    private int from;

    Staging(DirectMemory.Block memory) {
        this.memory = memory;
        this.block = memory.bytes().slice().order(ByteOrder.BIG_ENDIAN);
    }

    /** How many bytes wait. */
    long bytes() {
        return bytes;
    }

    boolean hasEnough() {
        return bytes >= ENOUGH || gathered.size() >= MOST_BUFFERS;
    }

    boolean hasRoom(int length) {
        return block.remaining() >= length;
    }

    /**
     * The next bytes are these places of {@link #block}, for the caller to fill before anything is
     * written.
     *
     * @return the first of them
     */
    int reserve(int length) {
        int at = block.position();
        block.position(at + length);
        bytes += length;
        return at;
    }

    /** Big-endian; use absolute access only, in what was reserved. */
    ByteBuffer block() {
        return block;
    }

    /**
     * The next bytes are these, with room left to pad them to a unit: they must stay as they are
     * until they are written.
     */
    void add(ByteBuffer elsewhere) {
        int length = elsewhere.remaining();
        if (length < WORTH_GATHERING && hasRoom(length + LogAddress.UNIT)) {
            block.put(reserve(length), elsewhere, elsewhere.position(), length);
            return;
        }
        seal();
        gathered.add(elsewhere.slice());
        bytes += length;
    }

    /** Zeros from this place of the file, which is where the next byte will lie, to a unit. */
    void pad(long end) {
        int rest = (int) (LogAddress.padded(end) - end);
        for (int at = reserve(rest), stop = at + rest; at < stop; at++) {
            block.put(at, (byte) 0);
        }
    }

    /** Writes everything that waits. Afterwards nothing waits, whatever came of it. */
    void write(DeviceFile file, long position) throws IOException {
        seal();
        try {
            file.write(gathered.toArray(ByteBuffer[]::new), position);
        } finally {
            clear();
        }
    }

    /** Forgets everything that waits. */
    void clear() {
        gathered.clear();
        block.clear();
        from = 0;
        bytes = 0;
    }

    private void seal() {
        if (block.position() > from) {
            gathered.add(block.slice(from, block.position() - from));
            from = block.position();
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}

package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.disk.device.DeviceFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A moving view of a file that is read from its beginning to its end in large reads. */
final class Window {
    private final SegmentEntries.Reading reading;
    private final DeviceFile file;
    private final long size;
    private final ByteBuffer buffer;
    private long start;

    /**
     * Over the first {@code size} bytes of a file.
     *
     * @param buffer direct and big-endian; its size is the most that can be asked for at once
     */
    Window(SegmentEntries.Reading reading, DeviceFile file, long size, ByteBuffer buffer) {
        this.reading = reading;
        this.file = file;
        this.size = size;
        this.buffer = buffer;
        buffer.clear().limit(0);
    }

    /** Whether the file has so many bytes at a place. */
    boolean has(long at, long length) {
        return at + length <= size && length <= buffer.capacity();
    }

    /**
     * Brings these bytes in; they are there, see {@link #has}.
     *
     * @return where they are in {@link #bytes}
     */
    int at(long at, int length) throws IOException {
        if (at < start || at + length > start + buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            start = at;
            try {
                reading.read(file, buffer, at);
            } catch (IOException e) {
                buffer.clear().limit(0);
                throw e;
            }
            buffer.flip();
        }
        return (int) (at - start);
    }

    /** What is in view, for absolute access. */
    ByteBuffer bytes() {
        return buffer;
    }
}

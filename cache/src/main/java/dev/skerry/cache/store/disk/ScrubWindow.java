package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentEntries;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A view of a segment's records that moves forward in large reads. Where such a read fails, only
 * what is asked for is read, until its end: one bad place is not to take its neighbours with it.
 */
final class ScrubWindow {
    private final SegmentEntries.Reading reading;
    private final Segment segment;
    private final ByteBuffer buffer;
    private long start;
    private long carefulUntil;

    ScrubWindow(SegmentEntries.Reading reading, Segment segment, ByteBuffer buffer) {
        this.reading = reading;
        this.segment = segment;
        this.buffer = buffer;
        buffer.clear().limit(0);
    }

    /** What is in view, for absolute access. */
    ByteBuffer bytes() {
        return buffer;
    }

    /**
     * Brings these bytes of the file in.
     *
     * @param length no more than the buffer has room for
     * @return where they are in {@link #bytes}
     * @throws java.io.EOFException if the records end before
     */
    int at(long at, int length) throws IOException {
        if (at < start || at + length > start + buffer.limit()) {
            long most = Math.min(buffer.capacity(), segment.end() - at);
            int wide = (int) Math.max(length, at < carefulUntil ? 0 : most);
            try {
                fill(at, wide);
            } catch (ScrubStopped e) {
                throw e;
            } catch (IOException e) {
                if (wide == length) {
                    throw e;
                }
                carefulUntil = at + wide;
                fill(at, length);
            }
        }
        return (int) (at - start);
    }

    private void fill(long at, int length) throws IOException {
        buffer.clear().limit(length);
        start = at;
        boolean full = false;
        try {
            reading.read(segment.file(), buffer, at);
            full = true;
        } finally {
            buffer.flip();
            if (!full) {
                buffer.limit(0);
            }
        }
    }
}

package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run of bytes that lie outside memory. Holds one reference of the body that they belong to. */
final class OutsideRun extends Run {
    private final long id;
    private final OutsideBody outside;
    private final long from;
    private final long length;

    /**
     * The bytes from {@code from} (inclusive) to {@code to} (exclusive) of a body, all of which are
     * there.
     *
     * @param outside of which one reference is this run's from now on
     */
    OutsideRun(long id, OutsideBody outside, long from, long to) {
        this.id = id;
        this.outside = outside;
        this.from = from;
        this.length = to - from;
    }

    /** Some of these bytes, with a reference for the caller. */
    OutsideRun part(long start, long end) {
        outside.retain();
        return new OutsideRun(id, outside, from + start, from + end);
    }

    OutsideBody outside() {
        return outside;
    }

    @Override
    long id() {
        return id;
    }

    @Override
    long length() {
        return length;
    }

    @Override
    long lengthInMemory() {
        return 0;
    }

    @Override
    boolean isInMemory() {
        return false;
    }

    @Override
    long footprint() {
        return 0;
    }

    @Override
    @Nullable ByteBuffer contiguous(BlockPool pool) {
        return null;
    }

    @Override
    BodyReader reader(BlockPool pool, long start, long end) {
        Objects.checkFromToIndex(start, end, length);
        return outside.reader(from + start, from + end);
    }

    @Override
    void free(BlockPool pool) {
        outside.release();
    }
}

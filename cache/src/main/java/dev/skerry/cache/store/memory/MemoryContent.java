package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a representation's bytes, reference-counted apart from the response: a
 * freshened head shares it. Created with one reference. The pool is not kept here, for the sake of
 * four bytes an entry.
 */
abstract sealed class MemoryContent permits Run, Patchwork {
    private static final AtomicIntegerFieldUpdater<MemoryContent> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(MemoryContent.class, "references");

    @SuppressWarnings("UnusedVariable") // through REFERENCES
    private volatile int references = 1;

    /** Unique in the store: what is made of these bytes is kept under it. */
    abstract long id();

    /** Of the whole representation, whether or not all of it is here. */
    abstract long length();

    /** The bytes that are here, in order, with a gap between any two. */
    abstract List<Extent> extents();

    /** The bytes that are here, each with the run that holds it, in order. */
    abstract List<Piece> pieces();

    /** How many of the bytes are in memory. */
    final long bytesInMemory() {
        long bytes = 0;
        for (Piece piece : pieces()) {
            bytes += piece.body().lengthInMemory();
        }
        return bytes;
    }

    /** What the blocks take from the pool. */
    abstract long footprint();

    /** The whole as one view, or null when it lies in several blocks, outside, or has holes. */
    abstract @Nullable ByteBuffer contiguous(BlockPool pool);

    /** A reader of bytes that are all here. It holds references of its own. */
    abstract BodyReader reader(BlockPool pool, long from, long to);

    /** Gives back what the last reference held. */
    abstract void free(BlockPool pool);

    /** Whether all bytes are here but for those of this place at most. */
    final boolean lacksOnly(ContentRange place) {
        return covers(new Extent(0, place.from())) && covers(new Extent(place.to(), length()));
    }

    /** Whether all these bytes are here. */
    final boolean covers(Extent wanted) {
        return wanted.length() == 0 || extents().stream().anyMatch(held -> held.covers(wanted));
    }

    /** Whether all bytes are here. */
    abstract boolean isWhole();

    /** Whether none of the bytes that are stored lie outside. */
    abstract boolean isInMemory();

    /** Whether bytes lie outside in a place that the tier below has given up. */
    final boolean hasLeft() {
        if (isInMemory()) {
            return false;
        }
        for (Piece piece : pieces()) {
            if (piece.body() instanceof OutsideRun run && run.outside().hasLeft()) {
                return true;
            }
        }
        return false;
    }

    /** Takes one more reference; the caller is sure that another one is held meanwhile. */
    final void retain() {
        if (REFERENCES.getAndIncrement(this) <= 0) {
            throw new IllegalStateException("retained after the last release");
        }
    }

    final void release(BlockPool pool) {
        int before = REFERENCES.getAndDecrement(this);
        if (before <= 0) {
            throw new IllegalStateException("released more often than retained");
        }
        if (before == 1) {
            free(pool);
        }
    }

    /** A run of bytes that begins at {@code from} of the representation. */
    record Piece(long from, Run body) {
        long to() {
            return from + body.length();
        }
    }
}

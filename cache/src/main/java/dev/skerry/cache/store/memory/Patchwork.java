package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the bytes of a representation, or all of them in pieces that came one by one. The pieces
 * are in order, do not overlap, and none is empty; one reference of each is held.
 */
final class Patchwork extends MemoryContent {
    private final long id;
    private final List<Piece> pieces;
    private final List<Extent> extents;
    private final long length;

    /** Takes over one reference of each piece's body. */
    Patchwork(long id, List<Piece> pieces, long length) {
        this.id = id;
        this.pieces = List.copyOf(pieces);
        this.extents = joined(pieces);
        this.length = length;
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
    boolean isWhole() {
        return extents.size() == 1 && extents.getFirst().length() == length;
    }

    @Override
    boolean isInMemory() {
        for (Piece piece : pieces) {
            if (!piece.body().isInMemory()) {
                return false;
            }
        }
        return true;
    }

    @Override
    List<Extent> extents() {
        return extents;
    }

    @Override
    List<Piece> pieces() {
        return pieces;
    }

    @Override
    long footprint() {
        long bytes = 0;
        for (Piece piece : pieces) {
            bytes += piece.body().footprint();
        }
        return bytes;
    }

    @Override
    @Nullable ByteBuffer contiguous(BlockPool pool) {
        return null;
    }

    @Override
    BodyReader reader(BlockPool pool, long from, long to) {
        if (from < 0 || to < from || to > length || !covers(new Extent(from, to))) {
            throw new IndexOutOfBoundsException(from + " to " + to + " of " + extents);
        }
        return new PatchworkReader(pool, this, from, to);
    }

    @Override
    void free(BlockPool pool) {
        for (Piece piece : pieces) {
            piece.body().release(pool);
        }
    }

    /** What lies next to each other, as one. */
    static List<Extent> joined(List<Piece> pieces) {
        List<Extent> joined = new ArrayList<>();
        for (Piece piece : pieces) {
            Extent last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.to() == piece.from()) {
                joined.set(joined.size() - 1, new Extent(last.from(), piece.to()));
            } else {
                joined.add(new Extent(piece.from(), piece.to()));
            }
        }
        return List.copyOf(joined);
    }
}

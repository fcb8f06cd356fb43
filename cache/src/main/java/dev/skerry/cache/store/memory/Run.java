package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.Extent;
import java.util.List;

/** Bytes that begin somewhere and have no gap. */
abstract sealed class Run extends MemoryContent permits MemoryBody, OutsideRun {
    /** How many of the bytes are in memory. */
    abstract long lengthInMemory();

    @Override
    final boolean isWhole() {
        return true;
    }

    @Override
    final List<Extent> extents() {
        return length() == 0 ? List.of() : List.of(new Extent(0, length()));
    }

    @Override
    final List<Piece> pieces() {
        return List.of(new Piece(0, this));
    }
}

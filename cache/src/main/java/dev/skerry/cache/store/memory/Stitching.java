package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.memory.MemoryContent.Piece;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts pieces of one representation together. Every piece owns its blocks alone or shares them with
 * an older response whole, so that what is dropped from a response frees its bytes: where pieces
 * overlap, what sticks out of the new one is copied. Call it without holding a lock.
 */
final class Stitching {
    /** The most extents of one response, between which there are holes. */
    static final int MOST_EXTENTS = 64;

    /** The most pieces of one response. */
    static final int MOST_PIECES = 1024;

    private final Room room;
    private final BlockPool pool;
    private final long mostInMemory;
    private volatile long mostBytes;

    /**
     * @param mostInMemory bytes of one response that are kept in memory
     */
    Stitching(Room room, long mostInMemory) {
        this.room = room;
        this.pool = room.pool();
        this.mostInMemory = mostInMemory;
        this.mostBytes = mostInMemory;
    }

    /** The most bytes of one response that are kept, in memory and below. */
    void mostBytes(long most) {
        mostBytes = most;
    }

    /**
     * What is there with a new part laid over it, within the limits.
     *
     * @param base whose reference stays the caller's; null for nothing
     * @param part of which one reference is used up
     * @return with one reference for the caller
     */
    MemoryContent over(@Nullable MemoryContent base, Run part, ContentRange place) {
        if (part.length() != place.to() - place.from()) {
            throw new IllegalArgumentException(part.length() + " bytes are not " + place);
        }
        Extent laid = new Extent(place.from(), place.to());
        if (base != null && base.length() == place.length() && base.covers(laid)) {
            part.release(pool);
            base.retain();
            return base;
        }
        List<Piece> pieces = new ArrayList<>();
        if (base != null && base.length() == place.length()) {
            addAround(pieces, base, laid);
        }
        Piece added = new Piece(place.from(), part);
        int at = 0;
        while (at < pieces.size() && pieces.get(at).from() < added.from()) {
            at++;
        }
        pieces.add(at, added);
        bound(pieces, added);
        return content(part.id(), pieces, place.length());
    }

    /**
     * Moves a body that came in pieces into one block, if it fits and there is room to spare: a hit
     * then needs no reader. The reference of the body is used up.
     */
    MemoryBody inOnePiece(MemoryBody body) {
        if (body.blocks() < 2 || body.length() > pool.maxBlock()) {
            return body;
        }
        MemoryBody one = copied(body.id(), List.of(new Piece(0, body)), 0, (int) body.length());
        if (one == null) {
            return body;
        }
        body.release(pool);
        return one;
    }

    /** The pieces of the base that the new one does not cover, each with a reference. */
    private void addAround(List<Piece> to, MemoryContent base, Extent laid) {
        for (Piece piece : base.pieces()) {
            if (piece.to() <= laid.from() || piece.from() >= laid.to()) {
                piece.body().retain();
                to.add(piece);
                continue;
            }
            addCut(to, piece, piece.from(), Math.min(piece.to(), laid.from()));
            addCut(to, piece, Math.max(piece.from(), laid.to()), piece.to());
        }
    }

    private void addCut(List<Piece> to, Piece piece, long from, long end) {
        switch (piece.body()) {
            case OutsideRun outside when from < end ->
                    to.add(new Piece(from, outside.part(from - piece.from(), end - piece.from())));
            case OutsideRun outside -> {}
            case MemoryBody body -> addCopy(to, piece, from, end);
        }
    }

    /** Where there is no room to copy, the bytes are let go. */
    private void addCopy(List<Piece> to, Piece piece, long from, long end) {
        long at = from;
        while (at < end) {
            long next = Math.min(end, at + pool.maxBlock());
            MemoryBody copy = copied(piece.body().id(), List.of(piece), at, (int) (next - at));
            if (copy != null) {
                to.add(new Piece(at, copy));
            }
            at = next;
        }
    }

    /** Lets go of what lies farthest from the new piece until the limits hold. */
    private void bound(List<Piece> pieces, Piece added) {
        long inMemory = 0;
        long bytes = 0;
        for (Piece piece : pieces) {
            inMemory += piece.body().lengthInMemory();
            bytes += piece.body().length();
        }
        while (pieces.size() > 1
                && (inMemory > mostInMemory
                        || bytes > mostBytes
                        || pieces.size() > MOST_PIECES
                        || Patchwork.joined(pieces).size() > MOST_EXTENTS)) {
            Piece first = pieces.getFirst();
            Piece last = pieces.getLast();
            boolean before = added.from() - first.to() >= last.from() - added.to();
            Piece dropped = before ? pieces.removeFirst() : pieces.removeLast();
            inMemory -= dropped.body().lengthInMemory();
            bytes -= dropped.body().length();
            dropped.body().release(pool);
        }
    }

    private MemoryContent content(long id, List<Piece> pieces, long length) {
        Patchwork patchwork = new Patchwork(id, pieces, length);
        if (!patchwork.isWhole()) {
            return patchwork;
        }
        Run one =
                pieces.size() == 1
                        ? shared(pieces.getFirst().body())
                        : length > pool.maxBlock() ? null : copied(id, pieces, 0, (int) length);
        if (one == null) {
            return patchwork;
        }
        patchwork.release(pool);
        return one;
    }

    private static Run shared(Run body) {
        body.retain();
        return body;
    }

    /**
     * Some neighbouring bytes in a block of their own, or null when there is none to spare, or some
     * lie outside.
     */
    private @Nullable MemoryBody copied(long id, List<Piece> pieces, long from, int length) {
        if (!pieces.stream().allMatch(piece -> piece.body() instanceof MemoryBody)) {
            return null;
        }
        int block = room.spare(length);
        if (block == BlockPool.NONE) {
            return null;
        }
        int written = 0;
        for (Piece piece : pieces) {
            long start = Math.max(0, from + written - piece.from());
            long end = Math.min(piece.body().length(), from + length - piece.from());
            MemoryBody body = (MemoryBody) piece.body();
            try (MemoryBodyReader reader = new MemoryBodyReader(pool, body, start, end)) {
                for (ByteBuffer next = reader.next(); next != null; next = reader.next()) {
                    int count = next.remaining();
                    pool.write(block, written, next, count);
                    written += count;
                }
            }
        }
        return new MemoryBody(id, block, length);
    }
}

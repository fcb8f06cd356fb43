package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.FileSpan;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads neighbouring pieces one after the other; holds a reference of the patchwork. */
final class PatchworkReader implements BodyReader {
    private final BlockPool pool;
    private final Patchwork content;
    private final long to;
    private int next;

    /** The first byte that no reader of a piece was made for. */
    private long at;

    private @Nullable BodyReader piece;
    private boolean closed;

    /** For bytes that are all there. */
    PatchworkReader(BlockPool pool, Patchwork content, long from, long to) {
        this.pool = pool;
        this.content = content;
        this.at = from;
        this.to = to;
        content.retain();
        while (at < to && content.pieces().get(next).to() <= from) {
            next++;
        }
    }

    @Override
    public long remaining() {
        return closed ? 0 : to - at + (piece == null ? 0 : piece.remaining());
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        BodyReader reading = reading();
        return reading == null ? null : reading.next();
    }

    @Override
    public @Nullable FileSpan span() {
        BodyReader reading = reading();
        return reading == null ? null : reading.span();
    }

    @Override
    public void consumed(long bytes) {
        if (piece == null) {
            throw new IllegalStateException("no span was given");
        }
        piece.consumed(bytes);
    }

    /** The reader of the piece that the next byte lies in; null before and after all pieces. */
    private @Nullable BodyReader reading() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        BodyReader reading = piece;
        return (reading == null || reading.ended()) && at < to ? open() : reading;
    }

    private BodyReader open() {
        closePiece();
        List<MemoryContent.Piece> pieces = content.pieces();
        MemoryContent.Piece now = pieces.get(next++);
        long end = Math.min(to, now.to());
        BodyReader reading = now.body().reader(pool, at - now.from(), end - now.from());
        piece = reading;
        at = end;
        return reading;
    }

    @Override
    public boolean ended() {
        return remaining() == 0;
    }

    @Override
    public void onReadable(Runnable wake) {
        BodyReader reading = reading();
        if (reading == null) {
            wake.run();
        } else {
            reading.onReadable(wake);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closePiece();
            closed = true;
            content.release(pool);
        }
    }

    private void closePiece() {
        if (piece != null) {
            piece.close();
            piece = null;
        }
    }
}

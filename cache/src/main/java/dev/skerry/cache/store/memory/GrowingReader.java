package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.FileSpan;
import dev.skerry.cache.store.LeftBehind;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Follows a growing body. */
final class GrowingReader extends Followers.Follower implements BodyReader {
    private final MemoryGrowingBody body;
    private final ChunkChain chain;
    private final long from;
    private final long to;

    /** Where this reader stands; set by the writer, under the chain's lock, if it began ahead. */
    private volatile @Nullable Chunk chunk;

    /** What {@link #hasNews} compares with; other threads see it. */
    private volatile long awaited;

    private volatile boolean closed;
    private boolean finished;

    /** From where on it looks for a place in the chain. */
    private volatile long joins;

    /** Whether the next byte is read from below; changed under the chain's lock. */
    private boolean standsBelow;

    /** Reads what lies below up to {@code lowerEnd}. */
    private @Nullable BodyReader lower;

    private long lowerEnd;
    private boolean lost;
    private long position;

    /** A view of {@code viewed}, from its first byte to the last one published so far. */
    private @Nullable ByteBuffer buffer;

    private @Nullable Chunk viewed;

    GrowingReader(MemoryGrowingBody body, ChunkChain chain, long from, long to) {
        this.body = body;
        this.chain = chain;
        this.from = from;
        this.to = to;
        this.position = from;
        this.joins = from;
    }

    @Override
    public long remaining() {
        settle();
        long length = body.length();
        return length < 0 ? -1 : Math.max(0, Math.min(to, length) - position);
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        BodyReader down = lower();
        if (down != null) {
            return down.next();
        }
        if (position >= to) {
            finish();
            return null;
        }
        Chunk place = chunk;
        if (lost || (place != null && place.cut)) {
            throw tooSlow();
        }
        if (buffer != null && buffer.hasRemaining()) {
            return buffer;
        }
        // The failure first: what was published before it is then seen, and is given out first.
        IOException failure = body.failure();
        long end = Math.min(to, body.written());
        if (position < end) {
            return viewTo(end);
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        return null;
    }

    @Override
    public @Nullable FileSpan span() {
        return lower == null ? null : lower.span();
    }

    @Override
    public void consumed(long bytes) {
        if (lower == null) {
            throw new IllegalStateException("no span was given");
        }
        lower.consumed(bytes);
    }

    @Override
    public boolean ended() {
        settle();
        long length = body.length();
        return position >= to || (length >= 0 && position >= length);
    }

    /** Only of the whole: a range has none. */
    @Override
    public FieldList trailers() {
        return from == 0 && to == Long.MAX_VALUE ? body.trailers() : FieldList.EMPTY;
    }

    @Override
    public void onReadable(Runnable wake) {
        settle();
        if (lower != null && !lower.ended()) {
            lower.onReadable(wake);
            return;
        }
        awaited = position;
        body.await(this, wake);
    }

    @Override
    boolean hasNews() {
        return closed
                || body.written() > awaited
                || awaited >= to
                || body.length() >= 0
                || body.failure() != null;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            forgetWake();
            buffer = null;
            if (lower != null) {
                lower.close();
                lower = null;
            }
            chain.exit(this);
        }
    }

    /** Where the next byte that it wants lies. */
    long from() {
        return joins;
    }

    /** Called under the chain's lock. */
    boolean standsBelow() {
        return standsBelow;
    }

    /** Called under the chain's lock. */
    void standsBelow(boolean there) {
        standsBelow = there;
    }

    long to() {
        return to;
    }

    /** Called under the chain's lock. */
    void place(Chunk place) {
        chunk = place;
    }

    /** Called under the chain's lock. */
    @Nullable Chunk takePlace() {
        Chunk place = chunk;
        chunk = null;
        return place;
    }

    /** Takes over how far the caller has consumed. */
    private void settle() {
        if (lower != null) {
            position = lowerEnd - lower.remaining();
        } else if (buffer != null && viewed != null) {
            position = viewed.start + buffer.position();
        }
    }

    /** What reads from below, where the next byte is there; null where it is not. */
    private @Nullable BodyReader lower() throws IOException {
        settle();
        while (standsBelow && position < to) {
            BodyReader down = lower;
            if (down == null) {
                lowerEnd = Math.min(to, body.writtenBelow());
                down = body.readerBelow(position, lowerEnd);
                lower = down;
            }
            if (!down.ended()) {
                return down;
            }
            down.close();
            lower = null;
            position = lowerEnd;
            if (position < to) {
                move();
            }
        }
        return null;
    }

    /** Finds the place of the next byte, all of the last one having been read. */
    private void move() throws IOException {
        buffer = null;
        viewed = null;
        joins = position;
        if (chain.move(this) == ChunkChain.Place.LOST) {
            lost = true;
            throw tooSlow();
        }
    }

    private @Nullable ByteBuffer viewTo(long end) throws IOException {
        Chunk place = chunk;
        if (place == null) {
            throw new IllegalStateException("bytes are there, and this reader has no place");
        }
        if (position >= place.end()) {
            move();
            if (standsBelow) {
                return next();
            }
            place = chunk;
            if (place == null) {
                throw new IllegalStateException("bytes are there, and the chain ends before them");
            }
        }
        ByteBuffer view = buffer;
        if (view == null || viewed != place) {
            view = body.view(place);
            view.position((int) (position - place.start));
            viewed = place;
            buffer = view;
        }
        view.limit((int) (Math.min(end, place.end()) - place.start));
        return view;
    }

    /** What was asked for has been read: from here on this reader holds up nobody. */
    private void finish() {
        if (!finished) {
            finished = true;
            buffer = null;
            chain.finished(this);
        }
    }

    private LeftBehind tooSlow() {
        return new LeftBehind(position);
    }
}

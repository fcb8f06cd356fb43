package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.Unwanted;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A growing body in blocks of the pool. One thread at a time writes, completes and releases; {@link
 * #fail} may come from anywhere.
 *
 * <p>A byte is written into its block before {@code written} passes it, and a block is linked into
 * the chain before that; both are volatile writes, so whoever sees the count sees the bytes.
 */
final class MemoryGrowingBody implements GrowingBody {
    private static final int FIRST_CHUNK = 16 << 10;
    private static final int MOST_GROWTHS = 3;

    /** Small, because a slow reader that was cut off may hold one for as long as it takes. */
    private static final int WINDOW_PART = 64 << 10;

    private final Room room;
    private final MemoryLimits limits;
    private final long id;
    private final long expected;
    private final ChunkChain chain;
    private final Followers followers = new Followers();
    private @Nullable Chunk tail;
    private int chunks;
    private final Outlet outlet;
    private final AtomicBoolean over = new AtomicBoolean();
    private boolean released;
    private boolean storable;

    /** Written before {@code length}, which tells that it is there. */
    private FieldList trailers = FieldList.EMPTY;

    private volatile long written;
    private volatile long length = -1;
    private volatile @Nullable IOException failure;

    /**
     * @param id unique in the store
     * @param expected the length to come, or less than 0 when it is not known
     * @param overflow where it goes on if memory does not take it; null for nowhere
     */
    MemoryGrowingBody(
            Room room,
            MemoryLimits limits,
            LongSupplier nanoTime,
            long id,
            long expected,
            boolean storable,
            @Nullable Overflow overflow) {
        this.room = room;
        this.limits = limits;
        this.id = id;
        this.expected = expected;
        this.chain = new ChunkChain(room, limits, nanoTime);
        this.outlet = new Outlet(chain, room.pool(), limits, overflow);
        this.storable = storable && expected <= outlet.mostBytes();
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
        if (length >= 0) {
            throw new IllegalStateException("complete");
        }
        if (storable) {
            admit(Math.max(expected, written + bytes.remaining()));
        }
        while (bytes.hasRemaining()) {
            checkWanted();
            Chunk chunk = tail;
            if (chunk == null || written == chunk.end()) {
                storable = storable && outlet.sink(written);
                chunk = grow(bytes.remaining());
            }
            int count = (int) Math.min(bytes.remaining(), chunk.end() - written);
            room.pool().write(chunk.block, (int) (written - chunk.start), bytes, count);
            publish(written + count);
        }
    }

    @Override
    public void mayLeaveBehind() {
        chain.mayLeaveBehind();
    }

    @Override
    public void complete(FieldList trailerFields) {
        if (over.compareAndSet(false, true)) {
            trailers = trailerFields;
            chain.finish(id, written, storable && outlet.way() == null);
            length = written;
            followers.wake();
        }
    }

    @Override
    public void fail(IOException cause) {
        if (over.compareAndSet(false, true)) {
            failure = cause;
            chain.nudge();
            followers.wake();
        }
    }

    @Override
    public long bodyId() {
        return id;
    }

    @Override
    public void breakOff(IOException cause) {
        if (over.compareAndSet(false, true)) {
            chain.finish(id, written, storable && written > 0 && outlet.way() == null);
            failure = cause;
            chain.nudge();
            followers.wake();
        }
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public long length() {
        return length;
    }

    FieldList trailers() {
        return length < 0 ? FieldList.EMPTY : trailers;
    }

    @Override
    public boolean whole() {
        return chain.whole();
    }

    @Override
    public int readers() {
        return chain.open();
    }

    @Override
    public @Nullable BodyReader reader(long from, long to) {
        if (from < 0 || to < from) {
            throw new IndexOutOfBoundsException(from + " to " + to);
        }
        if (failure != null) {
            return null;
        }
        GrowingReader reader = new GrowingReader(this, chain, from, to);
        return chain.enter(reader) ? reader : null;
    }

    @Override
    public void release() {
        if (!released) {
            released = true;
            if (!over.get()) {
                fail(new IOException("given up before it was complete"));
            }
            outlet.release();
            chain.release();
        }
    }

    /**
     * All that came, with a reference for the caller; null when it cannot be stored. Waits for the
     * lower tier where it went there.
     */
    @Nullable Run share() {
        if (outlet.way() != null) {
            return storable ? outlet.settled(id, tail, written) : null;
        }
        Run below = outlet.copied();
        return below == null ? chain.share() : below;
    }

    /** Waits until all of it is written that goes down. */
    void settle() {
        if (outlet.way() != null && storable) {
            Run all = outlet.settled(id, tail, written);
            if (all != null) {
                all.release(room.pool());
            }
        }
    }

    /** From now on {@link #share} gives what lies below, if the tier there takes it. Waits. */
    void copyDown() {
        MemoryBody all = outlet.way() == null ? chain.share() : null;
        if (all != null) {
            outlet.copyDown(all);
            all.release(room.pool());
        }
    }

    /** How many bytes from the first on lie below. */
    long writtenBelow() {
        return way().written();
    }

    /** A reader of bytes that lie below. */
    BodyReader readerBelow(long from, long to) {
        return way().reader(from, to);
    }

    private Descent way() {
        return Objects.requireNonNull(outlet.way());
    }

    boolean isIn(BlockPool pool) {
        return room.pool().equals(pool);
    }

    @Nullable IOException failure() {
        return failure;
    }

    ByteBuffer view(Chunk chunk) {
        return chain.view(chunk);
    }

    void await(GrowingReader reader, Runnable wake) {
        followers.await(reader, wake);
        chain.nudge();
    }

    private void publish(long end) {
        written = end;
        followers.wake();
    }

    /** The same question whether the writer runs or waits. */
    private void checkWanted() throws IOException {
        IOException cause = failure;
        if (cause != null) {
            throw new IOException(cause.getMessage(), cause);
        }
        if (!storable && chain.deserted()) {
            throw new Unwanted();
        }
    }

    /** Whether so many bytes are stored, and where, is decided as soon as they are known. */
    private void admit(long bytes) {
        if (bytes > outlet.mostBytes() || (bytes > limits.maxObjectBytes() && !outlet.opens())) {
            storable = false;
        }
    }

    /** Memory for a body that goes down, when there is none to spare: what went before gives it. */
    private long partAfterDescent(int size) {
        if (!outlet.opens() || !outlet.drain(written)) {
            return Room.NONE;
        }
        try {
            long part = room.part(size, true);
            return part == Room.NONE ? awaitPart(size) : part;
        } catch (IOException none) {
            return Room.NONE;
        }
    }

    private Chunk grow(int pending) throws IOException {
        long part = Room.NONE;
        if (storable) {
            part = room.part(nextSize(pending), false);
            if (part == Room.NONE) {
                part = partAfterDescent(nextSize(pending));
            }
            if (part == Room.NONE) {
                storable = false;
                checkWanted();
            }
        }
        if (part == Room.NONE) {
            part = windowPart(nextSize(pending));
        }
        Chunk chunk = chain.link(Room.block(part), Room.size(part));
        tail = chunk;
        chunks++;
        return chunk;
    }

    /** Memory for a windowed body: at first inside its window, and then at others' cost. */
    private long windowPart(int size) throws IOException {
        chain.awaitWindow(size, followers::anyWaits, this::checkWanted);
        long part = room.part(size, true);
        if (part != Room.NONE) {
            return part;
        }
        chain.dropEagerly(true);
        try {
            return awaitPart(size);
        } finally {
            chain.dropEagerly(false);
        }
    }

    private long awaitPart(int size) throws IOException {
        try {
            int least = Room.least(size);
            int block = room.pool().awaitBlock(least, limits.patienceNanos());
            if (block == BlockPool.NONE) {
                throw new IOException("no memory for a response in flight");
            }
            return Room.pack(block, least);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory");
        }
    }

    private int nextSize(int pending) {
        long size = expected - written;
        if (size <= 0) {
            size = Math.max(pending, FIRST_CHUNK << (2 * Math.min(chunks, MOST_GROWTHS)));
        }
        int most = room.pool().maxBlock();
        if (outlet.way() != null) {
            most = Math.min(most, WINDOW_PART);
        }
        if (!storable) {
            most = Math.min(most, Math.min(WINDOW_PART, limits.window(room.windows()) / 4));
        }
        return (int) Math.min(size, most);
    }
}

package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.Unwanted;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a growing body in order, and which reader stands where. One lock guards all of it;
 * the pool's is the only one taken under it.
 *
 * <p>Invariants, under the lock:
 *
 * <ol>
 *   <li>Every open reader stands in exactly one chunk, or is ahead of the chain, or has read all it
 *       asked for; a chunk's {@code readers} is the number of those in it.
 *   <li>A reader's chunk is never given back, not even when the reader was cut off: its buffer may
 *       be on its way to a socket. A chunk that was cut leaves with its last reader.
 *   <li>The last chunk is never dropped or cut: the writer writes into it without the lock.
 *   <li>Blocks belong to the chain, or, from a complete whole body on, to {@code stored}, of which
 *       the chain holds one reference. They go when the writer has let go and no reader is open.
 * </ol>
 */
final class ChunkChain {
    private final BlockPool pool;
    private final MemoryLimits limits;
    private final LongSupplier nanoTime;
    private final Room room;
    private final Allowance allowance;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Set<GrowingReader> ahead = new HashSet<>();
    private final ChunkList chunks = new ChunkList();
    private boolean dropEagerly;
    private boolean mayLeaveBehind;
    private boolean windowed;
    private boolean released;
    private boolean gone;
    private @Nullable MemoryBody stored;

    /**
     * Readers of what lies below, and those in a chunk that has gone there meanwhile; they come
     * back, so that the window does not pass them by.
     */
    private int below;

    private @Nullable Descent descent;
    private volatile int open;
    private volatile boolean everOpened;
    private volatile boolean whole = true;
    private volatile boolean writerWaits;

    ChunkChain(Room room, MemoryLimits limits, LongSupplier nanoTime) {
        this.pool = room.pool();
        this.room = room;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.allowance = new Allowance(nanoTime.getAsLong());
    }

    int open() {
        return open;
    }

    boolean whole() {
        return whole;
    }

    /** Whether there were readers and none is left. */
    boolean deserted() {
        return everOpened && open == 0;
    }

    /** Adds a block behind the last one. */
    Chunk link(int block, int capacity) {
        lock.lock();
        try {
            Chunk chunk = chunks.add(block, capacity);
            ahead.removeIf(reader -> stands(reader, chunk));
            return chunk;
        } finally {
            lock.unlock();
        }
    }

    /** From now on chunks go down. */
    void sinksBy(Descent way) {
        lock.lock();
        try {
            descent = way;
        } finally {
            lock.unlock();
        }
    }

    /** The first chunk that is in memory. */
    @Nullable Chunk first() {
        lock.lock();
        try {
            return chunks.first();
        } finally {
            lock.unlock();
        }
    }

    ByteBuffer view(Chunk chunk) {
        return pool.view(chunk.block, 0, chunk.capacity);
    }

    /** These chunks are on their way down. */
    void sinking(List<Chunk> piece) {
        lock.lock();
        try {
            piece.forEach(chunk -> chunk.sinking = true);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The lower tier holds these chunks no longer.
     *
     * @param written how many bytes of the body lie below
     */
    void sunk(List<Chunk> piece, long written) {
        lock.lock();
        try {
            for (Chunk chunk : piece) {
                chunk.sinking = false;
                if (gone || (chunk.cut && chunk.readers == 0)) {
                    pool.free(chunk.block, chunk.size);
                }
            }
            Chunk chunk = chunks.first();
            while (!gone
                    && chunk != null
                    && chunks.several()
                    && !chunk.sinking
                    && chunk.end() <= written) {
                chunks.removeFirst(chunk);
                chunk.lowered = true;
                below += chunk.readers;
                if (chunk.readers == 0) {
                    pool.free(chunk.block, chunk.size);
                }
                chunk = chunks.first();
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets a reader in; false when its place lies before the window or the writer has let go. */
    boolean enter(GrowingReader reader) {
        lock.lock();
        try {
            if (released || place(reader) == Place.LOST) {
                return false;
            }
            everOpened = true;
            setOpen(open + 1);
            moved.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Moves a reader to where the byte at its {@link GrowingReader#from} is. */
    Place move(GrowingReader reader) {
        lock.lock();
        try {
            Chunk before = reader.takePlace();
            leaveBelow(reader);
            Chunk next = before == null ? null : before.next;
            Place place = Place.HERE;
            if (before != null && before.cut) {
                place = Place.LOST;
            } else if (next == null || next.cut || next.lowered || !stands(reader, next)) {
                place = place(reader);
            }
            if (before != null) {
                left(before);
            }
            return place;
        } finally {
            lock.unlock();
        }
    }

    /** Where a reader stands. */
    enum Place {
        /** In a chunk, or ahead of all of them. */
        HERE,
        /** At bytes that lie below. */
        BELOW,
        /** The window has passed it by. */
        LOST
    }

    /** Takes a reader that has read all it asked for out of its chunk; it stays open. */
    void finished(GrowingReader reader) {
        lock.lock();
        try {
            leave(reader);
        } finally {
            lock.unlock();
        }
    }

    /** Lets a reader out. */
    void exit(GrowingReader reader) {
        Descent over;
        lock.lock();
        try {
            setOpen(open - 1);
            leave(reader);
            over = giveUpIfUnused();
        } finally {
            lock.unlock();
        }
        close(over);
    }

    /** Drops what every reader has passed, now and until told otherwise. */
    void dropEagerly(boolean eagerly) {
        lock.lock();
        try {
            dropEagerly = eagerly;
            if (eagerly) {
                dropPassed(0);
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on readers can go on elsewhere. */
    void mayLeaveBehind() {
        lock.lock();
        try {
            mayLeaveBehind = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a block of {@code size} bytes fits into the window. A reader that holds up one
     * that waits is cut off when patience ends: its own where it has nowhere else to go on, that of
     * all of them together where it has.
     *
     * @param anyWaits whether any reader has read everything and waits for more
     * @throws Unwanted when no reader ever came
     * @throws IOException as {@code wanted} throws
     */
    void awaitWindow(int size, BooleanSupplier anyWaits, Wanted wanted) throws IOException {
        lock.lock();
        writerWaits = true;
        openWindow();
        try {
            Chunk blamed = null;
            long since = 0;
            while (!fits(size)) {
                wanted.check();
                Chunk slowest = chunks.first();
                if (everOpened && !anyWaits.getAsBoolean()) {
                    blamed = null;
                    moved.await();
                    continue;
                }
                long now = nanoTime.getAsLong();
                if (blamed != slowest) {
                    blamed = slowest;
                    since = now;
                }
                boolean together = everOpened && mayLeaveBehind;
                long left = together ? allowance.left(now) : limits.patienceNanos() - (now - since);
                if (left <= 0) {
                    cutFirst();
                } else {
                    left = moved.awaitNanos(left);
                }
                if (together) {
                    long then = nanoTime.getAsLong();
                    allowance.spend(then - now, then);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for readers");
        } finally {
            writerWaits = false;
            lock.unlock();
        }
    }

    /** Tells a waiting writer to look again. */
    void nudge() {
        if (writerWaits) {
            lock.lock();
            try {
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** No byte comes any more: gives back the end of the last block, and binds a body to store. */
    void finish(long id, long length, boolean store) {
        lock.lock();
        try {
            chunks.trim(pool, length);
            if (store && whole) {
                stored = chunks.bind(id, length);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The complete body with a reference for the caller, or null when it cannot be stored. */
    @Nullable MemoryBody share() {
        lock.lock();
        try {
            if (stored == null || gone) {
                return null;
            }
            stored.retain();
            return stored;
        } finally {
            lock.unlock();
        }
    }

    /** The writer lets go. */
    void release() {
        Descent over;
        lock.lock();
        try {
            released = true;
            dropEagerly = true;
            over = giveUpIfUnused();
        } finally {
            lock.unlock();
        }
        close(over);
    }

    /** Without the lock, which the lower tier's threads want too. */
    private static void close(@Nullable Descent over) {
        if (over != null) {
            over.close();
        }
    }

    private Place place(GrowingReader reader) {
        Chunk chunk = chunks.first();
        if (chunk != null && reader.from() < chunk.start) {
            if (descent == null || reader.from() >= descent.written()) {
                return Place.LOST;
            }
            below++;
            reader.standsBelow(true);
            return Place.BELOW;
        }
        while (chunk != null && !stands(reader, chunk)) {
            chunk = chunk.next;
        }
        if (chunk == null) {
            ahead.add(reader);
        }
        return Place.HERE;
    }

    /** Puts the reader into this chunk if it begins there; one that asks for nothing stays out. */
    private static boolean stands(GrowingReader reader, Chunk chunk) {
        if (reader.from() >= chunk.end() || reader.from() >= reader.to()) {
            return false;
        }
        chunk.readers++;
        reader.place(chunk);
        return true;
    }

    private void leave(GrowingReader reader) {
        Chunk chunk = reader.takePlace();
        leaveBelow(reader);
        if (chunk == null) {
            ahead.remove(reader);
        } else {
            left(chunk);
        }
        if (open == 0) {
            moved.signalAll();
        }
    }

    private void leaveBelow(GrowingReader reader) {
        if (reader.standsBelow()) {
            reader.standsBelow(false);
            below--;
            moved.signalAll();
        }
    }

    private void left(Chunk chunk) {
        chunk.readers--;
        if (chunk.lowered) {
            below--;
        }
        if (chunk.readers > 0) {
            return;
        }
        if ((chunk.cut || chunk.lowered) && !chunk.sinking) {
            pool.free(chunk.block, chunk.size);
        }
        if (dropEagerly) {
            dropPassed(0);
        }
        moved.signalAll();
    }

    private boolean fits(int size) {
        int window = limits.window(room.windows());
        dropPassed(window - size);
        return !chunks.several() || chunks.held() + size <= window;
    }

    private void openWindow() {
        if (!windowed) {
            windowed = true;
            room.windowOpened();
        }
    }

    /** Drops chunks that nobody stands in or before, until at most so many bytes are held. */
    private void dropPassed(long most) {
        if (!everOpened || below > 0 || stored != null || gone) {
            return;
        }
        Chunk chunk = chunks.first();
        while (chunk != null
                && chunks.several()
                && chunks.held() > most
                && chunk.readers == 0
                && !chunk.sinking) {
            dropFirst(chunk);
            pool.free(chunk.block, chunk.size);
            chunk = chunks.first();
        }
    }

    private void cutFirst() throws Unwanted {
        Chunk chunk = chunks.first();
        if (chunk == null || !everOpened) {
            throw new Unwanted();
        }
        dropFirst(chunk);
        chunk.cut = true;
    }

    private void dropFirst(Chunk chunk) {
        chunks.removeFirst(chunk);
        whole = false;
    }

    /** Returns the way down when it has to be closed now. */
    private @Nullable Descent giveUpIfUnused() {
        if (!released || open > 0 || gone) {
            return null;
        }
        gone = true;
        if (windowed) {
            room.windowClosed();
        }
        if (stored != null) {
            stored.release(pool);
        } else {
            chunks.freeAll(pool);
        }
        return descent;
    }

    /** Written under the lock only. */
    private void setOpen(int readers) {
        open = readers;
    }

    /** Throws when a body is not wanted any more. */
    interface Wanted {
        void check() throws IOException;
    }
}

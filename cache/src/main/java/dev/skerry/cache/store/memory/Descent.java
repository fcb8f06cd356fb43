package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way down of a growing body that memory does not hold: its chunks follow each other into the
 * lower tier, and leave memory when they are written there. Used by the body's writer; {@link
 * #reader} and {@link #written} by anybody.
 */
final class Descent {
    /** As much goes down at once, or one chunk if that is more. */
    private static final int PIECE = 1 << 20;

    private final LowerTier.Spill spill;
    private final ChunkChain chain;
    private final long start;
    private final long patienceNanos;
    private final List<Chunk> pending = new ArrayList<>();
    private int pendingBytes;
    private long sent;

    /**
     * @param start where in the representation the first byte of the body lies
     */
    Descent(LowerTier.Spill spill, ChunkChain chain, long start, long patienceNanos) {
        this.spill = spill;
        this.chain = chain;
        this.start = start;
        this.patienceNanos = patienceNanos;
    }

    /**
     * Sends down the chunks from {@code first} on that are full, as many as make a piece.
     *
     * @param written how far the body has been written
     * @throws IOException when the tier cannot go on
     */
    void sink(@Nullable Chunk first, long written) throws IOException {
        Chunk chunk = first;
        while (chunk != null && chunk.end() <= written) {
            if (chunk.start >= sent + pendingBytes) {
                if (pendingBytes > 0 && pendingBytes + chunk.capacity > PIECE) {
                    send(pendingBytes);
                }
                pending.add(chunk);
                pendingBytes += chunk.capacity;
            }
            chunk = chunk.next;
        }
        if (pendingBytes >= PIECE) {
            send(pendingBytes);
        }
    }

    /**
     * Sends down all that is left and waits until it is written; the second time there is nothing.
     *
     * @param last the last chunk of the body, which may not be full
     * @param length of the body
     * @return whether all of it can be read back now
     */
    boolean settle(@Nullable Chunk first, Chunk last, long length) throws IOException {
        sink(first, length);
        if (sent + pendingBytes < length) {
            pending.add(last);
            pendingBytes += (int) (length - last.start);
        }
        if (pendingBytes > 0) {
            send(pendingBytes);
        }
        return awaitWritten(length);
    }

    /** Waits until what has been sent is written, so that its memory comes back. */
    void drain() throws IOException {
        if (pendingBytes > 0) {
            send(pendingBytes);
        }
        awaitWritten(sent);
    }

    /** How many bytes from the first on can be read from below. */
    long written() {
        return spill.written();
    }

    /** A reader of bytes that are written. */
    BodyReader reader(long from, long to) {
        OutsideBody body = spill.body();
        try {
            return body.reader(start + from, start + to);
        } finally {
            body.release();
        }
    }

    /** The first so many bytes, which are written, with a reference for the caller. */
    OutsideRun all(long id, long length) {
        return new OutsideRun(id, spill.body(), start, start + length);
    }

    /**
     * Sends down a body that memory holds, alone, and waits until it is written.
     *
     * @return whether all of it can be read back now
     */
    boolean copy(BlockPool pool, MemoryBody body) throws IOException {
        for (long at = 0; at < body.length(); ) {
            int length = (int) Math.min(PIECE, body.length() - at);
            spill.append(new HeldPart(pool, body, at, at + length), length);
            at += length;
        }
        return awaitWritten(body.length());
    }

    /** Nobody reads or writes any more. */
    void close() {
        spill.close();
    }

    private void send(int bytes) throws IOException {
        List<Chunk> piece = List.copyOf(pending);
        pending.clear();
        pendingBytes = 0;
        chain.sinking(piece);
        spill.append(new SinkingPart(chain, this, piece, bytes), bytes);
        sent += bytes;
    }

    /** False when it takes too long, or the tier has failed. */
    private boolean awaitWritten(long to) throws IOException {
        long before = spill.written();
        while (before < to) {
            // A new one each time: what is told late of growth that was seen already, tells nobody.
            Semaphore grown = new Semaphore(0);
            spill.onWritten(grown::release);
            if (spill.written() == before) {
                try {
                    boolean told = grown.tryAcquire(patienceNanos, TimeUnit.NANOSECONDS);
                    if (!told || spill.written() == before) {
                        return spill.written() >= to;
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while bytes were written");
                }
            }
            before = spill.written();
        }
        return true;
    }
}

package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.head.HeadCodec;
import dev.skerry.cache.store.memory.MemoryContent.Piece;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Brings stored responses into memory from below. Call it without holding a lock. */
final class Inlet {
    private final Room room;
    private final BlockPool pool;
    private final LongAdder refused = new LongAdder();

    Inlet(Room room) {
        this.room = room;
        this.pool = room.pool();
    }

    /** Responses that were found below and for whose head there was no room. */
    long refused() {
        return refused.sum();
    }

    /**
     * A response with one reference, or null when there is no room for its head; see {@link
     * dev.skerry.cache.store.LowerTier.LoadSink#found}.
     */
    @Nullable MemoryResponse response(
            ByteBuffer head,
            long bodyId,
            long length,
            @Nullable ByteBuffer body,
            OutsideBody outside) {
        int size = HeadCodec.length(head);
        int block = size > pool.maxBlock() ? BlockPool.NONE : room.whole(size);
        if (block == BlockPool.NONE) {
            refused.increment();
            return null;
        }
        pool.write(block, 0, head.duplicate(), size);
        MemoryBody inMemory = body == null ? null : copied(bodyId, body);
        MemoryResponse response =
                new MemoryResponse(
                        pool, block, inMemory == null ? left(bodyId, length, outside) : inMemory);
        response.markBelow();
        return response;
    }

    /**
     * The same response with its whole body in memory, and one reference; null when it does not fit
     * in a block, or there is no room. Waits for the device.
     */
    @Nullable MemoryResponse inMemory(MemoryResponse response) throws IOException {
        long length = response.bodyLength();
        if (!response.isWhole() || length == 0 || length > pool.maxBlock()) {
            return null;
        }
        int block = room.block((int) length);
        if (block == BlockPool.NONE) {
            return null;
        }
        MemoryBody body = new MemoryBody(response.bodyId(), block, (int) length);
        MemoryResponse copy = null;
        try {
            fill(block, response);
            ByteBuffer encoded = response.encodedHead();
            int head = room.whole(encoded.remaining());
            if (head != BlockPool.NONE) {
                pool.write(head, 0, encoded, encoded.remaining());
                copy = new MemoryResponse(pool, head, body);
            }
            return copy;
        } finally {
            if (copy == null) {
                body.release(pool);
            }
        }
    }

    private void fill(int block, MemoryResponse response) throws IOException {
        Semaphore readable = new Semaphore(0);
        int written = 0;
        try (BodyReader reader = response.reader(0, response.bodyLength())) {
            while (!reader.ended()) {
                ByteBuffer next = reader.next();
                if (next == null) {
                    reader.onReadable(readable::release);
                    readable.acquire();
                    continue;
                }
                int count = next.remaining();
                pool.write(block, written, next, count);
                written += count;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the device");
        }
    }

    /** The bytes in a block of their own, or null when there is no room. */
    @Nullable MemoryBody copied(long id, ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0) {
            return new MemoryBody(id, BlockPool.NONE, 0);
        }
        int block = length > pool.maxBlock() ? BlockPool.NONE : room.block(length);
        if (block == BlockPool.NONE) {
            return null;
        }
        pool.write(block, 0, bytes.duplicate(), length);
        return new MemoryBody(id, block, length);
    }

    /** What lies below, where it lies. */
    private static MemoryContent left(long id, long length, OutsideBody outside) {
        List<Piece> pieces = new ArrayList<>(1);
        for (Extent extent : outside.extents()) {
            outside.retain();
            pieces.add(
                    new Piece(
                            extent.from(),
                            new OutsideRun(id, outside, extent.from(), extent.to())));
        }
        if (pieces.size() == 1 && pieces.getFirst().body().length() == length) {
            return pieces.getFirst().body();
        }
        return length == 0
                ? new MemoryBody(id, BlockPool.NONE, 0)
                : new Patchwork(id, pieces, length);
    }
}

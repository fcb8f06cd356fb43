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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Brings stored responses into memory from below. Call it without holding a lock. */
final class Inlet {
    /** A body in more blocks than these is not worth its place. */
    private static final int MOST_BLOCKS = 8;

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
        MemoryBody body = body(response.bodyId(), (int) length);
        if (body == null) {
            return null;
        }
        MemoryResponse copy = null;
        try {
            fill(body, response);
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

    private void fill(MemoryBody body, MemoryResponse response) throws IOException {
        Semaphore readable = new Semaphore(0);
        Writing writing = new Writing(body);
        try (BodyReader reader = response.reader(0, response.bodyLength())) {
            while (!reader.ended()) {
                ByteBuffer next = reader.next();
                if (next == null) {
                    reader.onReadable(readable::release);
                    readable.acquire();
                    continue;
                }
                writing.write(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the device");
        }
    }

    /** The bytes in blocks of their own, or null when there is no room. */
    @Nullable MemoryBody copied(long id, ByteBuffer bytes) {
        MemoryBody body = body(id, bytes.remaining());
        if (body != null) {
            new Writing(body).write(bytes.duplicate());
        }
        return body;
    }

    /**
     * Memory for a body, in one block if there is one, in a few if not; null when there is none.
     */
    private @Nullable MemoryBody body(long id, int length) {
        if (length == 0) {
            return new MemoryBody(id, BlockPool.NONE, 0);
        }
        if (length > pool.maxBlock()) {
            return null;
        }
        int block = room.spare(length);
        return block == BlockPool.NONE ? scattered(id, length) : new MemoryBody(id, block, length);
    }

    private @Nullable MemoryBody scattered(long id, int length) {
        int[] blocks = new int[2 * MOST_BLOCKS];
        int used = 0;
        int left = length;
        while (left > 0) {
            long part = used == blocks.length ? Room.NONE : room.part(left, false);
            if (part == Room.NONE) {
                new MemoryBody(id, Arrays.copyOf(blocks, used), length - left).free(pool);
                return null;
            }
            blocks[used++] = Room.block(part);
            blocks[used++] = Room.size(part);
            left -= Room.size(part);
        }
        return new MemoryBody(id, Arrays.copyOf(blocks, used), length);
    }

    /** Writes a body from its start to its end, block by block. */
    private final class Writing {
        private final MemoryBody body;
        private int index;
        private int at;

        Writing(MemoryBody body) {
            this.body = body;
        }

        /** What does not fit any more is a fault of the caller's. */
        void write(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                int count = Math.min(bytes.remaining(), body.size(index) - at);
                pool.write(body.block(index), at, bytes, count);
                at += count;
                if (at == body.size(index)) {
                    index++;
                    at = 0;
                }
            }
        }
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

package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.memory.block.BlockPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in the order of the body, without gaps. Not thread-safe, but for {@link Chunk#next}, which
 * readers follow on their own.
 */
final class ChunkList {
    private @Nullable Chunk first;
    private @Nullable Chunk last;
    private long held;

    @Nullable Chunk first() {
        return first;
    }

    @Nullable Chunk last() {
        return last;
    }

    /** The sum of the capacities. */
    long held() {
        return held;
    }

    /** Whether there are two or more, so that the first one is not the one being written. */
    boolean several() {
        return held > 0 && first != last;
    }

    Chunk add(int block, int capacity) {
        Chunk before = last;
        Chunk chunk = new Chunk(block, capacity, before == null ? 0 : before.end());
        if (before == null) {
            first = chunk;
        } else {
            before.next = chunk;
        }
        last = chunk;
        held += capacity;
        return chunk;
    }

    /** Takes the first one of several out; its block is the caller's now. */
    void removeFirst(Chunk chunk) {
        first = chunk.next;
        held -= chunk.capacity;
    }

    /** Gives back what lies behind the end of the body, which is not before the last chunk. */
    void trim(BlockPool pool, long length) {
        Chunk tail = last;
        if (tail != null && length < tail.end()) {
            int used = (int) (length - tail.start);
            pool.shrink(tail.block, tail.size, used);
            tail.size = used;
        }
    }

    /** The blocks as a complete body, which owns them from here on. */
    MemoryBody bind(long id, long length) {
        if (!several()) {
            return new MemoryBody(id, first == null ? BlockPool.NONE : first.block, (int) length);
        }
        List<Integer> blocks = new ArrayList<>();
        for (Chunk chunk = first; chunk != null; chunk = chunk.next) {
            blocks.add(chunk.block);
            blocks.add(chunk.size);
        }
        return new MemoryBody(id, blocks.stream().mapToInt(Integer::intValue).toArray(), length);
    }

    void freeAll(BlockPool pool) {
        for (Chunk chunk = first; chunk != null; chunk = chunk.next) {
            if (!chunk.sinking) { // else it is freed when the lower tier lets go of it
                pool.free(chunk.block, chunk.size);
            }
        }
    }
}

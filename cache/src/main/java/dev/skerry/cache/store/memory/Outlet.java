package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a growing body that memory does not take, or does not keep, has below: nothing at first,
 * then a way down, and nothing for good once the lower tier has refused it. Used by the body's
 * writer; {@link #way} by anybody.
 */
final class Outlet {
    private final ChunkChain chain;
    private final BlockPool pool;
    private final MemoryLimits limits;
    private final @Nullable Overflow overflow;

    /** Set once; readers see it through the chain. */
    private volatile @Nullable Descent way;

    /** The lower tier could not begin, or not go on. */
    private boolean stuck;

    /** The whole of what memory held, copied down. */
    private @Nullable OutsideRun copy;

    /**
     * @param overflow null for a body that stays in memory whatever comes
     */
    Outlet(ChunkChain chain, BlockPool pool, MemoryLimits limits, @Nullable Overflow overflow) {
        this.chain = chain;
        this.pool = pool;
        this.limits = limits;
        this.overflow = overflow;
    }

    /** The most bytes that are stored, in memory or below. */
    long mostBytes() {
        return overflow == null ? limits.maxObjectBytes() : overflow.mostBytes();
    }

    /** The way down, null while all bytes are in memory. */
    @Nullable Descent way() {
        return way;
    }

    /** Whether the body goes down, from now on if not before. */
    boolean opens() {
        if (way == null) {
            LowerTier.Spill spill = begin();
            if (spill != null && overflow != null) {
                Descent opened = new Descent(spill, chain, overflow.from(), limits.patienceNanos());
                way = opened;
                chain.sinksBy(opened);
            }
        }
        return way != null && !stuck;
    }

    /** Sends down what is full, if the body goes down; whether it can go on. */
    boolean sink(long written) {
        Descent down = way;
        if (down == null || stuck) {
            return !stuck;
        }
        try {
            down.sink(chain.first(), written);
        } catch (IOException failed) {
            stuck = true;
        }
        return !stuck;
    }

    /** The same, and waits until its memory has come back. */
    boolean drain(long written) {
        Descent down = way;
        if (down == null || !sink(written)) {
            return false;
        }
        try {
            down.drain();
        } catch (IOException failed) {
            stuck = true;
        }
        return !stuck;
    }

    /**
     * All of a body that goes down, with a reference for the caller; null when it cannot be had.
     * Waits until all of it is written.
     */
    @Nullable OutsideRun settled(long id, @Nullable Chunk last, long written) {
        Descent down = way;
        if (down == null || stuck || last == null) {
            return null;
        }
        try {
            return down.settle(chain.first(), last, written) ? down.all(id, written) : null;
        } catch (IOException failed) {
            stuck = true;
            return null;
        }
    }

    /** What {@link #copyDown} made, with a reference for the caller; null for nothing. */
    @Nullable OutsideRun copied() {
        OutsideRun made = copy;
        if (made != null) {
            made.retain();
        }
        return made;
    }

    /**
     * Copies a body down that memory holds, if the lower tier takes it. Waits until it is written.
     */
    void copyDown(MemoryBody body) {
        LowerTier.Spill spill = copy == null && way == null ? begin() : null;
        if (spill == null || overflow == null) {
            return;
        }
        Descent down = new Descent(spill, chain, overflow.from(), limits.patienceNanos());
        try {
            if (down.copy(pool, body)) {
                copy = down.all(body.id(), body.length());
            }
        } catch (IOException failed) {
            stuck = true;
        } finally {
            down.close();
        }
    }

    /** Lets go of what was copied. */
    void release() {
        OutsideRun made = copy;
        copy = null;
        if (made != null) {
            made.release(pool);
        }
    }

    private LowerTier.@Nullable Spill begin() {
        LowerTier.Spill spill = overflow == null || stuck ? null : overflow.below().get();
        stuck |= spill == null;
        return spill;
    }
}

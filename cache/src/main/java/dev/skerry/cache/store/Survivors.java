package dev.skerry.cache.store;

import java.nio.ByteBuffer;

/**
 * Which stored responses are worth keeping: asked by a tier that outlives the process, which itself
 * knows nothing of purges. Thread-safe, and never waits.
 */
public interface Survivors {
    /** Everything survives. */
    Survivors ALL =
            new Survivors() {
                @Override
                public boolean mayBeFromBefore(long bornAt, long bornAtLocal) {
                    return true;
                }

                @Override
                public boolean isAlive(ByteBuffer head) {
                    return true;
                }
            };

    /**
     * Whether what an earlier process stored can be judged at all. If not, it was born by revisions
     * that were lost with that process: they may be given anew, and then say something else. To be
     * asked before such a response is given out or written again; what this process stored needs no
     * such question.
     *
     * @param bornAt see {@link Stamp#bornAt}
     * @param bornAtLocal see {@link Stamp#bornAtLocal}
     */
    boolean mayBeFromBefore(long bornAt, long bornAtLocal);

    /**
     * Whether a response may be used again, if only once it was validated.
     *
     * @param head as {@link dev.skerry.cache.store.head.HeadCodec} writes it, from its position on
     */
    boolean isAlive(ByteBuffer head);
}

package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.LowerTier;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What waits for the writer's thread. */
sealed interface Change {
    /** How many bytes it holds in memory. */
    long bytes();

    /** A change of a key and variant, which a later one supersedes. */
    sealed interface OfVariant extends Change {
        Variant variant();
    }

    /**
     * A response to be written; it owns its parts.
     *
     * @param head as HeadCodec writes it
     * @param length of the complete body
     * @param bytes of the parts that lie in memory
     */
    record Write(
            Variant variant,
            ByteBuffer head,
            int site,
            long bodyId,
            long length,
            List<LowerTier.Part> parts,
            boolean used,
            long bytes)
            implements OfVariant {
        /** Whether bytes of it lie on a disk already, so that all of it was worth that once. */
        boolean isBelow() {
            return parts.stream().anyMatch(part -> part.outside() != null);
        }

        // Each write is itself: a later one of the same response is another change.
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** What is stored of a variant is gone. */
    final class Remove implements OfVariant {
        private final Variant variant;

        Remove(Variant variant) {
            this.variant = variant;
        }

        @Override
        public Variant variant() {
            return variant;
        }

        @Override
        public long bytes() {
            return 0;
        }
    }

    /** Bytes of a body that is received, from {@code at} on; the spill owns the part. */
    record Piece(DiskSpill spill, LowerTier.MemoryPart part, long at, int length)
            implements Change {
        @Override
        public long bytes() {
            return length;
        }
    }

    /** Somebody waits until everything before it is written. */
    record Await(CountDownLatch written) implements Change {
        @Override
        public long bytes() {
            return 0;
        }
    }
}

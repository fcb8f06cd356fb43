package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.Variants;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a look below memory found under a key: copies of the heads and of small bodies, and where
 * the other bodies lie. It holds a reference of each until it is closed, whether or not they become
 * what is stored in memory. Used by one thread at a time.
 */
public final class Found implements LowerTier.LoadSink, AutoCloseable {
    private final Inlet inlet;
    private final List<MemoryResponse> responses = new ArrayList<>(1);

    /**
     * @param inlet makes room for what is found
     */
    Found(Inlet inlet) {
        this.inlet = inlet;
    }

    @Override
    public void found(
            ByteBuffer head,
            long bodyId,
            long length,
            @Nullable ByteBuffer body,
            OutsideBody outside) {
        MemoryResponse response = inlet.response(head, bodyId, length, body, outside);
        if (response != null) {
            responses.add(response);
        }
    }

    /** Whether there is nothing. */
    public boolean isEmpty() {
        return responses.isEmpty();
    }

    /** Whether bytes of a body lie in a place that the tier below has given up meanwhile. */
    public boolean hasLeft() {
        for (MemoryResponse response : responses) {
            if (response.hasLeft()) {
                return true;
            }
        }
        return false;
    }

    /** As the store gives them; null for nothing. Valid until this is closed. */
    public @Nullable Variants variants() {
        return VariantChange.variantsOf(responses);
    }

    @Override
    public void close() {
        responses.forEach(MemoryResponse::release);
        responses.clear();
    }

    List<MemoryResponse> responses() {
        return responses;
    }

    /** One more reference of each, for a mapping. */
    void retain() {
        for (MemoryResponse response : responses) {
            if (!response.retain()) {
                throw new IllegalStateException("closed");
            }
        }
    }

    /** Gives back what {@link #retain} took. */
    void release() {
        responses.forEach(MemoryResponse::release);
    }
}

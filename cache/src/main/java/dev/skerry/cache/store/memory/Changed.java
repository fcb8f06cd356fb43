package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.ResponseStore.PutResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the memory tier came to. Holds a reference of every response it names until it
 * is closed.
 */
public final class Changed implements AutoCloseable {
    private final PutResult outcome;
    private final @Nullable MemoryResponse response;
    private final boolean stored;
    private final boolean incomplete;
    private final List<MemoryResponse> dropped;

    private Changed(
            PutResult outcome,
            @Nullable MemoryResponse response,
            boolean stored,
            boolean incomplete,
            List<MemoryResponse> dropped) {
        this.outcome = outcome;
        this.response = response;
        this.stored = stored;
        this.incomplete = incomplete;
        this.dropped = dropped;
    }

    /** Nothing was changed. */
    public static Changed noRoom() {
        return new Changed(PutResult.NO_ROOM, null, false, false, List.of());
    }

    /** What a change has done. */
    static Changed of(VariantChange change, @Nullable MemoryResponse response) {
        PutResult outcome = change.outcome();
        return new Changed(
                outcome == null ? PutResult.NO_ROOM : outcome,
                response,
                change.stored(),
                change.incomplete(),
                change.dropped());
    }

    /** What became of a put. */
    public PutResult outcome() {
        return outcome;
    }

    /** The response that was made, stored or not; null when there was no room for it. */
    public @Nullable MemoryResponse response() {
        return response;
    }

    /** Whether {@link #response} is stored. */
    public boolean stored() {
        return stored;
    }

    /** Whether nothing was done, because what lies below has to be looked up first. */
    public boolean incomplete() {
        return incomplete;
    }

    /** What is no longer stored. */
    public List<MemoryResponse> dropped() {
        return dropped;
    }

    @Override
    public void close() {
        if (response != null) {
            response.release();
        }
        dropped.forEach(MemoryResponse::release);
    }
}

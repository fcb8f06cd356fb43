package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.Variants;
import java.util.List;

/** Two or more responses under one key, newest first. */
record SeveralVariants(List<MemoryResponse> responses) implements Variants {
    @Override
    public int count() {
        return responses.size();
    }

    @Override
    public MemoryResponse get(int index) {
        return responses.get(index);
    }
}

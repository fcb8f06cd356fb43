package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.LowerTier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a growing body goes on that memory does not take.
 *
 * @param from where in the representation its first byte lies
 * @param mostBytes the longest body that is stored there
 * @param below begins it there, and gives null when that cannot be now; called once at most
 */
public record Overflow(long from, long mostBytes, Supplier<LowerTier.@Nullable Spill> below) {}

/** One store of two tiers: memory, and what outlives it below. */
@NullMarked
package dev.skerry.cache.store.tiered;

import org.jspecify.annotations.NullMarked;

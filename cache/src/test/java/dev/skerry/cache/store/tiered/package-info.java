/** Tests of the store of two tiers. */
@NullMarked
package dev.skerry.cache.store.tiered;

import org.jspecify.annotations.NullMarked;

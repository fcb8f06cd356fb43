/** The memory tier: Caffeine over reference-counted direct memory. */
@NullMarked
package dev.skerry.cache.store.memory;

import org.jspecify.annotations.NullMarked;

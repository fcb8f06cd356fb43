/** Tests of the memory tier. */
@NullMarked
package dev.skerry.cache.store.memory;

import org.jspecify.annotations.NullMarked;

/** Tests of the block pool. */
@NullMarked
package dev.skerry.cache.store.memory.block;

import org.jspecify.annotations.NullMarked;

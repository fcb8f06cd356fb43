/** Direct memory in blocks: allocation under a hard cap. */
@NullMarked
package dev.skerry.cache.store.memory.block;

import org.jspecify.annotations.NullMarked;

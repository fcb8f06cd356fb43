/** How a stored head lies in bytes, the same in memory and on disk. */
@NullMarked
package dev.skerry.cache.store.head;

import org.jspecify.annotations.NullMarked;

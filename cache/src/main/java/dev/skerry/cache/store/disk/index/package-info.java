/** Where the records of a disk lie, in memory outside the heap. */
@NullMarked
package dev.skerry.cache.store.disk.index;

import org.jspecify.annotations.NullMarked;

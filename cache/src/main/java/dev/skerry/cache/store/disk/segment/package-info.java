/**
 * Segment files: how the log is cut into them, appended to, read, sealed, and opened again. One
 * thread appends; any thread reads what it holds a reference of.
 */
@NullMarked
package dev.skerry.cache.store.disk.segment;

import org.jspecify.annotations.NullMarked;

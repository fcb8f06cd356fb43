/**
 * Lookup, collapse, fill and background refresh: the one place that joins policy, store and purge.
 */
@NullMarked
package dev.skerry.cache.engine;

import org.jspecify.annotations.NullMarked;

/** Encoders for content codings, as streams. */
@NullMarked
package dev.skerry.cache.coding;

import org.jspecify.annotations.NullMarked;

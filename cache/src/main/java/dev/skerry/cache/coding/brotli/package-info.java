/** The wall around brotli4j. */
@NullMarked
package dev.skerry.cache.coding.brotli;

import org.jspecify.annotations.NullMarked;
